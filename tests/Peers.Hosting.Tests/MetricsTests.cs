using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Peers.Wire;

namespace Peers.Hosting.Tests;

/// <summary>What is measured, by a listener as an exporter has one. Listeners are of the whole process: these tests run alone.</summary>
[Collection(nameof(Alone))]
public sealed partial class MetricsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "metrics.md"));

    [Fact(DisplayName = "Messages and bytes by command are exact when the conversation is over, whenever its connections were looked at")]
    public async Task Totals_are_exact()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services =>
        {
            services.AddMetrics();
            services.AddPeers(options => (options.Network, options.Listen, options["metrics.interval"]) = ("regtest", ["127.0.0.1:0"], "3ms"));
        });
        using var measured = new Measured(host.Services.GetRequiredService<IMeterFactory>());
        await host.StartAsync();
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        var events = engine.EventsAsync();
        await using (var ours = await engine.ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience))
        {
            await using var theirs = await remote.Engine.ConnectAsync(engine.Listening[0]).WaitAsync(Scene.Patience);
            await using var inbound = await engine.AcceptAsync().FirstAsync();
            for (ulong i = 0; i < 50; i++)
            {
                ours.Send(new PingMessage(i));
                theirs.Send(new UnknownMessage($"x{i}", new byte[100 + i]));
            }

            await inbound.Messages.ReadAllAsync().FirstAsync(message => message is UnknownMessage { Command: "x49" });
            await Until(() => measured.Sum("peers.messages", "peers.message.command", "pong") >= 50); // While the connections stand.
            await ours.SendAsync(new PingMessage(50));
        }

        await using (var third = await engine.ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience))
        {
            third.Send(new PingMessage(51)); // Over before anybody can have looked.
        }

        await host.StopAsync().WaitAsync(Scene.Patience);
        var last = (await events.ToListAsync()).OfType<PeerStopped>().Select(stopped => stopped.Stats!).ToList();

        Assert.Equal(3, last.Count);
        foreach (var (flow, of) in new (string, Func<PeerStats, IEnumerable<KeyValuePair<string, MessageCount>>>)[] { ("transmit", stats => stats.Sent), ("receive", stats => stats.Received) })
        {
            foreach (var command in last.SelectMany(of).GroupBy(count => count.Key, count => count.Value))
            {
                var word = command.Key == "*other*" ? "other" : command.Key;
                Assert.Equal(command.Sum(count => count.Messages), measured.Sum("peers.messages", ("peers.message.command", word), ("network.io.direction", flow)));
                Assert.Equal(command.Sum(count => count.Bytes), measured.Sum("peers.message.io", ("peers.message.command", word), ("network.io.direction", flow)));
            }

            Assert.Equal(last.SelectMany(of).Sum(count => count.Value.Messages), measured.Sum("peers.messages", "network.io.direction", flow));
        }

        Assert.Equal(50, measured.Sum("peers.messages", ("peers.message.command", "other"), ("network.io.direction", "receive")));
        Assert.Equal(3, measured.Sum("peers.handshakes", "peers.handshake.outcome", "ready"));
        Assert.Equal(3, measured.Sum("peers.disconnects"));
    }

    [Fact(DisplayName = "Connections are counted by direction, network, transport and role while they stand; ends and failures by reason and side")]
    public async Task Connections_are_counted()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services =>
        {
            services.AddMetrics();
            services.AddPeers(options => (options.Network, options.Listen, options["metrics.interval"]) = ("regtest", ["127.0.0.1:0"], "3ms"));
        });
        using var measured = new Measured(host.Services.GetRequiredService<IMeterFactory>());
        await host.StartAsync();
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        var ours = await engine.ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience);
        var theirs = await remote.Engine.ConnectAsync(engine.Listening[0]).WaitAsync(Scene.Patience);

        await Until(() => measured.Level("peers.connection.count", ("peers.connection.transport", "v1")) == 2);
        Assert.Equal(1, measured.Level("peers.connection.count", ("peers.connection.direction", "inbound"), ("peers.connection.role", "inbound"), ("peers.connection.network", "ipv4")));
        Assert.Equal(1, measured.Level("peers.connection.count", ("peers.connection.direction", "outbound"), ("peers.connection.network", "ipv4")));

        await ours.DisconnectAsync();
        await theirs.DisconnectAsync();
        using (var closed = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp))
        {
            closed.Bind(Scene.AnyLoopback); // Bound and not listening: nobody else gets the port.
            await Assert.ThrowsAsync<PeerUnreachableException>(() => engine.ConnectAsync(closed.LocalEndPoint!));
        }

        await engine.BanAsync(Subnet.Parse("10.0.0.0/8"));
        await engine.UnbanAsync(Subnet.Parse("10.0.0.0/8"));
        await Until(() => measured.Sum("peers.bans") == 2 && measured.Sum("peers.disconnects") == 2);
        Assert.Equal(0, measured.Level("peers.connection.count"));
        Assert.Equal(1, measured.Sum("peers.disconnects", ("peers.disconnect.reason", "requested"), ("peers.disconnect.side", "local"), ("peers.connection.direction", "outbound")));
        Assert.Equal(1, measured.Sum("peers.disconnects", ("peers.disconnect.reason", "remote_closed"), ("peers.disconnect.side", "remote"), ("peers.connection.direction", "inbound")));
        Assert.Equal(1, measured.Sum("peers.handshakes", "peers.handshake.outcome", "connect_failed"));
        await host.StopAsync();
    }

    [Fact(DisplayName = "Requests are counted by outcome, round trips in seconds")]
    public async Task Requests_are_counted()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services =>
        {
            services.AddMetrics();
            services.AddPeers(options => (options.Network, options["ping.interval"], options["metrics.interval"]) = ("regtest", "5ms", "1h"));
        });
        using var measured = new Measured(host.Services.GetRequiredService<IMeterFactory>());
        await host.StartAsync();
        var peer = await host.Services.GetRequiredService<IPeerEngine>().ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience);
        await using (var theirs = await remote.Engine.Accepted.ReadAsync())
        {
            using var answers = theirs.Subscribe<GetDataMessage>(asked => theirs.Send(new NotFoundMessage(asked.Items)));
            Assert.IsType<Answer<Block>.NotFound>(await peer.GetBlockAsync(Hash256.Zero));
        }

        // Its user is gone, and with him whoever would answer.
        await peer.WhenStopped;
        await using var second = await host.Services.GetRequiredService<IPeerEngine>().ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience);
        using var givenUp = new CancellationTokenSource();
        var unanswered = second.GetBlockAsync(Hash256.Zero);
        var cancelled = second.GetBlockAsync(Hash256.Zero, givenUp.Token);
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await Until(() => measured.Values("peers.ping.duration").Any());
        await host.StopAsync();

        Assert.IsType<Answer<Block>.PeerStopped>(await unanswered);
        Assert.Equal(
            [("cancelled", 1.0), ("not_found", 1.0), ("peer_stopped", 1.0)],
            new[] { "answered", "cancelled", "not_found", "peer_stopped", "timed_out" }
                .Select(outcome => (outcome, measured.Sum("peers.requests", "peers.request.outcome", outcome))).Where(count => count.Item2 > 0));
        Assert.All(measured.Values("peers.ping.duration"), seconds => Assert.InRange(seconds, 0, Scene.Patience.TotalSeconds));
    }

    [Fact(DisplayName = "Instruments, units and tags are those of docs/metrics.md, and every value of a tag is in its closed set there")]
    public async Task The_page_is_right()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services =>
        {
            services.AddMetrics();
            services.AddPeers(options => (options.Network, options.Listen, options["metrics.interval"], options["ping.interval"]) = ("regtest", ["127.0.0.1:0"], "3ms", "5ms"));
        });
        using var measured = new Measured(host.Services.GetRequiredService<IMeterFactory>());
        await host.StartAsync();
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        await using (var peer = await engine.ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience))
        {
            peer.Send(new UnknownMessage("hostile", new byte[1]));
            await Until(() => measured.Level("peers.connection.count", ("peers.connection.transport", "v1")) == 1 && measured.Values("peers.ping.duration").Any());
        }

        await host.StopAsync();

        var documented = InstrumentRow().Matches(Page).Select(row => $"{row.Groups["name"].Value} {row.Groups["kind"].Value} {row.Groups["unit"].Value}").Order(StringComparer.Ordinal);
        Assert.Equal(documented, measured.Instruments.Select(instrument => $"{instrument.Name} {KindOf(instrument)} {instrument.Unit}").Order(StringComparer.Ordinal));

        var tags = TagRow().Matches(Page).ToDictionary(row => row.Groups["name"].Value, row => Quoted().Matches(row.Groups["values"].Value).Select(value => value.Groups[1].Value).ToHashSet());
        var commands = MessageCatalog.Default.Select(type => type.Command).Append("other").ToHashSet();
        Assert.True(measured.Tags.Count > 15);
        Assert.All(measured.Tags, tag => Assert.Contains(tag.Value, tag.Name == "peers.message.command" ? commands : tags[tag.Name]));
        var rows = InstrumentRow().Matches(Page).ToDictionary(row => row.Groups["name"].Value, row => row.Groups["tags"].Value);
        Assert.All(measured.TagsOfInstruments, tag => Assert.Contains($"`{tag.Tag}`", rows[tag.Instrument], StringComparison.Ordinal));
    }

    [Fact(DisplayName = "Every reason of an end has a word of its own, which the page names")]
    public void Every_reason_has_a_word()
    {
        var reasons = typeof(DisconnectReason).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(DisconnectReason))).ToList();
        var words = reasons.Select(type => PeerTags.Of((DisconnectReason)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type))).ToList();

        Assert.Equal(reasons.Count, words.Distinct().Count());
        Assert.DoesNotContain(PeerTags.Other, words);
        Assert.All(words, word => Assert.Contains($"`{word}`", Page, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "An engine that nobody measures has nobody who measures, and a look at the switch allocates nothing; one that is measured later is measured from then on")]
    public async Task Nobody_listens()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services =>
        {
            services.AddMetrics();
            services.AddPeers(options => (options.Network, options["metrics.interval"]) = ("regtest", "3ms"));
        });
        await host.StartAsync();
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        await using var first = await engine.ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience);
        await using var theirs = await remote.Engine.Accepted.ReadAsync();
        await first.SendAsync(new PingMessage(1));
        Assert.False(await IsMeasured(engine));

        using var meter = new PeerInstruments(null, () => { });
        Assert.False(meter.AreEnabled);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _ = meter.AreEnabled;
            RequestSpan.End(RequestSpan.Begin(first, "getdata"), null);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        // A collector that comes late wakes it by collecting: the connection that stands is counted, what it said before is not.
        using var measured = new Measured(host.Services.GetRequiredService<IMeterFactory>());
        await Until(() => measured.Level("peers.connection.count", ("peers.connection.transport", "v1")) == 1);
        Assert.True(await IsMeasured(engine));
        await first.SendAsync(new PingMessage(2));
        await Until(() => measured.Sum("peers.messages", ("peers.message.command", "ping"), ("network.io.direction", "transmit")) == 1);
        Assert.Equal(0, measured.Sum("peers.messages", "peers.message.command", "version"));
        await host.StopAsync();
    }

    private static async Task<bool> IsMeasured(IPeerEngine engine)
    {
        try
        {
            var system = engine.Engine.Manager.Path;
            _ = await ((ActorRefWithCell)engine.Engine.Manager).Underlying.System.ActorSelection(system / "telemetry").ResolveOne(Scene.Patience);
            return true;
        }
        catch (ActorNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Looks again and again, as a collector does.</summary>
    internal static async Task Until(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Scene.Patience);
        while (!isSo())
        {
            await Task.Delay(2, patience.Token);
        }
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        ObservableUpDownCounter<long> => "up-down counter",
        Counter<long> => "counter",
        Histogram<double> => "histogram",
        _ => instrument.GetType().Name,
    };

    [GeneratedRegex(@"^\| `(?<name>peers\.[a-z_.]+)` \| (?<kind>[a-z-]+(?: counter)?) \| `(?<unit>[^`]+)` \| (?<tags>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"^\| `(?<name>(?:peers|network)\.[a-z_.]+)` \| (?<values>`[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex TagRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    /// <summary>What a listener hears of the meters of one factory.</summary>
    internal sealed class Measured : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, KeyValuePair<string, object?>[] Tags)> _heard = [];
        private readonly List<(string Name, double Value, KeyValuePair<string, object?>[] Tags)> _levels = [];

        public Measured(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter is { Name: PeerDiagnostics.MeterName } meter && meter.Scope == factory)
                {
                    Instruments.Enqueue(instrument);
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
            _listener.Start();
        }

        public ConcurrentQueue<Instrument> Instruments { get; } = [];

        public IReadOnlySet<(string Name, string Value)> Tags =>
            _heard.Concat(_levels).SelectMany(heard => heard.Tags).Select(tag => (tag.Key, (string)tag.Value!)).ToHashSet();

        public IReadOnlySet<(string Instrument, string Tag)> TagsOfInstruments =>
            _heard.Concat(_levels).SelectMany(heard => heard.Tags.Select(tag => (heard.Name, tag.Key))).ToHashSet();

        public IEnumerable<double> Values(string name) => _heard.Where(heard => heard.Name == name).Select(heard => heard.Value);

        public double Sum(string name, string tag, string value) => Sum(name, (tag, value));

        public double Sum(string name, params (string Tag, string Value)[] tags) => Matching(_heard, name, tags).Sum();

        public double Level(string name, params (string Tag, string Value)[] tags)
        {
            lock (_levels)
            {
                _levels.Clear();
                _listener.RecordObservableInstruments();
                return Matching(_levels, name, tags).Sum();
            }
        }

        public void Dispose() => _listener.Dispose();

        private static IEnumerable<double> Matching(
            IEnumerable<(string Name, double Value, KeyValuePair<string, object?>[] Tags)> heard, string name, (string Tag, string Value)[] tags) =>
            heard.Where(one => one.Name == name && tags.All(tag => one.Tags.Contains(new KeyValuePair<string, object?>(tag.Tag, tag.Value)))).Select(one => one.Value);

        private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (instrument.IsObservable)
            {
                _levels.Add((instrument.Name, value, tags.ToArray()));
            }
            else
            {
                _heard.Enqueue((instrument.Name, value, tags.ToArray()));
            }
        }
    }
}
