using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>The rules of the keeping of connections, each in a small network: docs/outbound.md.</summary>
public sealed class KeepingRulesSimulation : EngineSimulation
{
    private const ServiceFlags Basic = ServiceFlags.Network | ServiceFlags.Witness;
    private readonly MemoryStore _store = new();

    [Fact(DisplayName = "Dials begin half a second apart, and four are under way at most")]
    public void Attempts_and_pace()
    {
        var engine = Keeping("peers.connection.connect-timeout = 60s");
        var addresses = Enumerable.Range(0, 20).Select(i => $"20.{i}.1.1").ToArray();
        foreach (var address in addresses)
        {
            Simulation.Network.Blackhole(IPAddress.Parse(address));
        }

        Tell(engine, Told(addresses));
        List<double> dialled = [];
        for (var tenth = 0; tenth < 100; tenth++)
        {
            Simulation.Advance(TimeSpan.FromMilliseconds(100));
            dialled.AddRange(Enumerable.Repeat(tenth / 10.0, engine.Events.Of<PeerConnecting>().Count() - dialled.Count));
        }

        Assert.Equal(4, dialled.Count);
        Assert.All(dialled.Zip(dialled.Skip(1), (one, next) => next - one), wait => Assert.InRange(wait, 0.4, 0.6));
        Assert.Equal(4, Status(engine).UnderWay);
    }

    [Fact(DisplayName = "Three of eight must serve compact filters: they are found among many who do not, and replaced by such when they go")]
    public void Roles()
    {
        var hosts = Enumerable.Range(0, 60).Select(i => Node($"{20 + i}.1.1.1", i % 10 == 0 ? "[network, witness, compact-filters]" : "[network, witness]")).ToArray();
        var engine = Keeping("peers.outbound.roles { filters { count = 3, services = [compact-filters] } }");
        Tell(engine, new AddAddresses([.. hosts.Select((host, i) => Entry(host, i % 10 == 0 ? Basic | ServiceFlags.CompactFilters : Basic))]));
        Simulation.Until(() => Full(engine).Length == 8, TimeSpan.FromMinutes(1));
        Assert.True(Full(engine).Count(ready => ready.Remote.Services.HasFlag(ServiceFlags.CompactFilters)) >= 3);

        var gone = Full(engine).First(ready => ready.Remote.Services.HasFlag(ServiceFlags.CompactFilters));
        hosts.Single(host => host.Addresses[0].Equals(gone.Remote.Endpoint.Address)).Crash();
        Simulation.Until(() => engine.Stopped.Any(stopped => stopped.Id == gone.Id), TimeSpan.FromMinutes(10));
        Simulation.Until(() => Full(engine).Length == 8, TimeSpan.FromMinutes(1));
        Assert.True(Full(engine).Count(ready => ready.Remote.Services.HasFlag(ServiceFlags.CompactFilters)) >= 3);
    }

    [Fact(DisplayName = "Who was told to offer more than he says himself is left at the handshake")]
    public void Services_are_checked()
    {
        var engine = Keeping();
        Tell(engine, new AddAddresses([Entry(Node("20.1.1.1", "[network-limited, witness]"), Basic)]));
        Simulation.Until(() => engine.Stopped.Any(), TimeSpan.FromSeconds(10));
        Assert.IsType<DisconnectReason.MissingServices>(engine.Stopped.First().Reason);
        Simulation.Advance(TimeSpan.FromMinutes(30));
        Assert.Single(engine.Events.Of<PeerConnecting>()); // The book knows better now.
    }

