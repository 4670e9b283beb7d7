using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Microsoft.Extensions.Logging;
using AkkaLevel = Akka.Event.LogLevel;
using HostLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Peers.Hosting;

/// <summary>
/// Writes the log of an actor system to <see cref="ILogger"/>: the category is the class that logs, so that levels can be set for each, and templates keep their
/// named properties. One per actor system, dies with it.
/// </summary>
/// <remarks>Akka.Hosting's logger writes all under one category, as text with a time and a thread before it; and it cannot be waited for.</remarks>
internal sealed class HostLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private const string TemplateName = "{OriginalFormat}";

    private readonly HostLog _log = Context.System.Settings.Setup.Get<HostLog>().Value;

    protected override void PreStart() => _log.Begin(Self);

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logged:
                Write(logged);
                return true;
            case Flush:
                Sender.Tell(Flushed.Instance);
                return true;
            default:
                return false;
        }
    }

    private void Write(LogEvent logged)
    {
        var logger = _log.Loggers.CreateLogger(Category(logged));
        var level = Level(logged.LogLevel());
        if (!logger.IsEnabled(level))
        {
            return;
        }

        List<KeyValuePair<string, object?>> state = [];
        if (logged.TryGetProperties(out var properties) && properties is not null)
        {
            state.AddRange(properties.Select(property => KeyValuePair.Create(property.Key, (object?)property.Value)));
        }

        state.Add(KeyValuePair.Create("ActorPath", (object?)logged.LogSource));
        var text = logged.Message.ToString() ?? "";
        state.Add(KeyValuePair.Create(TemplateName, (object?)(logged.Message is LogMessage template ? template.Format : text)));
        logger.Log(level, default, state, logged.Cause, (_, _) => text);
    }

    private static string Category(LogEvent logged)
    {
        if (logged.LogClass != typeof(DummyClassForStringSources))
        {
            return logged.LogClass.FullName ?? logged.LogClass.Name;
        }

        // A logger made from a name carries its system behind it: "peers.wire (akka://node)".
        var end = logged.LogSource.IndexOf(" (akka", StringComparison.Ordinal);
        return end < 0 ? logged.LogSource : logged.LogSource[..end];
    }

    private static HostLevel Level(AkkaLevel level) => level switch
    {
        AkkaLevel.DebugLevel => HostLevel.Debug,
        AkkaLevel.InfoLevel => HostLevel.Information,
        AkkaLevel.WarningLevel => HostLevel.Warning,
        _ => HostLevel.Error,
    };

    /// <summary>Say when everything before this is written.</summary>
    internal sealed record Flush : INoSerializationVerificationNeeded
    {
        public static Flush Instance { get; } = new();
    }

    /// <summary>It is.</summary>
    internal sealed record Flushed : INoSerializationVerificationNeeded
    {
        public static Flushed Instance { get; } = new();
    }
}
