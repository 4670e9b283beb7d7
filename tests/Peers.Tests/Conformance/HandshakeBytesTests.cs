using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>btcd's TestPeerConnection, with the bytes counted between the two as well.</summary>
public sealed class HandshakeBytesTests : OverTcp
{
    private const string UserAgent = "/btcwire:0.5.0/peer:1.0(comment)/";
    private const string Named = "peers.user-agent-comments = [comment]\n";

    /// <summary>A version with that user agent is 24 + 119 bytes, a verack 24.</summary>
    private const int HandshakeBytes = 167;

    [Theory(DisplayName = "An engine capped at 70002 and one with network and witness, directly and through a proxy: 167 bytes each way, and each knows of the other what it said")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Version_and_verack_are_167_bytes(bool throughProxy)
    {
        await using var capped = Start("capped", Named + "peers.protocol-version = 70002");
        using var relay = new CountingRelay(await capped.ListenAsync(AnyPort));
        await using var modern = Start("modern", $"{Named}peers.services = [network, witness]\npeers.proxy = \"{(throughProxy ? relay.Endpoint : "")}\"");
        await using var ours = await modern.ConnectAsync(relay.Endpoint).WaitAsync(Patience);
        await using var theirs = await capped.Accepted.ReadAsync().AsTask().WaitAsync(Patience);

        await AssertAsync(ours, Direction.Outbound, ServiceFlags.None, version: 70002);
        await AssertAsync(theirs, Direction.Inbound, ServiceFlags.Network | ServiceFlags.Witness, version: 70016);
        Assert.Equal(throughProxy ? "0.0.0.0:0" : relay.Endpoint.ToString(), theirs.Remote.OurAddress.ToString()); // The proxy is not told of.

        await ours.DisconnectAsync().WaitAsync(Patience);
        await theirs.WhenStopped.WaitAsync(Patience);
        Assert.Equal((HandshakeBytes, HandshakeBytes), await relay.Over.WaitAsync(Patience));
    }

    private static async Task AssertAsync(IPeer peer, Direction direction, ServiceFlags services, int version)
    {
        var stats = await StatsWhenAsync(peer, stats => stats.BytesSent >= HandshakeBytes && stats.BytesReceived >= HandshakeBytes);
        var remote = peer.Remote;
        Assert.Equal((direction, UserAgent, services), (remote.Direction, remote.UserAgent.ToString(), remote.Services));
        Assert.Equal(version, remote.Version); // What it offered; what is spoken is the lower of both.
        Assert.Equal(new PeerFeatures(70002, services.HasFlag(ServiceFlags.Witness), AddressV2: false, WtxIdRelay: false, RelayTransactions: true), remote.Features);
        Assert.InRange(remote.TimeOffset, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1)); // A second may tick on the way.
        Assert.Equal((0, 0), (remote.StartHeight, stats.LastBlock));
        Assert.Equal(PingStats.None, stats.Ping);

        Assert.Equal((HandshakeBytes, HandshakeBytes), (stats.BytesSent, stats.BytesReceived));
        var counts = new[] { ("verack", new MessageCount(1, 24)), ("version", new MessageCount(1, 143)) };
        Assert.Equal(counts, stats.Sent.Select(sent => (sent.Key, sent.Value)));
        Assert.Equal(counts, stats.Received.Select(received => (received.Key, received.Value)));

        Assert.Equal((peer.Id, remote.Endpoint, remote), (stats.Id, stats.Endpoint, stats.Remote));
        Assert.Equal((PeerPhase.Ready, direction), (stats.Phase, stats.Direction));
        Assert.NotNull(stats.ConnectedAt);
        Assert.True(stats.LastSend >= stats.ConnectedAt);
        Assert.True(stats.LastReceive >= stats.ConnectedAt);
    }
}
