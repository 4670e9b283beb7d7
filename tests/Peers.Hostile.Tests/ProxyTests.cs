using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Hostile.Tests;

/// <summary>The engine dials through a SOCKS5 proxy: row 92 and CVE-2017-18350.</summary>
public sealed class ProxyTests : HostileScene
{
    private const string Through = "peers.proxy = \"10.0.0.9:9050\"\npeers.connection.connect-timeout = 5s\n";
    private static readonly IPEndPoint Proxy = IPEndPoint.Parse("10.0.0.9:9050");
    private static readonly DnsEndPoint Node = new("node.example", 18444);
    private static readonly byte[] Opened = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

    [AlsoRow("92")]
    [Fact(DisplayName = "A name and an address are reached through the proxy; the name is resolved there and nowhere else, and no address is told that is not the remote's")]
    public void Reached()
    {
        Start(Through, change: settings => settings with { Resolve = _ => throw new InvalidOperationException("must not be asked") });
        var proxy = Simulation.Network.Proxy(Proxy);
        Simulation.Network.Host("10.0.0.3");
        Simulation.Network.Name(Node.Host, IPAddress.Parse("10.0.0.3"));
        var at = Simulation.Network.Listen(IPEndPoint.Parse("10.0.0.3:18444"));
        foreach (var target in new EndPoint[] { Node, at.Endpoint })
        {
            using var remote = ScriptedPeer.Accept(Simulation, at);
            var dial = Engine.Dial(target);
            remote.AnswersHandshake();
            Simulation.Until(() => dial.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
            remote.Barrier();
            Assert.Equal(target, proxy.Connections[^1].Target);
            Assert.Equal(Proxy.Address, remote.Stream.Remote.Address);
            var told = remote.Heard.OfType<VersionMessage>().Single().Receiver.Endpoint;
            Assert.Equal(NetworkEndpoint.From(target as IPEndPoint ?? new IPEndPoint(IPAddress.Any, 0)), told);
            Assert.Equal(target as IPEndPoint ?? Proxy, dial.Of<PeerReady>().Single().Remote.Endpoint);
        }

        Assert.Empty(Engine.Stopped);
    }

    [AlsoRow("92")]
    [Fact(DisplayName = "A proxy of onion services gets those and nothing else, and nobody is asked for their names")]
    public void Onions()
    {
        const string Onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
        List<string> resolved = [];
        Start(
            "peers.proxies.onion = \"10.0.0.9:9050\"", change: settings => settings with { Resolve = name => { resolved.Add(name); return Task.FromResult(Array.Empty<IPAddress>()); } });
        Simulation.Network.Host("10.0.0.3");
        Simulation.Network.Name(Onion, IPAddress.Parse("10.0.0.3"));
        var proxy = Simulation.Network.Proxy(Proxy);
        var at = Simulation.Network.Listen(IPEndPoint.Parse("10.0.0.3:18444"));
        foreach (var target in new EndPoint[] { at.Endpoint, new DnsEndPoint(Onion, 18444) })
        {
            using var remote = ScriptedPeer.Accept(Simulation, at);
            var dial = Engine.Dial(target);
            remote.AnswersHandshake();
            Simulation.Until(() => dial.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
            Assert.Equal(target is DnsEndPoint, remote.Stream.Remote.Address.Equals(Proxy.Address));
        }

        Assert.Equal(new DnsEndPoint(Onion, 18444), Assert.Single(proxy.Connections).Target);
        Assert.Empty(resolved);
        Assert.Empty(Engine.Stopped);
    }

    [AlsoRow("92")]
    [Fact(DisplayName = "Each dial has a user name of its own, unless that is switched off")]
    public void Isolated()
    {
        Start(Through);
        HashSet<string> users = [];
        for (var i = 0; i < 3; i++)
        {
            var (proxy, _) = DialThrough();
            Assert.Equal([5, 2, 0, 2], Said(proxy, 4));
            proxy.Send([5, 2]);
            Assert.Equal(1 + 1 + 16 + 2, Said(proxy, 20).Length);
            Assert.True(users.Add(Convert.ToHexString(proxy.Received)));
            proxy.Send([1, 0]);
            Assert.Equal([5, 1, 0, 3, 12, .. "node.example"u8, 0x48, 0x0C], Said(proxy, 19));
            proxy.Close();
            Simulation.Until(() => Engine.Stopped.Count() == users.Count, TimeSpan.FromSeconds(1));
        }
    }

    private RawListener? _proxy;

    public static TheoryData<int> Codes => [.. Enumerable.Range(1, 9), .. Enumerable.Range(0xF0, 9), 0xFF];

    [Rows("92", "a SOCKS proxy that refuses, is slow, lies, dies", "an error with its code", "`ProxyFailed` with its code and words, within `peers.connection.connect-timeout`; names never go to a resolver of ours")]
    [MemberData(nameof(Codes))]
    public void Refuses(int code)
    {
        Start(Through);
        var (proxy, dial) = DialThrough();
        proxy.Send([5, 0]);
        proxy.Send([5, (byte)code, 0, 1, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(code, Assert.IsType<DisconnectReason.ProxyFailed>(Ended()).Code);
        Assert.Single(dial.Of<PeerStopped>());
        Assert.True(proxy.IsClosed);
    }

    [AlsoRow("92")]
    [Theory(DisplayName = "A proxy that falls silent at any place: one deadline over all of it")]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 5 })]
    [InlineData(new byte[] { 5, 0 })]
    [InlineData(new byte[] { 5, 0, 5, 0, 0, 3, 200, 1 })]
    public void Silent(byte[] said)
    {
        Start(Through);
        var (proxy, _) = DialThrough();
        for (var i = 0; i < said.Length; i++)
        {
            proxy.Send(said.AsSpan(i, 1));
            Simulation.Advance(TimeSpan.FromMilliseconds(500)); // Each byte is no new time.
        }

        var began = Simulation.Elapsed;
        Assert.Equal(new DisconnectReason.ProxyFailed(null, $"{Proxy}: no answer within 5 s"), Ended());
        Assert.InRange(Simulation.Elapsed - began, TimeSpan.Zero, TimeSpan.FromSeconds(12));
    }

    [AlsoRow("92")]
    [Theory(DisplayName = "A proxy that lies: another version, another method, no kind of address, a page of a web server")]
    [InlineData(new byte[] { 4, 90 }, "it does not speak SOCKS5")]
    [InlineData(new byte[] { 5, 1 }, "it wants an authentication that we do not have")]
    [InlineData(new byte[] { 5, 0, 4, 0 }, "it does not speak SOCKS5")]
    [InlineData(new byte[] { 5, 0, 5, 0, 0, 2 }, "its reply makes no sense")]
    [InlineData(new byte[] { 5, 0, 5, 0, 1, 1 }, "its reply makes no sense")]
    [InlineData(new byte[] { 5, 2, 1, 1 }, "it refuses our user name")]
    [InlineData(new byte[] { (byte)'H', (byte)'T', (byte)'T', (byte)'P' }, "it does not speak SOCKS5")]
    public void Lies(byte[] said, string why)
    {
        Start(Through);
        var (proxy, _) = DialThrough();
        proxy.Send(said);
        Assert.Equal(new DisconnectReason.ProxyFailed(null, $"{Proxy}: {why}"), Ended());
    }

    [AlsoRow("92")]
    [Theory(DisplayName = "A proxy that ends or resets at any place")]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(7, true)]
    [InlineData(11, false)]
    public void Dies(int after, bool byReset)
    {
        Start(Through);
        var (proxy, _) = DialThrough();
        byte[] words = [5, 0, .. Opened];
        proxy.Send(words.AsSpan(0, after));
        Simulation.Advance(TimeSpan.FromMilliseconds(500));
        if (byReset)
        {
            proxy.Reset();
        }
        else
        {
            proxy.Close();
        }

        Assert.Equal(new DisconnectReason.ProxyFailed(null, $"{Proxy}: it closed the connection"), Ended());
    }

