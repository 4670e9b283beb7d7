using Peers.Interop.Tests.Kit;
using Peers.Wire;

namespace Peers.Interop.Tests;

public sealed class LifeInteropTests(LitecoinNodeFixture fixture) : InteropTests(fixture)
{
    [SkippableTheory(DisplayName = "The node answers our ping, and the round trip is measured")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task The_node_answers_our_ping(Direction who)
    {
        var engine = StartEngine();
        var peer = (await engine.MeetAsync(Node, who)).Peer;
        peer.Actor.Tell(PingNow.Instance, Akka.Actor.ActorRefs.NoSender);

        await Patience.UntilAsync("our ping is answered", () => Task.FromResult(engine.Events<PingMeasured>().Any()));
        var measured = engine.Events<PingMeasured>().First();
        Assert.Equal(peer.Id, measured.Id);
        var ping = (await peer.GetStatsAsync()).Ping;
        Assert.True(ping.Answered >= 1);
        Assert.True(ping.Minimum > TimeSpan.Zero && ping.Minimum <= measured.RoundTrip, $"{ping.Minimum} of {measured.RoundTrip}");
    }

    [SkippableTheory(DisplayName = "We answer the node's ping, while nobody reads our messages")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task We_answer_the_nodes_ping(Direction who)
    {
        var engine = StartEngine();
        var peer = (await engine.MeetAsync(Node, who)).Peer;
        await Node.Rpc.CallAsync("ping");
        var roundTrip = await Patience.ForAsync<double>("the node has its pong", async () =>
            (await Node.FindPeerAsync(peer.Remote.LocalEndpoint))!.Value.TryGetProperty("pingtime", out var time) ? time.GetDouble() : null);
        Assert.InRange(roundTrip, 0, Patience.Limit.TotalSeconds);
    }

    [SkippableTheory(DisplayName = "The node hangs up: the remote closed a connection that was ready")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task The_node_hangs_up(Direction who)
    {
        var engine = StartEngine();
        var peer = (await engine.MeetAsync(Node, who)).Peer;
        await Node.Rpc.CallAsync("disconnectnode", peer.Remote.LocalEndpoint.ToString());

        var expected = new DisconnectReason.RemoteClosed(PeerPhase.Ready, InsideMessage: false);
        Assert.Equal(expected, await peer.WhenStopped.WithinLimitAsync("the end of the connection"));
        Assert.Equal(expected, (await engine.StoppedAsync(peer.Id)).Reason);
    }

    [SkippableTheory(DisplayName = "We hang up: the node has the connection no more")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task We_hang_up(Direction who)
    {
        var engine = StartEngine();
        var peer = (await engine.MeetAsync(Node, who)).Peer;
        Assert.Equal(new DisconnectReason.Requested("enough"), await peer.DisconnectAsync("enough").WithinLimitAsync("the end of the connection"));

        await Node.UntilAloneAsync();
        var stopped = await engine.StoppedAsync(peer.Id);
        Assert.Equal(new DisconnectReason.Requested("enough"), stopped.Reason);
        Assert.True(stopped.Stats!.BytesReceived > 0 && stopped.Stats.BytesSent > 0);
    }

    [SkippableFact(DisplayName = "The engine stops: the node has neither the connection that we opened nor its own")]
    public async Task The_engine_stops()
    {
        var engine = StartEngine();
        var dialled = (await engine.MeetAsync(Node, Direction.Outbound)).Peer;
        var accepted = (await engine.MeetAsync(Node, Direction.Inbound)).Peer;
        await engine.Engine.StopAsync().WaitAsync(Patience.Limit);
        await Node.UntilAloneAsync();
        Assert.IsType<DisconnectReason.Requested>(await dialled.WhenStopped.WithinLimitAsync("the end of the connection that we opened"));
        Assert.IsType<DisconnectReason.Requested>(await accepted.WhenStopped.WithinLimitAsync("the end of the connection that it opened"));
    }

    [SkippableTheory(DisplayName = "The node stops or is killed: each connection ends with its reason")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_node_ends(bool killed)
    {
        var node = await StartNodeAsync();
        var engine = StartEngine(node.Network);
        IPeer[] peers = [(await engine.MeetAsync(node, Direction.Outbound)).Peer, (await engine.MeetAsync(node, Direction.Inbound)).Peer];
        await (killed ? node.KillAsync() : node.StopAsync());

        foreach (var peer in peers)
        {
            var reason = await peer.WhenStopped.WithinLimitAsync("the end of the connection");
            var phase = reason switch
            {
                DisconnectReason.RemoteClosed closed => closed.Phase,
                DisconnectReason.ConnectionReset reset when killed => reset.Phase, // Something of ours lay there unread.
                _ => throw new InvalidOperationException(reason.ToString()),
            };
            Assert.Equal(PeerPhase.Ready, phase);
            Assert.Equal(reason, (await engine.StoppedAsync(peer.Id)).Reason);
        }
    }

    [SkippableFact(DisplayName = "A node that is not there any more: the connection fails with a reason")]
    public async Task A_node_that_is_gone()
    {
        var node = await StartNodeAsync();
        await node.StopAsync();
        var engine = StartEngine(node.Network);
        var unreachable = await Assert.ThrowsAsync<PeerUnreachableException>(() => engine.MeetAsync(node, Direction.Outbound));
        Assert.IsType<DisconnectReason.ConnectFailed>(unreachable.Reason);
    }

    [SkippableFact(DisplayName = "The wrong network: a node that we dial hangs up on our first words")]
    public async Task The_wrong_network_when_we_dial()
    {
        Provoke("MESSAGESTART");
        var engine = StartEngine(BitcoinNetwork.Mainnet);
        var unreachable = await Assert.ThrowsAsync<PeerUnreachableException>(() => engine.MeetAsync(Node, Direction.Outbound));
        Assert.True(
            unreachable.Reason is DisconnectReason.RemoteClosed { Phase: PeerPhase.Handshaking } or DisconnectReason.ConnectionReset { Phase: PeerPhase.Handshaking },
            unreachable.Reason.ToString());
    }

    [SkippableFact(DisplayName = "The wrong network: we hang up on the first words of a node that dials us")]
    public async Task The_wrong_network_when_it_dials()
    {
        var engine = StartEngine(BitcoinNetwork.Mainnet);
        await Node.Rpc.CallAsync("addnode", (await engine.ListenAsync()).ToString(), "onetry");
        await Patience.UntilAsync("the connection ends", () => Task.FromResult(engine.Events<PeerStopped>().Any()));
        var stopped = engine.Events<PeerStopped>().Single();
        Assert.Equal(Direction.Inbound, stopped.Direction);
        Assert.Equal(WireError.WrongNetwork, Assert.IsType<DisconnectReason.Malformed>(stopped.Reason).Error);
    }
}
