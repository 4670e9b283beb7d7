using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Peers.Soak;

/// <summary>The process of an <see cref="EngineUnderTest"/>, from outside.</summary>
internal sealed class EngineProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private EngineProcess(Process process, IPEndPoint endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    public ProcessFigures Figures => ProcessFigures.Of(_process.Id);

    public bool HasExited => _process.HasExited;

    public static async Task<EngineProcess> StartAsync(string hocon)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Run by `dotnet Peers.Soak.dll` the process is dotnet's; run as it was built, its own.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        start.ArgumentList.Add("engine");
        start.ArgumentList.Add(hocon);
        var process = Process.Start(start)!;
        var line = await ReadAsync(process);
        return line.Split(' ') is ["listening", var endpoint]
            ? new EngineProcess(process, new IPEndPoint(IPAddress.Loopback, IPEndPoint.Parse(endpoint).Port))
            : throw new InvalidOperationException($"the engine said '{line}'");
    }

    /// <summary>How it is doing, after everything was collected that can be.</summary>
    public async Task<Measures> MeasureAsync()
    {
        await _process.StandardInput.WriteLineAsync("measure");
        return JsonSerializer.Deserialize<Measures>(await ReadAsync(_process))!;
    }

    /// <summary>Lets it keep a connection to that endpoint.</summary>
    public Task DialAsync(IPEndPoint endpoint) => _process.StandardInput.WriteLineAsync($"dial {endpoint}");

    /// <summary>Lets it dial nobody any more; connections that it has stay.</summary>
    public Task RestAsync() => _process.StandardInput.WriteLineAsync("rest");

    public void ForgetPeak() => ProcessFigures.ForgetPeak(_process.Id);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await _process.StandardInput.WriteLineAsync("quit");
            using var patience = new CancellationTokenSource(Patience);
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
        return await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("the process of the engine has ended");
    }
}
