using Akka.Actor;
using Peers.TestKit;
using Xunit.Abstractions;

namespace Peers.Simulations;

/// <summary>A node in a network of 500: "Connections that the engine keeps" of docs/outbound.md.</summary>
public sealed class KeepingSimulation : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly Simulation _simulation = new();
    private readonly MemoryStore _store = new();
    private readonly NodeTown _town;
    private readonly SimulatedHost _home;
    private SimulatedEngine _node;

    public KeepingSimulation(ITestOutputHelper output)
    {
        _output = output;
        _town = new NodeTown(_simulation, 500);
        _home = _simulation.Network.Host("9.9.9.9");
        _node = Start();
    }

    [Fact(DisplayName = "Eight good peers in distinct netgroups and two for blocks, kept through churn, an outage of ten minutes and a restart")]
    public void A_node_finds_peers_and_keeps_them()
    {
        Reach("from nothing but 30 addresses of a seed", TimeSpan.FromMinutes(2));
        Assert.Equal(1, _town.Asked);

        var crashed = 0;
        for (var round = 0; round < 30 && crashed < 20; round++)
        {
            // Every half minute one of our peers goes down for good; but when all ten are down and not one of them has been found out yet.
            if (Ready().FirstOrDefault(ready => _town.IsGood(ready.Remote.Endpoint)) is { } victim)
            {
                HostOf(victim).Crash();
                crashed++;
            }

            _simulation.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(20, crashed);

        Reach("behind ten minutes in which 20 peers went down", TimeSpan.FromMinutes(7));

        var dialled = Dials();
        using (_simulation.Network.Partition([_home]))
        {
            _simulation.Advance(TimeSpan.FromMinutes(10));
            Assert.True(Status().IsOffline, "the outage was not seen");
        }

        _output.WriteLine($"{Dials() - dialled} dials in ten minutes without a line");
        Assert.InRange(Dials() - dialled, 1, 80);
        Reach("behind an outage of ten minutes", TimeSpan.FromMinutes(9)); // One who keeps quiet may be found out late.
        Assert.False(Status().IsOffline);

        var blocks = Ready(ConnectionType.BlockRelay).Select(ready => ready.Remote.Endpoint).ToHashSet();
        _node.Stop();
        Assert.Equal(blocks, _store.State!.Anchors.Select(anchor => anchor.ToIPEndPoint()!).ToHashSet());
        _node = Start();
        _simulation.Until(() => blocks.SetEquals(Ready(ConnectionType.BlockRelay).Select(ready => ready.Remote.Endpoint)), TimeSpan.FromSeconds(5));
        Reach("behind a restart", TimeSpan.FromMinutes(4));
        Assert.Equal(blocks, Ready(ConnectionType.BlockRelay).Select(ready => ready.Remote.Endpoint).ToHashSet());
        Assert.Equal(1, _town.Asked);
    }

    public void Dispose()
    {
        _simulation.Verify();
        _simulation.Dispose();
    }

    private SimulatedEngine Start()
    {
        var node = new SimulatedEngine(
            _simulation, _home, "peers { network = regtest, stall.enabled = on }", settings => settings with { AddressStore = _store, Seeds = _town });
        node.Manager.Tell(new KeepOutbound(_simulation.ActorOf(HeadersActor.Props)), ActorRefs.NoSender);
        return node;
    }

    private void Reach(string when, TimeSpan limit)
    {
        var began = _simulation.Elapsed;
        try
        {
            _simulation.Until(() => IsWell(), limit);
        }
        catch (SimulationException)
        {
            foreach (var ready in Ready())
            {
                _output.WriteLine($"{ready.Remote.ConnectionType} {ready.Remote.Endpoint} {(_town.IsGood(ready.Remote.Endpoint) ? "good" : "bad")}");
            }

            _output.WriteLine($"{Status()}");
            throw;
        }

        var full = Ready(ConnectionType.OutboundFullRelay).Select(ready => ready.Remote.Endpoint.Address.GetAddressBytes()).ToArray();
        _output.WriteLine($"8 good peers and 2 for blocks {when}: {(_simulation.Elapsed - began).TotalSeconds:0} s, {Dials()} dials in all, {Status().Addresses} addresses known");
        Assert.Equal(10, Ready().Select(ready => ready.Remote.Endpoint.Address.GetAddressBytes()).Select(bytes => (bytes[0], bytes[1])).Distinct().Count());
        Assert.Equal(8, full.Length);
    }

    private bool IsWell()
    {
        var full = Ready(ConnectionType.OutboundFullRelay).ToArray();
        var blocks = Ready(ConnectionType.BlockRelay).ToArray();
        return full.Length == 8 && blocks.Length == 2 && full.Concat(blocks).All(ready => _town.IsGood(ready.Remote.Endpoint));
    }

    private IEnumerable<PeerReady> Ready(ConnectionType? type = null)
    {
        var gone = _node.Stopped.Select(stopped => stopped.Id).ToHashSet();
        return _node.Events.Of<PeerReady>().Where(ready =>
            !gone.Contains(ready.Id) && ready.Remote.ConnectionType != ConnectionType.Feeler && (type ?? ready.Remote.ConnectionType) == ready.Remote.ConnectionType);
    }

    private SimulatedHost HostOf(PeerReady ready) => _simulation.Network.Hosts.First(host => host.Addresses.Contains(ready.Remote.Endpoint.Address));

    private int Dials() => _node.Events.Of<PeerConnecting>().Count();

    private OutboundStatus Status()
    {
        var asker = _simulation.Recorder();
        _node.Manager.Tell(new GetOutbound(asker.Ref));
        _simulation.Until(() => asker.Of<OutboundStatus>().Any(), TimeSpan.FromSeconds(1));
        return asker.Of<OutboundStatus>().First();
    }
}
