using Peers.Crawler;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;
using Serilog.Parsing;

namespace Peers.Cli;

/// <summary>The log on standard error. A sink of our own: it writes where the command writes, also in a test.</summary>
internal sealed class LogOutput : ILogEventSink
{
    private const string Line =
        "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext} {PeerId} {Endpoint} {Message:lj}{NewLine}{Exception}";

    /// <summary>Between two lines of bytes that were not Akka's: whoever sends them must not fill the log.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private static readonly MessageTemplate NotAkka = new MessageTemplateParser().Parse(
        "A connection to the cluster's port of this machine was closed: what came over it was none of Akka's messages");

    private readonly MessageTemplateTextFormatter _formatter = new(Line);
    private readonly TextWriter _writer;
    private readonly bool _isWhole;
    private DateTimeOffset _told = DateTimeOffset.MinValue;

    /// <param name="writer">Where it writes.</param>
    /// <param name="isWhole">Whether it says of a stranger's bytes all that Akka says of them.</param>
    private LogOutput(TextWriter writer, bool isWhole) => (_writer, _isWhole) = (writer, isWhole);

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

        return log.WriteTo.Sink(new LogOutput(writer, isWhole: choice is LogChoice.Debug)).CreateLogger();
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_writer)
        {
            if (!_isWhole && ClusterCrawl.IsDeparture(logEvent.Exception))
            {
                return;
            }

            // The port of a cluster may be scanned: Akka tells of each connection by an error and a stack trace.
            if (!_isWhole && ClusterCrawl.IsFromStranger(logEvent.Exception))
            {
                if (logEvent.Timestamp - _told < Silence)
                {
                    return;
                }

                _told = logEvent.Timestamp;
                logEvent = new LogEvent(logEvent.Timestamp, LogEventLevel.Warning, null, NotAkka, []);
            }

            _formatter.Format(logEvent, _writer);
        }
    }
}
