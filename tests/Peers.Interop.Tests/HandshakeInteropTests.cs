using Peers.Interop.Tests.Kit;
using Peers.Wire;

namespace Peers.Interop.Tests;

public sealed class HandshakeInteropTests(LitecoinNodeFixture fixture) : InteropTests(fixture)
{
    [SkippableTheory(DisplayName = "The handshake tells who the node is and what both settled")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task The_handshake_tells_who_the_node_is(Direction who)
    {
        var engine = StartEngine();
        var peer = (await engine.MeetAsync(Node, who)).Peer;

        var remote = peer.Remote;
        Assert.Equal(who, remote.Direction);
        Assert.Equal("/LitecoinCore:0.21.2.1/", remote.UserAgent.ToString());
        Assert.Equal(70016, remote.Version);
        Assert.Equal(LitecoinNodeFixture.Blocks, remote.StartHeight);
        Assert.Equal(
            ServiceFlags.Network | ServiceFlags.Bloom | ServiceFlags.Witness | ServiceFlags.CompactFilters | ServiceFlags.NetworkLimited,
            remote.Services & ~LitecoinExtensionBlocks);
        Assert.True(remote.Services.HasFlag(LitecoinExtensionBlocks), "a service that we do not know is kept");
        Assert.Equal(new PeerFeatures(70016, Witness: true, AddressV2: true, WtxIdRelay: true, RelayTransactions: true), remote.Features);
        Assert.InRange(remote.TimeOffset, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));

        Assert.Equal(who == Direction.Outbound, remote.Endpoint.Equals(Node.Endpoint));
        Assert.Equal("[::]:0", remote.OurAddress.ToString()); // Core tells no address that the internet has no route to.
    }

    [SkippableTheory(DisplayName = "The node sees us as we described ourselves")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task The_node_sees_us_as_we_described_ourselves(Direction who)
    {
        var engine = StartEngine("""user-agent = "/peers:0.1.0(interop)/", services = [network, witness, network-limited]""", height: 77);
        var peer = (await engine.MeetAsync(Node, who)).Peer;

        var seen = (await Node.FindPeerAsync(peer.Remote.LocalEndpoint))!.Value;
        Assert.Equal(who == Direction.Outbound, seen.GetProperty("inbound").GetBoolean());
        Assert.Equal("/peers:0.1.0(interop)/", seen.GetProperty("subver").GetString());
        Assert.Equal(70016, seen.GetProperty("version").GetInt32());
        Assert.Equal("0000000000000409", seen.GetProperty("services").GetString());
        Assert.Equal(77, seen.GetProperty("startingheight").GetInt32());
        Assert.True(seen.GetProperty("relaytxes").GetBoolean());
        Assert.InRange(seen.GetProperty("timeoffset").GetInt32(), -60, 60);
    }

    [SkippableTheory(DisplayName = "The node keeps to it when we want no transactions")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task The_node_keeps_to_it_when_we_want_no_transactions(Direction who)
    {
        var engine = StartEngine("relay-transactions = off");
        var peer = (await engine.MeetAsync(Node, who)).Peer;
        Assert.False((await Node.FindPeerAsync(peer.Remote.LocalEndpoint))!.Value.GetProperty("relaytxes").GetBoolean());
    }

    [SkippableTheory(DisplayName = "An older version of us is spoken to in older words")]
    [InlineData(Direction.Outbound, 70015, true)]
    [InlineData(Direction.Inbound, 70015, true)]
    [InlineData(Direction.Outbound, 70012, false)]
    [InlineData(Direction.Inbound, 31800, false)]
    public async Task An_older_version_of_us_is_spoken_to_in_older_words(Direction who, int version, bool knowsCompactBlocks)
    {
        var engine = StartEngine($"protocol-version = {version}");
        var conversation = await engine.MeetAsync(Node, who);

        var remote = conversation.Peer.Remote;
        Assert.Equal(70016, remote.Version);
        Assert.Equal(new PeerFeatures(version, Witness: true, AddressV2: false, WtxIdRelay: false, RelayTransactions: true), remote.Features);
        Assert.Equal(version, (await Node.FindPeerAsync(remote.LocalEndpoint))!.Value.GetProperty("version").GetInt32());

        if (version > ProtocolVersion.Bip31)
        {
            var heard = await conversation.HearEverythingAsync(nonce: 1);
            Assert.Equal(knowsCompactBlocks, heard.Any(message => message is SendCompactMessage));
            Assert.Equal(version >= ProtocolVersion.SendHeaders, heard.Any(message => message is SendHeadersMessage));
        }
    }

    [SkippableFact(DisplayName = "A node that was told to keep us as a peer connects by itself")]
    public async Task A_node_that_was_told_to_keep_us_connects_by_itself()
    {
        var engine = StartEngine();
        var ours = (await engine.ListenAsync()).ToString();
        await Node.Rpc.CallAsync("addnode", ours, "add");
        try
        {
            var conversation = await engine.AcceptAsync();
            Assert.Equal(Direction.Inbound, conversation.Peer.Remote.Direction);
            var added = (await Node.Rpc.CallAsync("getaddednodeinfo", ours)).EnumerateArray().Single();
            Assert.True(added.GetProperty("connected").GetBoolean());
        }
        finally
        {
            await Node.Rpc.CallAsync("addnode", ours, "remove");
        }
    }

    [SkippableFact(DisplayName = "A node without a service that we need is left with a reason that names it")]
    public async Task A_node_without_a_service_that_we_need_is_left()
    {
        var engine = StartEngine("handshake.required-services = [network, get-utxo]");
        var refused = await Assert.ThrowsAsync<PeerUnreachableException>(() => engine.MeetAsync(Node, Direction.Outbound));
        Assert.Equal(new DisconnectReason.MissingServices(ServiceFlags.GetUtxo), refused.Reason);
    }

    [SkippableFact(DisplayName = "One engine speaks to a node both ways at a time and tells the two connections apart")]
    public async Task One_engine_speaks_to_a_node_both_ways()
    {
        var engine = StartEngine();
        var dialled = (await engine.MeetAsync(Node, Direction.Outbound)).Peer;
        var accepted = (await engine.MeetAsync(Node, Direction.Inbound)).Peer;
        Assert.NotEqual(dialled.Id, accepted.Id);
        var peers = await engine.Engine.GetPeersAsync();
        Assert.Equal([(dialled.Id, Direction.Outbound), (accepted.Id, Direction.Inbound)], peers.Select(peer => (peer.Id, peer.Direction)));
        Assert.Equal(2, await Node.Rpc.NumberAsync("getconnectioncount"));
    }

    /// <summary>Litecoin's own service: blocks with their extension (<c>NODE_MWEB</c>).</summary>
    private const ServiceFlags LitecoinExtensionBlocks = (ServiceFlags)(1 << 24);
}
