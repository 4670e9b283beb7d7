using System.Net;
using Microsoft.Data.Sqlite;

namespace Peers.Cli.Tests;

/// <summary><c>docs/samples/HeadersInSqlite</c> as somebody runs it: a process of its own, beside a node that serves a chain.</summary>
public class LightClientTests
{
    [SkippableFact(DisplayName = "A light client that is ended and started again goes on where it was: by a signal, and by kill -9")]
    public async Task Survives_restarts()
    {
        Skip.If(OperatingSystem.IsWindows(), "ends by SIGTERM");
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "headers.db");
        string endpoint;
        using (var node = ToolProcess.Start("listen", "127.0.0.1:0", "--demo-blocks", "150"))
        {
            endpoint = EndpointIn(await node.LineWithAsync("listening on"));
            using var first = Client(file, endpoint);
            await first.LineWithAsync("0 headers are known");
            await first.LineWithAsync($"150 headers from {endpoint}: height 150");
            first.Terminate();
            Assert.Equal(0, await first.ExitAsync());
            Assert.Contains("stopped at height 150", first.OutputLines);

            using var second = Client(file, endpoint);
            await second.LineWithAsync("150 headers are known");
            await node.LineWithAsync("2: ready"); // It has met the node again, and was told nothing new.
            second.Kill();
            Assert.DoesNotContain(second.OutputLines, line => line.Contains("headers from", StringComparison.Ordinal));
        }

        // The same chain, sixty blocks later.
        using var later = ToolProcess.Start("listen", endpoint, "--demo-blocks", "210");
        await later.LineWithAsync("listening on");
        using var third = Client(file, endpoint);
        await third.LineWithAsync("150 headers are known");
        await third.LineWithAsync($"60 headers from {endpoint}: height 210");
        third.Terminate();
        Assert.Equal(0, await third.ExitAsync());
        Assert.Empty(third.ErrorLines);
        Assert.Equal((210L, 210L), Heights(file));
    }

    [Fact(DisplayName = "What is wrong is told in one line: arguments, a network, a file that is no database")]
    public async Task Says_what_is_wrong()
    {
        using var folder = new TemporaryFolder();
        await EndsWith(2, "usage: HeadersInSqlite NETWORK FILE.db ADDRESS:PORT", "regtest");
        await EndsWith(1, "peers.network = nonet", "nonet", Path.Combine(folder.Path, "a.db"), "127.0.0.1:1");
        await EndsWith(1, "file is not a database", "regtest", folder.Write("b.db", new string('x', 5000)), "127.0.0.1:1");
    }

    private static async Task EndsWith(int code, string says, params string[] arguments)
    {
        using var client = ToolProcess.StartProgram(Sample, arguments);
        Assert.True(await client.ExitAsync() == code, client.Account());
        Assert.Contains(says, Assert.Single(client.ErrorLines), StringComparison.Ordinal);
    }

    private static ToolProcess Client(string file, string endpoint) => ToolProcess.StartProgram(Sample, "regtest", file, endpoint);

    private static string EndpointIn(string line) => IPEndPoint.Parse(line.Split(' ')[2]).ToString();

    private static (long Headers, long Height) Heights(string file)
    {
        using var database = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "SELECT count(*), max(height) FROM header";
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>Built with the tests, in the same configuration.</summary>
    private static string Sample
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            var root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
            return Path.Combine(root, "docs", "samples", "HeadersInSqlite", "bin", output.Parent.Name, output.Name, "HeadersInSqlite.dll");
        }
    }
}
