using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Peers.Cli;

/// <summary>How far virtual time is: a bar on standard error while a person watches it, and at last the real time that it took.</summary>
internal static class SimulationProgress
{
    public static void Run(CommandEnvironment environment, SimulateValues values, Action<Action<TimeSpan>> run)
    {
        if (!environment.IsErrorTerminal)
        {
            run(_ => { });
            return;
        }

        var start = environment.Clock.GetTimestamp();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(environment.Error) });
        console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new VirtualTimeColumn())
            .Start(context =>
            {
                var bar = context.AddTask("virtual time", maxValue: values.For.TotalSeconds);
                run(elapsed => bar.Value = elapsed.TotalSeconds);
            });
        environment.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{values.For} of virtual time in {environment.Clock.GetElapsedTime(start).TotalSeconds:0.0} s"));
    }

    private sealed class VirtualTimeColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(string.Create(CultureInfo.InvariantCulture, $"{TimeSpan.FromSeconds(task.Value):hh\\:mm\\:ss} of {TimeSpan.FromSeconds(task.MaxValue):hh\\:mm\\:ss}"));
    }
}
