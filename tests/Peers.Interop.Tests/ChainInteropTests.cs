using Peers.Interop.Tests.Kit;
using Peers.Wire;

namespace Peers.Interop.Tests;

public sealed class ChainInteropTests(LitecoinNodeFixture fixture) : InteropTests(fixture)
{
    [SkippableTheory(DisplayName = "300 mined blocks are synced by headers, then getdata; every block is what the node has, byte for byte")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task Mined_blocks_are_synced(Direction who)
    {
        var engine = StartEngine();
        var conversation = await engine.MeetAsync(Node, who);

        var headers = await conversation.HeadersAsync(Node.Network.GenesisHash);
        Assert.Equal(await Node.HeightAsync(), headers.Count);
        Assert.True(headers.Count >= LitecoinNodeFixture.Blocks);
        AssertLinked(Node.Network.GenesisHash, headers);
        var hashes = headers.Select(header => header.ComputeHash()).ToArray();
        Assert.Equal(await Node.BestBlockAsync(), hashes[^1]);

        var blocks = await conversation.BlocksAsync(hashes);
        foreach (var (block, header, bytes) in blocks.Zip(headers, await Node.BlocksAsync(hashes)))
        {
            Assert.Equal(header, block.Header);
            Assert.Equal(header.MerkleRoot, block.ComputeMerkleRoot(out var mutated));
            Assert.False(mutated);
            Assert.Equal(0, block.Extension.Length);
            Assert.True(block.Transactions[0].IsCoinbase);
            Assert.True(block.Transactions[0].HasWitness, "the coinbase commits to the witnesses");
            AssertSame(bytes, block.ToArray());
            AssertSame(bytes, FromParts(block).ToArray());
        }
    }

    [SkippableTheory(DisplayName = "What we count in messages and bytes, the node counts, too")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task What_we_count_the_node_counts_too(Direction who)
    {
        var engine = StartEngine();
        var conversation = await engine.MeetAsync(Node, who);
        var hashes = (await conversation.HeadersAsync(Node.Network.GenesisHash)).Take(50).Select(header => header.ComputeHash()).ToArray();
        await conversation.BlocksAsync(hashes);
        await conversation.HearEverythingAsync(nonce: 1);

        var ours = await conversation.Peer.GetStatsAsync();
        var its = (await Node.FindPeerAsync(conversation.Peer.Remote.LocalEndpoint))!.Value;
        Assert.Equal(hashes.Length, ours.Received["block"].Messages);
        Assert.All(
            ["version", "verack", "headers", "block"],
            command => Assert.Equal(its.GetProperty("bytessent_per_msg").GetProperty(command).GetInt64(), ours.Received[command].Bytes));
        Assert.All(
            ["version", "wtxidrelay", "sendaddrv2", "verack", "getheaders", "getdata", "ping"],
            command => Assert.Equal(its.GetProperty("bytesrecv_per_msg").GetProperty(command).GetInt64(), ours.Sent[command].Bytes));
        Assert.Equal(its.GetProperty("bytessent").GetInt64(), ours.BytesReceived);
        Assert.Equal(its.GetProperty("bytesrecv").GetInt64(), ours.BytesSent);
    }

    [SkippableFact(DisplayName = "Blocks asked for without witnesses come without them and have the same hash")]
    public async Task Blocks_without_witnesses()
    {
        var engine = StartEngine();
        var conversation = await engine.MeetAsync(Node, Direction.Outbound);
        var hashes = (await conversation.HeadersAsync(Node.Network.GenesisHash)).TakeLast(20).Select(header => header.ComputeHash()).ToArray();

        var stripped = await conversation.BlocksAsync(hashes, InventoryKind.Block);
        var whole = await conversation.BlocksAsync(hashes);
        Assert.All(stripped.Zip(whole), pair =>
        {
            Assert.Equal(pair.Second.Hash, pair.First.Hash);
            Assert.Equal(pair.Second.WithoutWitness(), pair.First);
            Assert.DoesNotContain(pair.First.Transactions, transaction => transaction.HasWitness);
            Assert.Equal(pair.First.Header.MerkleRoot, pair.First.ComputeMerkleRoot());
        });
    }

    [SkippableTheory(DisplayName = "A new block is announced by inv, and fetched")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task A_new_block_is_announced_by_inv(Direction who)
    {
        var engine = StartEngine();
        var conversation = await engine.MeetAsync(Node, who);

        var mined = (await Node.MineAsync(1)).Single();
        await conversation.HearAsync<InvMessage>(inv => inv.Items.Contains(InventoryVector.Block(mined)));
        var block = (await conversation.BlocksAsync([mined])).Single();
        AssertSame((await Node.BlocksAsync([mined])).Single(), block.ToArray());
    }

    [SkippableTheory(DisplayName = "A new block is announced by its header when we asked for that")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task A_new_block_is_announced_by_its_header(Direction who)
    {
        var engine = StartEngine();
        var conversation = await engine.MeetAsync(Node, who);
        await conversation.SayAsync(SendHeadersMessage.Instance);

        // It tells a header only to those who have the one before.
        var headers = await conversation.HeadersAsync(Node.Network.GenesisHash);
        var mined = (await Node.MineAsync(1)).Single();
        var announced = await conversation.HearAsync<HeadersMessage>();
        Assert.Equal(mined, announced.Headers.Single().ComputeHash());
        Assert.Equal(headers[^1].ComputeHash(), announced.Headers.Single().Previous);
    }

    [SkippableFact(DisplayName = "A new block is announced as a compact block when we asked for that; what it lacks is fetched by index")]
    public async Task A_new_block_is_announced_as_a_compact_block()
    {
        var engine = StartEngine();
        var conversation = await engine.MeetAsync(Node, Direction.Outbound);
        await conversation.HearAsync<SendCompactMessage>(offer => offer.Version == 2);
        await conversation.HeadersAsync(Node.Network.GenesisHash);
        await conversation.SayAsync(new SendCompactMessage(HighBandwidth: true, Version: 2));
        await conversation.HearEverythingAsync(nonce: 1);

        var paid = Hash256.Parse(await Node.Rpc.TextAsync("sendtoaddress", await Node.Rpc.TextAsync("getnewaddress"), 1));
        var mined = (await Node.MineAsync(1)).Single();
        var block = Block.Decode((await Node.BlocksAsync([mined])).Single());
        Assert.Contains(block.Transactions, transaction => transaction.Id == paid);

        var compact = await conversation.HearAsync<CompactBlockMessage>();
        Assert.Equal(mined, compact.Header.ComputeHash());
        Assert.Equal(block.Transactions.Count, compact.TransactionCount);
        var key = compact.GetShortIdKey();
        Assert.Equal(block.Transactions.Skip(1).Select(transaction => key.Compute(transaction.WitnessId)), compact.ShortIds);

        await conversation.SayAsync(new GetBlockTransactionsMessage(mined, [1]));
        var fetched = await conversation.HearAsync<BlockTransactionsMessage>();
        Assert.Equal(block.Transactions[1], fetched.Transactions.Single());
    }

    [SkippableFact(DisplayName = "What the node does not have, it says it does not have")]
    public async Task Not_found()
    {
        var engine = StartEngine();
        var conversation = await engine.MeetAsync(Node, Direction.Outbound);
        var unknown = InventoryVector.WitnessTransactionId(Hash256.OfDouble([1, 2, 3]));
        await conversation.SayAsync(new GetDataMessage([unknown]));
        Assert.Equal(new NotFoundMessage([unknown]), await conversation.HearAsync<NotFoundMessage>());
    }

    [SkippableTheory(DisplayName = "A second node syncs the whole chain from us")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task A_second_node_syncs_from_us(Direction who)
    {
        var source = await StartEngine().MeetAsync(Node, Direction.Outbound);
        var hashes = (await source.HeadersAsync(Node.Network.GenesisHash)).Select(header => header.ComputeHash()).ToArray();
        var chain = await source.BlocksAsync(hashes);

        var second = await StartNodeAsync();
        var engine = StartEngine(second.Network, "services = [network, witness]", height: chain.Count);
        var peer = (await engine.MeetAsync(second, who)).Peer;
        var server = new BlockServer(second.Network.GenesisHash, chain);
        var serving = server.ServeAsync(peer);

        await second.Rpc.CallAsync("waitforblockheight", chain.Count, (int)Patience.Limit.TotalMilliseconds);
        Assert.Equal(hashes[^1], await second.BestBlockAsync());
        Assert.Equal(chain.Count, server.Served);

        await peer.DisconnectAsync();
        await serving.WaitAsync(Patience.Limit);
    }

    private static void AssertLinked(Hash256 genesis, IReadOnlyList<BlockHeader> headers)
    {
        var previous = genesis;
        foreach (var header in headers)
        {
            Assert.Equal(previous, header.Previous);
            previous = header.ComputeHash();
        }
    }

    private static void AssertSame(byte[] expected, byte[] actual) =>
        Assert.Equal(Convert.ToHexStringLower(expected), Convert.ToHexStringLower(actual));

    /// <summary>The block once more, not from its bytes but from what was read out of them.</summary>
    private static Block FromParts(Block block) => Block.Create(block.Header, [.. block.Transactions.Select(transaction =>
        Transaction.Create(transaction.Version, transaction.Inputs, transaction.Outputs, transaction.LockTime))]);
}
