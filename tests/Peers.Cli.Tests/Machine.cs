using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Peers.Cli.Tests;

/// <summary>One process of the tool, on the machine's own network or in a namespace of it.</summary>
internal sealed class Machine : IDisposable
{
    /// <summary>In the place of an exit code, for one that runs on: its account says more than a time-out.</summary>
    public const int NotEnded = -1;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Machine(IEnumerable<string> arguments, string? netns = null)
    {
        // ip becomes the process that it starts, so that a signal reaches it.
        var start = netns is null ? new ProcessStartInfo("dotnet") : new ProcessStartInfo("ip", ["netns", "exec", netns, "dotnet"]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        start.ArgumentList.Add(typeof(PeersCommandLine).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_lines, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The address by which Akka knows it, as soon as it has joined.</summary>
    public async Task<Uri> AddressAsync() => new((string)(await EventAsync(line => (string?)line["event"] == "joined"))["address"]!);

    /// <summary>How the whole crawl does, as soon as it does as is wanted.</summary>
    public Task<JsonNode> ProgressAsync(int workers, int visited) => EventAsync(line =>
        (string?)line["event"] == "progress" && (int)line["workers"]! == workers && (int)line["visited"]! >= visited);

    /// <summary>What it said on standard error.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_lock)
            {
                return [.. _errors];
            }
        }
    }

    /// <summary>The last that it told of.</summary>
    public JsonNode Last
    {
        get
        {
            lock (_lock)
            {
                return JsonNode.Parse(_lines[^1])!;
            }
        }
    }

    /// <summary>Ends it: asked to, or without a word.</summary>
    public void End(bool isAsked)
    {
        if (isAsked)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
        else
        {
            _process.Kill();
        }
    }

    public async Task<JsonNode> EventAsync(Func<JsonNode, bool> isIt)
    {
        using var patience = new CancellationTokenSource(Patience);
        for (var from = 0; ;)
        {
            Task more;
            lock (_lock)
            {
                for (; from < _lines.Count; from++)
                {
                    if (JsonNode.Parse(_lines[from]) is { } line && isIt(line))
                    {
                        return line;
                    }
                }

                more = _more.Task;
            }

            Assert.False(_process.HasExited, Account());
            await Task.WhenAny(more, _process.WaitForExitAsync(patience.Token)).WaitAsync(patience.Token);
        }
    }

    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return NotEnded;
        }

        return _process.ExitCode;
    }

    public string Account()
    {
        lock (_lock)
        {
            return string.Join('\n', [.. _errors.TakeLast(60), .. _lines.TakeLast(5)]);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Add(List<string> lines, string? line)
    {
        lock (_lock)
        {
            if (line is not null)
            {
                lines.Add(line);
            }

            var more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            more.SetResult();
        }
    }
}
