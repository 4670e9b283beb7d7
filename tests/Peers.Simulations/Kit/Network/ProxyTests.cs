using System.Net;
using Peers.TestKit;

namespace Peers.Simulations.Kit.Network;

public sealed class ProxyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly IPEndPoint ProxyPort = new(IPAddress.Parse("10.0.0.9"), 9050);
    private static readonly byte[] Text = [.. Enumerable.Range(0, 200).Select(number => (byte)number)];

    [Fact(DisplayName = "A proxy relays both ways, half-closes and closes as its sides do, and the target sees the proxy")]
    public void Relays()
    {
        using var simulation = new Simulation();
        var (_, alice, bob) = Through(simulation);
        alice.Send(Text);
        alice.CloseWrite();
        simulation.Advance(Second);
        Assert.Equal(Text, bob.Received);
        Assert.Equal(RawPeerEnd.Finished, bob.HowClosed);
        bob.Send(Text);
        bob.Close();
        simulation.Advance(Second);
        Assert.Equal(Text, alice.Received);
        Assert.Equal(RawPeerEnd.Finished, alice.HowClosed);
        alice.Close();
        simulation.Advance(Second);
        Assert.Equal(ProxyPort.Address, bob.Remote.Address);
        Assert.Empty(simulation.Network.Connections);
    }

    [Fact(DisplayName = "A proxy splits, gathers and delays what it passes on, and turns one byte")]
    public void Changes()
    {
        using var simulation = new Simulation();
        simulation.Network.DefaultLink = LinkProfile.Default with { Chunks = ReadChunks.Whole, Jitter = TimeSpan.Zero };
        var (proxy, alice, bob) = Through(simulation, new ProxyFaults { Gather = 150, Split = 40, Delay = Second, Corrupt = 100 });

        alice.Send(Text.AsSpan(0, 100));
        simulation.Advance(10 * Second);
        Assert.Equal(0, bob.Available);
        alice.Send(Text.AsSpan(100));
        simulation.Advance(Second);
        Assert.Equal(0, bob.Available);
        simulation.Advance(Second);

        var turned = Text.ToArray();
        turned[100] ^= 0xFF;
        Assert.Equal(turned, bob.Received);
        Assert.Equal((200, 0), (proxy.Connections[0].Forth, proxy.Connections[0].Back));
        Assert.Equal(5, simulation.Trace.Lines.Count(line => line.Contains($"> {bob.Local} 40 ", StringComparison.Ordinal)));
    }

    [Fact(DisplayName = "A proxy cuts a connection in the middle, and when it is told to")]
    public void Cuts()
    {
        using var simulation = new Simulation();
        var (proxy, alice, bob) = Through(simulation, new ProxyFaults { CutAfter = 42 });
        alice.Send(Text);
        simulation.Advance(Second);
        Assert.Equal(Text.Take(42), bob.Received);
        Assert.Equal((RawPeerEnd.Reset, RawPeerEnd.Reset), (alice.HowClosed, bob.HowClosed));

        proxy.Forth = ProxyFaults.None;
        var next = simulation.Network.Dial(IPAddress.Parse("10.0.0.1"), ProxyPort);
        simulation.Advance(Second);
        Assert.True(proxy.Connections[1].IsConnected);
        proxy.Connections[1].Cut();
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.Reset, next.HowClosed);
    }

    [Fact(DisplayName = "A proxy holds back a sender whose reader is slow")]
    public void Back_pressure()
    {
        using var simulation = new Simulation();
        var (_, alice, bob) = Through(simulation);
        bob.PauseReading();
        for (var part = 0; part < 100; part++)
            alice.Send(new byte[65_536]);
        simulation.Advance(60 * Second);
        Assert.True(alice.Unsent > 80 * 65_536, $"{alice.Unsent}");
        bob.ResumeReading();
        simulation.Until(() => bob.Available == 100 * 65_536, 600 * Second);
    }

    [Fact(DisplayName = "A SOCKS5 proxy connects to the address or the name that its client asks for, and says why when it cannot")]
    public void Socks()
    {
        using var simulation = new Simulation();
        simulation.Network.Proxy(ProxyPort);
        var service = simulation.Network.Host("bob.onion").Listen(8333);
        var known = simulation.Network.Host("10.0.0.2").Listen(8333);
        byte[] name = [.. "bob.onion"u8];

        Assert.Equal([5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0, 77], Ask([5, 1, 0, 3, (byte)name.Length, .. name, 0x20, 0x8D], () => service.Take().Send([77])));
        Assert.Equal([5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0, 78], Ask([5, 1, 0, 1, 10, 0, 0, 2, 0x20, 0x8D], () => known.Take().Send([78])));
        Assert.Equal([5, 0, 5, 5, 0, 1, 0, 0, 0, 0, 0, 0], Ask([5, 1, 0, 1, 10, 0, 0, 2, 0, 1], () => { }));
        Assert.Equal([5, 0, 5, 4, 0, 1, 0, 0, 0, 0, 0, 0], Ask([5, 1, 0, 3, 1, (byte)'x', 0, 1], () => { }));
        Assert.Equal([5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0], Ask([5, 2, 0, 1, 10, 0, 0, 2, 0, 1], () => { }));

        byte[] Ask(byte[] request, Action then)
        {
            var client = simulation.Network.Dial(IPAddress.Parse("10.0.0.1"), ProxyPort);
            client.Send([5, 2, 0, 2]);
            client.Send(request);
            simulation.Advance(3 * Second);
            then();
            simulation.Advance(3 * Second);
            return client.Received;
        }
    }

    [Fact(DisplayName = "A peer that reaches an engine through a proxy that cuts streams to pieces shakes hands as ever")]
    public void Engine()
    {
        using var simulation = new Simulation();
        var engine = new SimulatedEngine(simulation, simulation.Network.Host("10.0.0.2"));
        var proxy = simulation.Network.Proxy(ProxyPort, engine.Listen());
        (proxy.Forth, proxy.Back) = (new ProxyFaults { Split = 1 }, new ProxyFaults { Delay = TimeSpan.FromMilliseconds(1), Split = 7 });
        using var remote = ScriptedPeer.Dial(simulation, IPAddress.Parse("10.0.0.1"), ProxyPort);
        remote.Handshakes();
        simulation.Until(() => engine.Events.Of<PeerReady>().Any(), 5 * Second);
    }

    private static (SimulatedProxy Proxy, RawPeer Alice, RawPeer Bob) Through(Simulation simulation, ProxyFaults? forth = null)
    {
        var listener = simulation.Network.Host("10.0.0.2").Listen(8333);
        var proxy = simulation.Network.Proxy(ProxyPort, listener.Endpoint);
        proxy.Forth = forth ?? ProxyFaults.None;
        var alice = simulation.Network.Dial(IPAddress.Parse("10.0.0.1"), ProxyPort);
        simulation.Advance(Second);
        return (proxy, alice, listener.Take());
    }
}