    [AlsoRow("92")]
    [Fact(DisplayName = "No proxy there, and a target that no proxy could be asked for")]
    public void None()
    {
        Start(Through);
        Simulation.Network.Host("10.0.0.9");
        Engine.Dial(Node);
        Assert.Equal(new DisconnectReason.ProxyFailed(null, $"{Proxy}: connection refused or host unreachable"), Ended());
        Engine.Dial(new DnsEndPoint(new string('a', 256), 18444));
        Simulation.Until(() => Engine.Stopped.Count() == 2, TimeSpan.FromSeconds(1));
        Assert.Null(Assert.IsType<DisconnectReason.ProxyFailed>(Engine.Stopped.Last().Reason).Code);
    }

    [AlsoRow("92")]
    [Fact(DisplayName = "A dial that is called off while the proxy works ends as it was called off")]
    public void Called_off()
    {
        Start(Through);
        var (proxy, _) = DialThrough();
        proxy.Send([5, 0]);
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Engine.Manager.Tell(new DisconnectPeer(Engine.Events.Of<PeerConnecting>().Last().Id, "changed my mind"));
        Assert.Equal(new DisconnectReason.Requested("changed my mind"), Ended());
        Assert.True(proxy.IsClosed);
    }

    [Rows("CVE-2017-18350", "a reply of a SOCKS proxy runs over", "fixed", "lengths are checked before they are read; the longest name fits, and what comes behind a reply is the remote's first words")]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    public void Long_names(int length)
    {
        Start(Through);
        var (proxy, dial) = DialThrough();
        proxy.Send([5, 0]);
        Said(proxy, 4 + 19);
        using var words = ScriptedPeer.Accept(Simulation, Simulation.Network.Listen(IPEndPoint.Parse("10.0.0.9:1"))); // For its codec.
        var version = words.Encode(ScriptedPeer.Version(nonce: 0x77));
        proxy.Send([5, 0, 0, 3, (byte)length, .. new byte[length], 1, 2, .. version, .. words.Encode(VerAckMessage.Instance)]);
        Simulation.Until(() => dial.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        Assert.Empty(Engine.Stopped);
    }

    private (RawPeer Proxy, Recorder Dial) DialThrough()
    {
        var at = _proxy ??= Simulation.Network.Listen(Proxy);
        var before = at.Accepted.Count;
        var dial = Engine.Dial(Node);
        Simulation.Until(() => at.Accepted.Count > before, TimeSpan.FromSeconds(5));
        return (at.Accepted[^1], dial);
    }

    private byte[] Said(RawPeer proxy, int count)
    {
        Simulation.Until(() => proxy.Available >= count, TimeSpan.FromSeconds(2));
        return proxy.Take(count);
    }
}
