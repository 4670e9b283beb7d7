using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using AkkaLogEvent = Akka.Event.LogEvent;
using SerilogLogEvent = Serilog.Events.LogEvent;

namespace Peers.Serilog;

/// <summary>
/// Writes the log events of an actor system to Serilog: template, named properties, context properties and exception as they were logged.
/// Chosen by configuration, <c>akka.loggers = ["Peers.Serilog.SerilogLogger, Peers.Serilog"]</c>, one per actor system.
/// Born with the system and dies with it. Does not filter beyond <c>akka.loglevel</c> and the levels of the Serilog logger,
/// and does not close that logger.
/// </summary>
/// <remarks>
/// Every event has <c>SourceContext</c> (the class that logs, or the name of a logger that has no class, so that levels can be overridden
/// for each), <c>LogSource</c>, <c>Thread</c>, and <c>ActorPath</c> if an actor logs. Where the event goes is said by
/// <see cref="SerilogLoggerSetup"/>, else it is <see cref="Log.Logger"/>.
/// </remarks>
public sealed class SerilogLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private const int CachedTemplates = 4096;

    // Text that was logged as such may contain braces; as a property it is never read as a template.
    private const string PlainText = "{Message:l}";

    private readonly MessageTemplateCache _templates = new(CachedTemplates);
    private readonly ILogger? _logger = ConfiguredLogger(Context.System);

    /// <inheritdoc />
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case AkkaLogEvent logged:
                Write(logged);
                return true;
            default:
                return false;
        }
    }

    private static ILogger? ConfiguredLogger(ActorSystem system)
    {
        var setup = system.Settings.Setup.Get<SerilogLoggerSetup>();
        return setup.HasValue ? setup.Value.Logger : null;
    }

    private void Write(AkkaLogEvent logged)
    {
        // The global logger may be set after the actor system has started, so it is asked for each time.
        var logger = (_logger ?? Log.Logger).ForContext(Constants.SourceContextPropertyName, SourceContext(logged));
        var level = Level(logged.LogLevel());
        if (!logger.IsEnabled(level))
            return;

        logger.Write(new SerilogLogEvent(
            Timestamp(logged),
            level,
            logged.Cause,
            Template(logged.Message),
            Properties(logger, logged),
            logged.ActivityContext?.TraceId ?? default,
            logged.ActivityContext?.SpanId ?? default));
    }

    private static string SourceContext(AkkaLogEvent logged)
    {
        if (logged.LogClass != typeof(DummyClassForStringSources))
            return logged.LogClass.FullName ?? logged.LogClass.Name;

        // A logger made from a name carries its system behind it: "peers.wire (akka://node)".
        var end = logged.LogSource.IndexOf(" (akka", StringComparison.Ordinal);
        return end < 0 ? logged.LogSource : logged.LogSource[..end];
    }

    private static LogEventLevel Level(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => LogEventLevel.Debug,
        LogLevel.InfoLevel => LogEventLevel.Information,
        LogLevel.WarningLevel => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };

    private static DateTimeOffset Timestamp(AkkaLogEvent logged) => new(DateTime.SpecifyKind(logged.Timestamp, DateTimeKind.Utc));

    private MessageTemplate Template(object message) => _templates.Parse(message is LogMessage templated ? templated.Format : PlainText);

    // Where names meet the last one wins, so what the caller logged comes after what every event has.
    private List<LogEventProperty> Properties(ILogger logger, AkkaLogEvent logged)
    {
        var properties = new List<LogEventProperty>();
        Add("LogSource", logged.LogSource);
        Add("Thread", logged.Thread.ManagedThreadId);
        if (!Sender.IsNobody())
            Add("ActorPath", Sender.Path.ToString());
        if (logged.Message is not LogMessage)
            Add("Message", logged.Message);
        if (logged.TryGetProperties(out var named) && named is not null)
        {
            foreach (var (name, value) in named)
                AddNamed(name, value);
        }

        return properties;

        // Akka leaves Serilog's operators in the name: {@Header} is to be taken apart, {$Header} to be put as text.
        void AddNamed(string name, object? value)
        {
            switch (name)
            {
                case ['@', _, ..]:
                    Add(name[1..], value, destructure: true);
                    break;
                case ['$', _, ..]:
                    Add(name[1..], value?.ToString());
                    break;
                default:
                    Add(name, value);
                    break;
            }
        }

        void Add(string name, object? value, bool destructure = false)
        {
            if (logger.BindProperty(name, value, destructure, out var property))
                properties.Add(property);
        }
    }
}
