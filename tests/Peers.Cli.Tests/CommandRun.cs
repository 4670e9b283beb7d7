using System.Text;
using System.Text.Json.Nodes;

namespace Peers.Cli.Tests;

/// <summary>One run of the command line inside the test's process, with an output of its own that can be waited for.</summary>
internal sealed class CommandRun : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly WatchedWriter _output = new();
    private readonly WatchedWriter _error = new();

    private CommandRun(IReadOnlyList<string> arguments, TimeProvider clock, byte[]? input)
    {
        var environment = new CommandEnvironment(
            new MemoryStream(input ?? []), _output, _error, IsInputTerminal: input is null, IsOutputTerminal: false, clock);
        Exit = Task.Run(() => PeersCommandLine.RunAsync(arguments, environment, _stopping.Token));
    }

    /// <summary>The exit code.</summary>
    public Task<int> Exit { get; }

    public IReadOnlyList<string> OutputLines => _output.Lines;

    public IReadOnlyList<string> ErrorLines => _error.Lines;

    public IEnumerable<JsonObject> Events => OutputLines.Select(line => JsonNode.Parse(line)!.AsObject());

    /// <summary>Starts a run whose timers never fire, unless the clock says so.</summary>
    public static CommandRun Start(params string[] arguments) => new(arguments, new StillClock(), null);

    public static CommandRun Start(TimeProvider clock, params string[] arguments) => new(arguments, clock, null);

    public static CommandRun StartWithInput(byte[] input, params string[] arguments) => new(arguments, new StillClock(), input);

    public JsonObject Event(string name) => Events.First(happened => (string?)happened["event"] == name);

    /// <summary>The first line of the output that holds the text, as soon as it is there.</summary>
    /// <exception cref="InvalidOperationException">The run ended without it.</exception>
    public async Task<string> LineWithAsync(string text)
    {
        var line = _output.LineWithAsync(text);
        await Task.WhenAny(line, Exit);
        if (!line.IsCompleted && _output.Lines.FirstOrDefault(written => written.Contains(text, StringComparison.Ordinal)) is null)
        {
            throw new InvalidOperationException($"no '{text}' but exit {await Exit}: {string.Join('\n', [.. ErrorLines, .. OutputLines])}");
        }

        return await line;
    }

    /// <summary>What Ctrl-C does.</summary>
    public Task<int> StopAsync()
    {
        _stopping.Cancel();
        return Exit;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <summary>Completes waiting tasks as lines come.</summary>
    private sealed class WatchedWriter : StringWriter
    {
        private readonly Lock _lock = new();
        private readonly StringBuilder _line = new();
        private readonly List<string> _lines = [];
        private readonly List<(string Text, TaskCompletionSource<string> Found)> _waiting = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lock)
                {
                    return [.. _lines];
                }
            }
        }

        public override void Write(char value)
        {
            lock (_lock)
            {
                if (value == '\n')
                {
                    Complete(_line.ToString());
                    _line.Clear();
                }
                else if (value != '\r')
                {
                    _line.Append(value);
                }
            }
        }

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(string? value) => Write(value.AsSpan());

        public override void WriteLine(string? value) => Write(value + "\n");

        public override void Write(ReadOnlySpan<char> buffer)
        {
            lock (_lock)
            {
                foreach (var character in buffer)
                {
                    Write(character);
                }
            }
        }

        public Task<string> LineWithAsync(string text)
        {
            lock (_lock)
            {
                if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } there)
                {
                    return Task.FromResult(there);
                }

                var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((text, found));
                return found.Task;
            }
        }

        private void Complete(string line)
        {
            _lines.Add(line);
            foreach (var (text, found) in _waiting)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    found.TrySetResult(line);
                }
            }
        }
    }
}
