using System.Collections.Concurrent;
using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Peers.Serilog;
using Serilog.Core;
using SerilogConfiguration = global::Serilog.LoggerConfiguration;
using SerilogEvent = global::Serilog.Events.LogEvent;

namespace Peers.Tests;

public sealed class ConnectionLogTests
{
    private const string LastLine = "everything is written";

    [Fact(DisplayName = "Every line about a connection names it, and messages have a logger of their own")]
    public async Task Lines_name_their_connection()
    {
        var sink = new QueueSink();
        await using var logger = new SerilogConfiguration().MinimumLevel.Verbose().WriteTo.Sink(sink).CreateLogger();
        var config = ConfigurationFactory.ParseString(
            """
            akka { loglevel = DEBUG, stdout-loglevel = OFF, loggers = ["Peers.Serilog.SerilogLogger, Peers.Serilog"] }
            peers { network = regtest, log.wire = on }
            """);
        using var system = ActorSystem.Create("log", BootstrapSetup.Create().WithConfig(config).And(new SerilogLoggerSetup(logger)));
        await using (var server = PeerEngine.Start(system, name: "server"))
        await using (var client = PeerEngine.Start(system, name: "client"))
        await using (await client.ConnectAsync(await server.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0))))
        {
        }

        // The logger dies with its system before it has written what waits for it: a line of our own, behind all others, says when it has.
        system.Log.Info(LastLine);
        await sink.LastLineWritten.WaitAsync(TimeSpan.FromSeconds(30));
        await system.Terminate();
        var ofConnections = sink.Events.Where(logged => Text(logged, "SourceContext") is { } source
            && (source == "peers.wire" || source.StartsWith("Peers.", StringComparison.Ordinal))
            && !logged.MessageTemplate.Text.Contains("isten", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(ofConnections);
        Assert.All(ofConnections, logged => Assert.All(
            ["PeerId", "Endpoint", "Direction"], name => Assert.True(logged.Properties.ContainsKey(name), $"{logged.MessageTemplate.Text} lacks {name}")));
        var wire = sink.Events.Where(logged => Text(logged, "SourceContext") == "peers.wire").ToList();
        Assert.Contains(wire, logged => Text(logged, "Command") == "version");
        Assert.All(wire, logged => Assert.Equal(global::Serilog.Events.LogEventLevel.Information, logged.Level));
    }

    private static string? Text(SerilogEvent logged, string property) =>
        logged.Properties.TryGetValue(property, out var value) ? value.ToString().Trim('"') : null;

    private sealed class QueueSink : ILogEventSink
    {
        private readonly TaskCompletionSource _lastLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<SerilogEvent> Events { get; } = new();

        public Task LastLineWritten => _lastLine.Task;

        public void Emit(SerilogEvent logEvent)
        {
            Events.Enqueue(logEvent);
            if (Text(logEvent, "Message") == LastLine)
            {
                _lastLine.TrySetResult();
            }
        }
    }
}
