using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Peers.Benchmarks.Target;

namespace Peers.Benchmarks.Load;

/// <summary>
/// A target in a process of its own, so that what it uses is its own. It runs on the first processor and the load on the others, where the
/// system lets programs choose: what is handed from processor to processor would be measured with it.
/// </summary>
internal sealed class LoadTarget : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;

    private LoadTarget(Process process, string name, int port)
    {
        _process = process;
        Name = name;
        Endpoint = new IPEndPoint(IPAddress.Loopback, port);
    }

    /// <summary><c>sockets</c>, <c>akka-io</c> or <c>bare-sockets</c>.</summary>
    public string Name { get; }

    public bool IsEngine => Name != "bare-sockets";

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Bytes of memory that it occupies.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="name">Which.</param>
    /// <param name="block">The block that it serves.</param>
    /// <param name="set">Settings of the engine otherwise than the ordinary ones, as HOCON.</param>
    public static async Task<LoadTarget> StartAsync(string name, FileInfo block, string set = "")
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Run by `dotnet Peers.Benchmarks.dll` the process is dotnet's; run as it was built, its own.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        string[] engine = ["target", "--set", $"peers.network-io = {name}\n{set}"];
        foreach (var word in (string[])[.. name == "bare-sockets" ? [name] : engine, "--port", "0", "--block", block.FullName])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["DOTNET_PROCESSOR_COUNT"] = "1";

        // On one processor the runtime puts off the compiling of hot code ten times as long.
        start.Environment["DOTNET_TC_DelaySingleProcMultiplier"] = "1";
        var process = Process.Start(start)!;
        if ((OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) && Environment.ProcessorCount is > 1 and < 63)
        {
            process.ProcessorAffinity = 1;
            using var self = Process.GetCurrentProcess();
            self.ProcessorAffinity = (nint)((1L << Environment.ProcessorCount) - 2);
        }

        return await ReadAsync(process) is var line && line.Split(' ') is ["READY", var port]
            ? new LoadTarget(process, name, int.Parse(port, CultureInfo.InvariantCulture))
            : throw new BenchmarkException($"the target said '{line}'");
    }

    public async Task<ProcessUse> UsedAsync() => ProcessUse.Parse(await CommandAsync("used"));

    /// <summary>Everything is collected that can be.</summary>
    public Task CollectAsync() => CommandAsync("gc");

    /// <summary>What its listener has counted, of everything that it was told until now.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountsAsync() => JsonSerializer.Deserialize<Dictionary<string, long>>(await CommandAsync("stats"))!;

    public async Task<string> CommandAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        return await ReadAsync(_process);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    private static async Task<string> ReadAsync(Process process)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new BenchmarkException("the process of the target has ended");
    }
}
