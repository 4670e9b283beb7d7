using System.Diagnostics;
using System.Globalization;

namespace Peers.Cli.Tests;

/// <summary>The tool as a process of its own: what a test does to it the operating system does, too.</summary>
internal sealed class ToolProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _output = [];
    private readonly List<string> _error = [];
    private readonly Task _reading;

    private ToolProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput, _output), ReadAsync(_process.StandardError, _error));
    }

    public IReadOnlyList<string> OutputLines => Copy(_output);

    public IReadOnlyList<string> ErrorLines => Copy(_error);

    public static ToolProcess Start(params string[] arguments) => StartProgram(Tool, arguments);

    /// <summary>Starts another program than the tool: a sample.</summary>
    public static ToolProcess StartProgram(string program, params string[] arguments) => new(new ProcessStartInfo("dotnet", [program, .. arguments]));

    /// <summary>Starts it with at most so many open files: hard, too, as the runtime raises the soft limit.</summary>
    public static ToolProcess StartWithFiles(int most, params string[] arguments) =>
        new(new ProcessStartInfo("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"ulimit -n {most}; exec dotnet \"$0\" \"$@\""), Tool, .. arguments]));

    /// <summary>Ends it as nothing can resist: it cannot clean up.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>What a service manager does, and Ctrl-C but for this: who runs the tests in the background of a shell has that ignored in all of them.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Its exit code, when it has ended and everything that it said was read.</summary>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"it does not end: {Account()}");
        }

        await _reading;
        return _process.ExitCode;
    }

    /// <summary>The first line of its output, or of its errors, that holds the text.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var isOver = _reading.IsCompleted;
            if (OutputLines.Concat(ErrorLines).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            Assert.False(isOver || patience.IsCancellationRequested, $"no '{text}': {Account()}");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until something of the test's own holds; the process must live as long.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!holds())
        {
            Assert.False(_process.HasExited || patience.IsCancellationRequested, Account());
            await Task.Yield();
        }
    }

    /// <summary>Everything that it said.</summary>
    public string Account() => string.Join('\n', [.. ErrorLines.TakeLast(20), .. OutputLines.TakeLast(10)]);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Tool => typeof(PeersCommandLine).Assembly.Location;

    private async Task ReadAsync(StreamReader reader, List<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lock)
            {
                lines.Add(line);
            }
        }
    }

    private List<string> Copy(List<string> lines)
    {
        lock (_lock)
        {
            return [.. lines];
        }
    }
}