    [Fact(DisplayName = "A node that a person chose is dialled until it is there, and again when it went; not when it was taken out")]
    public void Manual_nodes()
    {
        var engine = Start();
        var host = Simulation.Network.Host("20.1.1.1");
        var listener = Simulation.Recorder();
        Tell(engine, new AddNode(new IPEndPoint(host.Addresses[0], 18444), listener.Ref));
        Simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange(engine.Events.Of<PeerConnecting>().Count(), 3, 5); // 0, 5, 15, 35 s, more or less.
        Listen(host, "[network, witness]");
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromMinutes(2));
        var ready = listener.Of<PeerReady>().Single();
        Assert.Equal(ConnectionType.Manual, ready.Remote.ConnectionType);
        Tell(engine, new DisconnectPeer(ready.Id, "a test"));
        Simulation.Until(() => listener.Of<PeerReady>().Count() == 2, TimeSpan.FromSeconds(10));
        Tell(engine, new RemoveNode(new IPEndPoint(host.Addresses[0], 18444)));
        Tell(engine, new DisconnectPeer(listener.Of<PeerReady>().Last().Id, "a test"));
        Simulation.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, listener.Of<PeerReady>().Count());
        Assert.Equal(0, Status(engine).Nodes);
    }

    [Fact(DisplayName = "A node by name is resolved with each dial: it is found where it moved to")]
    public void Manual_nodes_by_name()
    {
        var engine = Start();
        Node("20.1.1.1");
        var listener = Simulation.Recorder();
        Tell(engine, new AddNode(new DnsEndPoint("node.example", 18444), listener.Ref));
        Simulation.Advance(TimeSpan.FromSeconds(30));
        Assert.NotEmpty(engine.Stopped); // No such name.
        Simulation.Network.Name("node.example", IPAddress.Parse("20.1.1.1"));
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromMinutes(2));
    }

    [Fact(DisplayName = "With all in place somebody new is felt for every two minutes in the mean, and is tried from then on")]
    public void Feelers()
    {
        var hosts = Enumerable.Range(0, 100).Select(i => Node($"{20 + i}.1.1.1")).ToArray();
        var engine = Keeping();
        Tell(engine, Told([.. hosts.Select(host => host.Addresses[0].ToString())]));
        Simulation.Until(() => Status(engine) is var status && status.Ready.Values.Sum() == 10, TimeSpan.FromMinutes(1));
        Simulation.Advance(TimeSpan.FromMinutes(60));
        var felt = engine.Events.Of<PeerReady>().Where(ready => ready.Remote.ConnectionType == ConnectionType.Feeler).ToArray();
        Assert.InRange(felt.Length, 15, 50);
        Assert.Equal(felt.Length, felt.Select(ready => ready.Remote.Endpoint).Distinct().Count());
        Assert.Equal(10 + felt.Length, Status(engine).Tried);
        Assert.All(felt, ready => Assert.Contains(engine.Stopped, stopped => stopped.Id == ready.Id));

        using var off = new KeepingRulesSimulation();
        Assert.Empty(off.FeltInAnHour("peers.outbound.feelers.enabled = off"));
    }

    [Fact(DisplayName = "Fixed seeds are taken when nobody else tells any address")]
    public void Fixed_seeds()
    {
        Node("20.1.1.1");
        var engine = Keeping("""peers.outbound.seeds.fixed = ["20.1.1.1:18444"]""");
        Simulation.Until(() => Full(engine).Length == 1, TimeSpan.FromSeconds(10));
    }

    [Fact(DisplayName = "Seed nodes are asked for addresses and left, and those whom they told of are kept")]
    public void Seed_nodes()
    {
        var told = Enumerable.Range(0, 12).Select(i => Node($"{30 + i}.1.1.1")).ToArray();
        Node("20.1.1.1", knows: [.. told.Select(host => Entry(host))]);
        Simulation.Network.Name("seed.example", IPAddress.Parse("20.1.1.1"));
        var engine = Keeping("""peers.outbound.seeds.nodes = ["seed.example:18444"]""");
        Simulation.Until(() => Status(engine).Ready.Values.Sum() == 10, TimeSpan.FromMinutes(1));
        var fetch = Assert.Single(engine.Events.Of<PeerReady>(), ready => ready.Remote.ConnectionType == ConnectionType.AddressFetch);
        Assert.Single(engine.Stopped, stopped => stopped.Id == fetch.Id);
        Assert.DoesNotContain(Full(engine), ready => ready.Remote.Endpoint.Address.Equals(IPAddress.Parse("20.1.1.1")));
    }

    [Fact(DisplayName = "A seed node that keeps its addresses for itself is left after a while")]
    public void Silent_seed_nodes()
    {
        new SilentNode(Simulation, Simulation.Network.Host("20.1.1.1")).Listen();
        var engine = Keeping("""peers.outbound.seeds.nodes = ["20.1.1.1:18444"]""");
        Simulation.Until(() => engine.Stopped.Any(), TimeSpan.FromMinutes(2));
        Assert.IsType<DisconnectReason.Requested>(engine.Stopped.First().Reason);
    }

    [Fact(DisplayName = "Whoever asks for addresses is told a share of the book: 23 percent, the same for all who ask that day")]
    public void Addresses_are_told()
    {
        var engine = Start("peers.outbound { target = 0, block-relay-only = 0 }");
        Tell(engine, new KeepOutbound());
        Tell(engine, Told([.. Enumerable.Range(0, 200).Select(i => $"{20 + i}.1.1.1")]));
        engine.Listen();
        var answers = Enumerable.Range(0, 3).Select(i =>
        {
            using var remote = Dialling(engine, from: $"10.0.1.{i + 1}");
            remote.Handshakes();
            remote.Says(GetAddrMessage.Instance);
            var entries = remote.Expects<AddrMessage>().Addresses.ToArray();
            remote.Stream.Close();
            return entries;
        }).ToArray();
        Assert.InRange(answers[0].Select(entry => entry.Endpoint).Distinct().Count(), 44, 46); // Some of 200 may not have found a place in the book.
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(answers[0], answers[2]);
    }

    [Fact(DisplayName = "One identity has one connection: whoever connected to us is not dialled, too")]
    public void One_identity()
    {
        var engine = Keeping();
        engine.Listen();
        var host = Node("20.1.1.1");
        var other = new SimulatedEngine(Simulation, host, "peers.services = [network, witness]");
        other.Connect(engine.Events.Of<Listening>().Last().Local);
        Tell(engine, Told("20.1.1.1"));
        Simulation.Advance(TimeSpan.FromMinutes(5));
        Assert.Single(engine.Events.Of<PeerReady>());
        Assert.All(engine.Stopped, stopped => Assert.IsType<DisconnectReason.Refused>(stopped.Reason));
    }

    [Fact(DisplayName = "The book is saved every quarter of an hour, and when the engine stops")]
    public void Saved_now_and_then()
    {
        var engine = Keeping();
        Tell(engine, Told("20.1.1.1", "30.1.1.1"));
        Simulation.Advance(TimeSpan.FromMinutes(46));
        Assert.Equal(3, _store.Saves);
        engine.Stop();
        Assert.Equal(4, _store.Saves);
        Assert.Equal(2, _store.State!.Entries.Length);
        Assert.Equal(32, _store.State.Secret.Length);
    }

    [Fact(DisplayName = "A store that throws costs nothing but what it should have kept; the engine runs and stops")]
    public void Broken_store()
    {
        _store.Fault = new IOException("no space left on device");
        Node("20.1.1.1");
        var engine = Keeping();
        Tell(engine, Told("20.1.1.1"));
        Simulation.Until(() => Full(engine).Length == 1, TimeSpan.FromSeconds(10));
        Simulation.Advance(TimeSpan.FromMinutes(46));
        engine.Stop();
        Assert.Equal(0, _store.Saves);
    }

    [Fact(DisplayName = "An engine that is stopped while its book is still read stops, and does not write an empty one over it")]
    public void Stopped_while_loading()
    {
        var engine = Keeping();
        Tell(engine, Told("20.1.1.1"));
        engine.Stop();
        var kept = _store.State;
        Assert.NotNull(kept);

        var isAnyCaughtLoading = false;
        for (var i = 0; i < 20; i++)
        {
            var saves = _store.Saves;
            var next = Start(change: settings => settings with { AddressStore = _store });
            next.Manager.Tell(new KeepOutbound(), ActorRefs.NoSender);
            next.Manager.Tell(StopEngine.Instance, ActorRefs.NoSender); // Before anything has run: whether the book is there by then is the order of chance.
            next.Stop();
            isAnyCaughtLoading |= _store.Saves == saves;
            Assert.Equal([.. kept.Entries], _store.State!.Entries.ToArray());
        }

        Assert.True(isAnyCaughtLoading);
    }

    [Fact(DisplayName = "Seeds that throw, or answer with garbage, are asked again later")]
    public void Broken_seeds()
    {
        var seeds = new ThrowingSeeds();
        var engine = Start(change: settings => settings with { Seeds = seeds });
        Tell(engine, new KeepOutbound());
        Simulation.Advance(TimeSpan.FromMinutes(10));
        Assert.InRange(seeds.Asked, 3, 5);
        Assert.Equal(0, Status(engine).Addresses);
        engine.Stop();
        Assert.True(seeds.Token.IsCancellationRequested);
    }

    private PeerReady[] FeltInAnHour(string hocon)
    {
        var hosts = Enumerable.Range(0, 30).Select(i => Node($"{20 + i}.1.1.1")).ToArray();
        var engine = Keeping(hocon);
        Tell(engine, Told([.. hosts.Select(host => host.Addresses[0].ToString())]));
        Simulation.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Status(engine).Ready.Values.Sum());
        return [.. engine.Events.Of<PeerReady>().Where(ready => ready.Remote.ConnectionType == ConnectionType.Feeler)];
    }

    private SimulatedEngine Keeping(string hocon = "")
    {
        var engine = Start(hocon, settings => settings with { AddressStore = _store });
        Tell(engine, new KeepOutbound());
        return engine;
    }

    private void Tell(SimulatedEngine engine, ManagerCommand command)
    {
        engine.Manager.Tell(command, ActorRefs.NoSender);
        Simulation.Run();
    }

    private SimulatedHost Node(string address, string services = "[network, witness]", AddressEntry[]? knows = null)
    {
        var host = Simulation.Network.Host(address);
        Listen(host, services, knows);
        return host;
    }

    private void Listen(SimulatedHost host, string services, AddressEntry[]? knows = null)
    {
        var settings = SimulatedEngine.Read($"peers.services = {services}");
        new SimulatedEngine(Simulation, host, knows is null ? settings : settings with { Addresses = _ => knows }, recorded: false).Manager.Tell(
            new Listen(new IPEndPoint(host.Addresses[0], 18444), ActorRefs.Nobody, null, Consumption.Discard), ActorRefs.NoSender);
    }

    private AddressEntry Entry(SimulatedHost host, ServiceFlags services = Basic) => Entry(host.Addresses[0], services);

    private AddressEntry Entry(IPAddress address, ServiceFlags services = Basic) =>
        new((uint)Simulation.Clock.GetUtcNow().ToUnixTimeSeconds() - 600, services, new NetworkEndpoint(NetworkAddress.From(address), 18444));

    private AddAddresses Told(params string[] addresses) => new([.. addresses.Select(address => Entry(IPAddress.Parse(address)))]);

    private static PeerReady[] Full(SimulatedEngine engine)
    {
        var gone = engine.Stopped.Select(stopped => stopped.Id).ToHashSet();
        return [.. engine.Events.Of<PeerReady>().Where(ready => ready.Remote.ConnectionType == ConnectionType.OutboundFullRelay && !gone.Contains(ready.Id))];
    }

    private OutboundStatus Status(SimulatedEngine engine)
    {
        var asker = Simulation.Recorder();
        Tell(engine, new GetOutbound(asker.Ref));
        Simulation.Until(() => asker.Of<OutboundStatus>().Any(), TimeSpan.FromSeconds(1));
        return asker.Of<OutboundStatus>().First();
    }

    private sealed class ThrowingSeeds : IAddressSeeds
    {
        public int Asked { get; private set; }

        public CancellationToken Token { get; private set; }

        public Task<IReadOnlyList<SeedAnswer>> FindAsync(SeedQuery query, CancellationToken cancellation)
        {
            Token = cancellation;
            Asked++;
            return Asked % 2 == 0
                ? throw new InvalidOperationException("no resolver")
                : Task.FromException<IReadOnlyList<SeedAnswer>>(new IOException("no line"));
        }
    }
}
