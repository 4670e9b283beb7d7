using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Peers.Wire;

namespace Peers.Hosting.Tests;

/// <summary>The samples as somebody runs them: processes of their own, with a node to talk to, ended by a signal.</summary>
public sealed partial class SampleTests
{
    private static readonly string Samples = Path.Combine(Root(), "docs", "samples");

    [SkippableFact(DisplayName = "The sample without Akka connects, is healthy, shows Prometheus what its dashboard asks for, and ends at a signal")]
    public async Task The_worker_runs()
    {
        Skip.If(OperatingSystem.IsWindows(), "ends by SIGTERM");
        await using var remote = await Scene.RemoteAsync("peers.ping.interval = 10ms");
        await using var sample = Sample.Run("WorkerWithoutAkka", $"--urls=http://127.0.0.1:0 --Nodes={remote.Endpoint} --Peers:Network=regtest --Peers:Ping:Interval=10ms --Peers:Metrics:Interval=10ms");
        await using var theirs = await remote.Engine.Accepted.ReadAsync().AsTask().WaitAsync(Scene.Patience);
        Assert.Equal("/myworker:1.0/", theirs.Remote.UserAgent.ToString());
        theirs.Send(new InvMessage([InventoryVector.Block(Hash256.Zero)]));
        await sample.Line($"{remote.Endpoint} announces a block");
        using var client = new HttpClient { BaseAddress = new Uri(Listening().Match(await sample.Line("Now listening on: ")).Value) };

        Assert.Equal("Healthy", await client.GetStringAsync("/health"));
        var metrics = "";
        using var patience = new CancellationTokenSource(Scene.Patience);
        while (!metrics.Contains("peers_message_io_bytes_total{", StringComparison.Ordinal) || !metrics.Contains("peers_ping_duration_seconds_bucket{", StringComparison.Ordinal))
        {
            metrics = await client.GetStringAsync("/metrics", patience.Token); // The exporter makes it anew a few times a second.
            await Task.Delay(50, patience.Token);
        }

        Assert.Matches("peers_connection_count\\{[^}]*peers_connection_direction=\"outbound\"[^}]*\\} 1", metrics);
        Assert.DoesNotContain("127.0.0.1", metrics, StringComparison.Ordinal);
        await sample.EndAsync();
        Assert.IsType<DisconnectReason.RemoteClosed>(await theirs.WhenStopped.WaitAsync(Scene.Patience));

        // What the dashboard asks for is what is there, or what would be.
        var there = Series().Matches(metrics).Select(series => series.Groups[1].Value).ToHashSet();
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "metrics.md"));
        var documented = Instrument().Matches(page).SelectMany(PrometheusNames).ToHashSet();
        Assert.Equal([], there.Where(series => series.StartsWith("peers_", StringComparison.Ordinal)).Except(documented));
        var dashboard = File.ReadAllText(Path.Combine(Samples, "WorkerWithoutAkka", "grafana-dashboard.json"));
        var tags = Tag().Matches(page).Select(tag => tag.Groups[1].Value.Replace('.', '_'));
        Assert.Equal([], Asked().Matches(dashboard).Select(match => match.Value).Except(documented).Except(tags));
        using var parsed = JsonDocument.Parse(dashboard);
        Assert.True(parsed.RootElement.GetProperty("panels").GetArrayLength() >= 8);
    }

    [SkippableFact(DisplayName = "The sample with Akka.Hosting asks a node for headers, its actor hears of the peer, and it ends at a signal")]
    public async Task The_Akka_sample_runs()
    {
        Skip.If(OperatingSystem.IsWindows(), "ends by SIGTERM");
        await using var remote = await Scene.RemoteAsync();
        await using var sample = Sample.Run("Hosting", $"--Nodes={remote.Endpoint} --Peers:Network=regtest");
        await using var theirs = await remote.Engine.Accepted.ReadAsync().AsTask().WaitAsync(Scene.Patience);
        using var answers = theirs.Subscribe<GetHeadersMessage>(_ => theirs.Send(new HeadersMessage([])));

        await sample.Line($"{remote.Endpoint} has 0 headers behind the genesis block");
        await sample.Line("/peers:0.1.0/ came: 1 peers");
        await sample.EndAsync();
    }

    [SkippableFact(DisplayName = "A sample with a wrong setting does not start: one message names each wrong key, and the process ends in failure")]
    public async Task A_wrong_setting_ends_the_sample()
    {
        Skip.If(OperatingSystem.IsWindows(), "as the others");
        await using var sample = Sample.Run("WorkerWithoutAkka", "--urls=http://127.0.0.1:0 --Peers:Netwrok=regtest --Peers:Ping:Interval=soon");

        var line = await sample.Line("OptionsValidationException");

        Assert.Contains("Peers:Netwrok = regtest: no such setting; did you mean Peers:Network?", line, StringComparison.Ordinal);
        Assert.Contains("Peers:Ping:Interval = soon: expected a duration", line, StringComparison.Ordinal);
        Assert.NotEqual(0, await sample.ExitCodeAsync());
    }

    private static string Root()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(here.FullName, "Peers.sln")))
        {
            here = here.Parent!;
        }

        return here.FullName;
    }

    /// <summary>What Prometheus calls an instrument.</summary>
    private static IEnumerable<string> PrometheusNames(Match row)
    {
        var unit = row.Groups["unit"].Value switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = row.Groups["name"].Value.Replace('.', '_') + unit;
        return row.Groups["kind"].Value switch
        {
            "counter" => [name + "_total"],
            "histogram" => [name + "_bucket", name + "_sum", name + "_count"],
            _ => [name],
        };
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Listening();

    [GeneratedRegex(@"^(\w+)\{", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex(@"^\| `(?<name>peers\.[a-z_.]+)` \| (?<kind>[a-z-]+(?: counter)?) \| `(?<unit>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Instrument();

    [GeneratedRegex(@"peers_\w+")]
    private static partial Regex Asked();

    [GeneratedRegex(@"^\| `(peers\.[a-z_.]+)` \| ", RegexOptions.Multiline)]
    private static partial Regex Tag();

    /// <summary>A sample that runs.</summary>
    private sealed class Sample : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly ConcurrentQueue<string> _lines = [];

        private Sample(Process process)
        {
            _process = process;
            process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
            process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public static Sample Run(string name, string arguments)
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            var built = Path.Combine(Samples, name, "bin", output.Parent!.Name, output.Name, $"{name}.dll");
            return new Sample(Process.Start(new ProcessStartInfo("dotnet", $"{built} {arguments}")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Path.Combine(Samples, name),
            })!);
        }

        /// <summary>Waits for a line that has this in it.</summary>
        public async Task<string> Line(string text)
        {
            using var patience = new CancellationTokenSource(Scene.Patience);
            while (true)
            {
                if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
                {
                    return found;
                }

                try
                {
                    await Task.Delay(10, patience.Token);
                }
                catch (OperationCanceledException)
                {
                    Assert.Fail($"no \"{text}\" in:\n{string.Join('\n', _lines)}");
                }
            }
        }

        public async Task<int> ExitCodeAsync()
        {
            using var patience = new CancellationTokenSource(Scene.Patience);
            await _process.WaitForExitAsync(patience.Token);
            return _process.ExitCode;
        }

        /// <summary>As a service manager ends it.</summary>
        public async Task EndAsync()
        {
            using var kill = Process.Start("kill", $"-TERM {_process.Id}");
            Assert.Equal(0, await ExitCodeAsync());
        }

        public ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
