using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Peers.Cli;

/// <summary>
/// Standard output in one of three forms: JSON lines, plain lines, or a terminal with colours and bars. What happens is told once;
/// the form decides what is seen of it. Several threads may tell.
/// </summary>
internal sealed class CommandOutput
{
    private const int WidthWithoutTerminal = 110;

    private readonly Lock _lock = new();
    private readonly TextWriter _writer;

    public CommandOutput(CommandEnvironment environment, bool json)
    {
        _writer = environment.Output;
        IsJson = json;
        IsTerminal = environment.IsOutputTerminal && !json;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(environment.Output),
            Ansi = IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!IsTerminal)
        {
            Console.Profile.Width = WidthWithoutTerminal;
        }
    }

    public bool IsJson { get; }

    /// <summary>Whether a person watches.</summary>
    public bool IsTerminal { get; }

    /// <summary>For what moves on a terminal.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Tells of something that happened: an object of that name, or a line.</summary>
    /// <param name="name">The value of <c>event</c>.</param>
    /// <param name="fields">The other fields.</param>
    /// <param name="line">The same for a person; null when a person need not know.</param>
    public void Tell(string name, object fields, string? line)
    {
        if (IsJson)
        {
            WriteJson(name, fields);
        }
        else if (line is not null)
        {
            WriteLine(line);
        }
    }

    /// <summary>A line for a person; nothing where JSON is wanted.</summary>
    public void WriteLine(string line)
    {
        if (IsJson)
        {
            return;
        }

        lock (_lock)
        {
            if (IsTerminal)
            {
                // Through the console, so that a bar below it moves down; as wide as the terminal, to cover what the bar leaves behind.
                var covering = line.Split('\n').Select(row => row.TrimEnd('\r').PadRight(Console.Profile.Width - 1));
                Console.Write(new Text(string.Join(Environment.NewLine, covering) + Environment.NewLine));
            }
            else
            {
                _writer.WriteLine(line);
            }
        }
    }

    /// <summary>A table for a person; nothing where JSON is wanted.</summary>
    public void Write(IRenderable table)
    {
        if (IsJson)
        {
            return;
        }

        lock (_lock)
        {
            Console.Write(table);
        }
    }

    private void WriteJson(string name, object fields)
    {
        var line = new JsonObject { ["event"] = name };
        foreach (var (key, value) in JsonSerializer.SerializeToNode(fields, WireJson.Options)!.AsObject())
        {
            line[key] = value?.DeepClone();
        }

        lock (_lock)
        {
            _writer.WriteLine(line.ToJsonString(WireJson.Options));
            _writer.Flush();
        }
    }
}
