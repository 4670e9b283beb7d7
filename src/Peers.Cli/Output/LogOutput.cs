using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace Peers.Cli;

/// <summary>The log on standard error. A sink of our own: it writes where the command writes, also in a test.</summary>
internal sealed class LogOutput : ILogEventSink
{
    private const string Line =
        "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext} {PeerId} {Endpoint} {Message:lj}{NewLine}{Exception}";

    private readonly MessageTemplateTextFormatter _formatter = new(Line);
    private readonly TextWriter _writer;

    private LogOutput(TextWriter writer) => _writer = writer;

    public static Logger Create(LogChoice choice, TextWriter writer)
    {
        var log = new LoggerConfiguration();
        log = choice switch
        {
            LogChoice.Wire => log.MinimumLevel.Warning().MinimumLevel.Override("peers.wire", LogEventLevel.Debug),
            LogChoice.Debug => log.MinimumLevel.Debug(),
            LogChoice.Info => log.MinimumLevel.Information(),
            LogChoice.Warning => log.MinimumLevel.Warning(),
            LogChoice.Error => log.MinimumLevel.Error(),
            _ => log.MinimumLevel.Fatal(),
        };
        if (choice is not LogChoice.Debug)
        {
            // What goes wrong with a socket, the engine reports with its reason; Akka.IO says it again, with a stack trace.
            log = log.MinimumLevel.Override("Akka.IO", LogEventLevel.Fatal);
        }

        if (choice is LogChoice.Warning)
        {
            // Machines come and go: Akka warns of each message that it held back meanwhile, and all of them are told again.
            log = log.MinimumLevel.Override("Akka.Cluster", LogEventLevel.Error).MinimumLevel.Override("remoting", LogEventLevel.Error)
                .MinimumLevel.Override("Akka.Remote", LogEventLevel.Fatal);
        }

        return log.WriteTo.Sink(new LogOutput(writer)).CreateLogger();
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_writer)
        {
            _formatter.Format(logEvent, _writer);
        }
    }
}
