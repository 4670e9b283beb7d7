using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Peers.Serilog;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using SerilogLogEvent = Serilog.Events.LogEvent;

namespace Peers.Tests;

public sealed class SerilogLoggerSpec : IAsyncDisposable
{
    private readonly MemorySink _sink = new();
    private readonly ActorSystem _system;

    public SerilogLoggerSpec() => _system = Start(Everything(_sink));

    private ILoggingAdapter Log => Logging.GetLogger(_system, typeof(SerilogLoggerSpec));

    public async ValueTask DisposeAsync() => await _system.Terminate();

    [Fact(DisplayName = "A template stays a template, and its values stay values of their types")]
    public async Task A_template_keeps_its_named_values()
    {
        Log.Info("Block {Height} came from {Peer}", 840_000, "peer-17");

        var written = await Written("Block {Height} came from {Peer}");
        Assert.Equal(840_000, Scalar(written, "Height"));
        Assert.Equal("peer-17", Scalar(written, "Peer"));
        Assert.Equal("Block 840000 came from \"peer-17\"", Rendered(written));
    }

    [Fact(DisplayName = "A format in a template is used when the event is rendered")]
    public async Task A_format_is_kept()
    {
        Log.Info("Took {Elapsed:0.00} ms", 1.5);

        var written = await Written("Took {Elapsed:0.00} ms");
        Assert.Equal(1.5, Scalar(written, "Elapsed"));
        Assert.Equal("Took 1.50 ms", Rendered(written));
    }

    [Fact(DisplayName = "Numbered places of a template are filled")]
    public async Task Numbered_places_are_filled()
    {
        Log.Info("{0} of {1}", 3, 7);

        Assert.Equal("3 of 7", Rendered(await Written("{0} of {1}")));
    }

    [Fact(DisplayName = "An object is taken apart where the template says @, and put as text where it says $")]
    public async Task Operators_of_the_template_are_heeded()
    {
        Log.Info("{@Whole} {$Text}", new Sample(5), new Sample(6));

        var written = await Written("{@Whole} {$Text}");
        var whole = Assert.IsType<StructureValue>(written.Properties["Whole"]);
        Assert.Equal(5, Assert.IsType<ScalarValue>(Assert.Single(whole.Properties).Value).Value);
        Assert.Equal(new Sample(6).ToString(), Scalar(written, "Text"));
    }

    [Fact(DisplayName = "Context properties are on every event of their logger, with a template and without")]
    public async Task Context_properties_are_kept()
    {
        var log = Log.WithContext("PeerId", 17L).WithContext("Endpoint", "203.0.113.1:8333");

        log.Info("Heard {Command}", "inv");
        log.Info("No template");

        var templated = await Written("Heard {Command}");
        var plain = await Written(@event => Rendered(@event) == "No template");
        Assert.All([templated, plain], written =>
        {
            Assert.Equal(17L, Scalar(written, "PeerId"));
            Assert.Equal("203.0.113.1:8333", Scalar(written, "Endpoint"));
        });
        Assert.Equal("inv", Scalar(templated, "Command"));
    }

    [Fact(DisplayName = "What the caller names outranks what the logger would say")]
    public async Task The_callers_names_win()
    {
        Log.Info("On {Thread} of {LogSource}", "mine", "me");

        var written = await Written("On {Thread} of {LogSource}");
        Assert.Equal("mine", Scalar(written, "Thread"));
        Assert.Equal("me", Scalar(written, "LogSource"));
    }

    [Fact(DisplayName = "Plain text with braces is not read as a template")]
    public async Task Plain_text_is_no_template()
    {
        Log.Info("user agent /{PeerId}:1.0/");

        var written = await Written(@event => Rendered(@event) == "user agent /{PeerId}:1.0/");
        Assert.DoesNotContain("PeerId", written.Properties.Keys);
    }

    [Fact(DisplayName = "An exception is the event's exception, not text")]
    public async Task An_exception_is_kept()
    {
        var failure = new InvalidOperationException("broken");

        Log.Error(failure, "Peer {PeerId} failed", 17);

        Assert.Same(failure, (await Written("Peer {PeerId} failed")).Exception);
    }

    [Theory(DisplayName = "Levels are translated")]
    [InlineData(LogLevel.DebugLevel, LogEventLevel.Debug)]
    [InlineData(LogLevel.InfoLevel, LogEventLevel.Information)]
    [InlineData(LogLevel.WarningLevel, LogEventLevel.Warning)]
    [InlineData(LogLevel.ErrorLevel, LogEventLevel.Error)]
    public async Task Levels_are_translated(LogLevel logged, LogEventLevel expected)
    {
        Log.Log(logged, null, "Level {Level}", "known");

        Assert.Equal(expected, (await Written("Level {Level}")).Level);
    }

    [Fact(DisplayName = "The time of an event is when it was logged, not when it was written")]
    public async Task The_time_is_the_callers()
    {
        var logged = new Info("somewhere", typeof(SerilogLoggerSpec), "at a time");

        _system.EventStream.Publish(logged);

        var written = await Written(@event => Rendered(@event) == "at a time");
        Assert.Equal(new DateTimeOffset(logged.Timestamp, TimeSpan.Zero), written.Timestamp);
    }

