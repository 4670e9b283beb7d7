using Spectre.Console;

namespace Peers.Cli;

/// <summary>Progress of named steps: bars that move on a terminal, elsewhere a line when a step is done.</summary>
internal sealed class ProgressBars
{
    private readonly CommandOutput _output;
    private readonly ProgressContext? _bars;
    private readonly Dictionary<string, ProgressTask> _tasks = [];
    private readonly HashSet<string> _done = [];

    private ProgressBars(CommandOutput output, ProgressContext? bars)
    {
        _output = output;
        _bars = bars;
    }

    /// <summary>Runs code that reports progress.</summary>
    public static async Task RunAsync(CommandOutput output, Func<ProgressBars, Task> run)
    {
        if (!output.IsTerminal)
        {
            await run(new ProgressBars(output, null));
            return;
        }

        await output.Console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new CountColumn())
            .StartAsync(context => run(new ProgressBars(output, context)));
    }

    /// <summary>So much of a step is done.</summary>
    public void Report(string step, long done, long total)
    {
        if (_bars is not null)
        {
            if (!_tasks.TryGetValue(step, out var task))
            {
                _tasks.Add(step, task = _bars.AddTask(step));
            }

            // A bar of nothing is full.
            task.MaxValue = Math.Max(1, total);
            task.Value = total == 0 ? 1 : done;
        }
        else if (done >= total && _done.Add(step))
        {
            _output.WriteLine($"{step}: {done} of {total}");
        }
    }

    private sealed class CountColumn : ProgressColumn
    {
        public override Spectre.Console.Rendering.IRenderable Render(
            Spectre.Console.Rendering.RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text($"{task.Value:0} of {task.MaxValue:0}");
    }
}