    [Fact(DisplayName = "An event of an actor names its class, its path and its source")]
    public async Task An_actor_is_named()
    {
        _system.ActorOf(Props.Create(() => new Talker()), "talker").Tell("hello");

        var written = await Written("Said {Text}");
        Assert.Equal(typeof(Talker).FullName, Scalar(written, Constants.SourceContextPropertyName));
        Assert.Equal($"akka://{_system.Name}/user/talker", Scalar(written, "ActorPath"));
        Assert.Contains("/user/talker", Assert.IsType<string>(Scalar(written, "LogSource")), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An event from outside of actors has no path of an actor")]
    public async Task Outside_of_actors_there_is_no_path()
    {
        Log.Info("From {Where}", "outside");

        var written = await Written("From {Where}");
        Assert.DoesNotContain("ActorPath", written.Properties.Keys);
        Assert.Equal(typeof(SerilogLoggerSpec).FullName, Scalar(written, Constants.SourceContextPropertyName));
    }

    [Fact(DisplayName = "A logger with a name can be switched on alone")]
    public async Task A_named_logger_has_a_level_of_its_own()
    {
        using var logger = new LoggerConfiguration()
            .MinimumLevel.Warning().MinimumLevel.Override("peers.wire", LogEventLevel.Debug)
            .WriteTo.Sink(_sink).CreateLogger();
        await using var system = new Disposable(Start(logger));

        Logging.GetLogger(system.System, typeof(SerilogLoggerSpec)).Debug("Hidden {Value}", 1);
        Logging.GetLogger(system.System, "peers.wire").Debug("Shown {Value}", 2);

        // Events of one system are written in the order in which they were logged.
        var written = await Written(@event => @event.MessageTemplate.Text is "Hidden {Value}" or "Shown {Value}");
        Assert.Equal("Shown {Value}", written.MessageTemplate.Text);
        Assert.Equal("peers.wire", Scalar(written, Constants.SourceContextPropertyName));
    }

    [Fact(DisplayName = "Trace and span of the caller's activity are kept")]
    public async Task Activities_are_kept()
    {
        using var activity = new Activity("sync").SetIdFormat(ActivityIdFormat.W3C).Start();

        Log.Info("Within {Activity}", "sync");

        var written = await Written("Within {Activity}");
        Assert.Equal(activity.TraceId, written.TraceId);
        Assert.Equal(activity.SpanId, written.SpanId);
    }

    [Fact(DisplayName = "Each actor system writes to the logger of its own setup")]
    public async Task Systems_do_not_share_a_logger()
    {
        var elsewhere = new MemorySink();
        await using var system = new Disposable(Start(Everything(elsewhere)));

        Logging.GetLogger(system.System, typeof(SerilogLoggerSpec)).Info("To {Sink}", "elsewhere");
        Log.Info("To {Sink}", "here");

        Assert.Equal("elsewhere", Scalar(await elsewhere.Next(@event => @event.MessageTemplate.Text == "To {Sink}"), "Sink"));
        Assert.Equal("here", Scalar(await Written("To {Sink}"), "Sink"));
    }

    [Fact(DisplayName = "Without a setup the actor system starts and writes to the global logger")]
    public async Task Without_a_setup_the_system_starts()
    {
        // The global logger is left as it is (silent): tests share it.
        await using var system = new Disposable(ActorSystem.Create("without", Loggers));

        Logging.GetLogger(system.System, typeof(SerilogLoggerSpec)).Info("Nobody {Hears}", "this");
    }

    [Fact(DisplayName = "Templates are remembered up to a limit")]
    public void The_cache_of_templates_is_bounded()
    {
        var cache = new MessageTemplateCache(capacity: 2);
        var first = cache.Parse("first {A}");

        for (var i = 0; i < 100; i++)
            Assert.Equal($"template {i}", cache.Parse(string.Create(CultureInfo.InvariantCulture, $"template {i}")).Text);

        Assert.Equal(2, cache.Count);
        Assert.Same(first, cache.Parse("first {A}"));
    }

    private static Config Loggers { get; } = ConfigurationFactory.ParseString(
        """
        akka {
          loggers = ["Peers.Serilog.SerilogLogger, Peers.Serilog"]
          loglevel = DEBUG
          stdout-loglevel = OFF
        }
        """);

    private static Logger Everything(ILogEventSink sink) => new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(sink).CreateLogger();

    private static ActorSystem Start(ILogger logger) =>
        ActorSystem.Create("logging", BootstrapSetup.Create().WithConfig(Loggers).And(new SerilogLoggerSetup(logger)));

    private Task<SerilogLogEvent> Written(string template) => Written(@event => @event.MessageTemplate.Text == template);

    private Task<SerilogLogEvent> Written(Func<SerilogLogEvent, bool> wanted) => _sink.Next(wanted);

    private static string Rendered(SerilogLogEvent written) => written.RenderMessage(CultureInfo.InvariantCulture);

    private static object? Scalar(SerilogLogEvent written, string property) =>
        Assert.IsType<ScalarValue>(written.Properties[property]).Value;

    private sealed record Sample(int Number);

    private sealed record Disposable(ActorSystem System) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await System.Terminate();
    }

    private sealed class Talker : UntypedActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        protected override void OnReceive(object message) => _log.Info("Said {Text}", message);
    }

    private sealed class MemorySink : ILogEventSink
    {
        // Only a test that fails waits as long as this.
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly Channel<SerilogLogEvent> _events = Channel.CreateUnbounded<SerilogLogEvent>();

        public void Emit(SerilogLogEvent logEvent) => _events.Writer.TryWrite(logEvent);

        public async Task<SerilogLogEvent> Next(Func<SerilogLogEvent, bool> wanted)
        {
            using var timeout = new CancellationTokenSource(Patience);
            await foreach (var @event in _events.Reader.ReadAllAsync(timeout.Token))
            {
                if (wanted(@event))
                    return @event;
            }

            throw new InvalidOperationException("The channel is never completed.");
        }
    }
}
