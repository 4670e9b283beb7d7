using Peers.Interop.Tests.Kit;
using Peers.Wire;

namespace Peers.Interop.Tests;

public sealed class RequestInteropTests(LitecoinNodeFixture fixture) : InteropTests(fixture)
{
    private const string Watched = "stall { enabled = on, exempt = [], report-only = [getaddr] }";

    [SkippableTheory(DisplayName = "A chain by requests: headers, then every block at once; a watched node is never stalled")]
    [InlineData(Direction.Outbound)]
    [InlineData(Direction.Inbound)]
    public async Task A_chain_by_requests(Direction who)
    {
        var engine = StartEngine(Watched);
        var peer = (await engine.MeetAsync(Node, who)).Peer;
        var headers = (await peer.GetHeadersAsync([Node.Network.GenesisHash], cancellation: Patience.Token)).Get();
        Assert.Equal(await Node.HeightAsync(), headers.Length);
        var hashes = headers.Select(header => header.ComputeHash()).ToArray();
        var blocks = await Task.WhenAll(hashes.Select(hash => peer.GetBlockAsync(hash, Patience.Token)));
        Assert.Equal(hashes, blocks.Select(block => block.Get().Hash));

        // At the tip there is nothing more: an empty answer is one.
        Assert.Equal(0, (await peer.GetHeadersAsync([hashes[^1]], cancellation: Patience.Token)).Get().Length);
        var stats = (await peer.GetStatsAsync()).Requests;
        Assert.Equal(new RequestStats(0, hashes.Length + 2, 0, 0), stats);
        Assert.Empty(engine.Events<PeerStalled>());
    }

    [SkippableFact(DisplayName = "What the node does not have it says: not found")]
    public async Task Not_found()
    {
        var engine = StartEngine(Watched);
        var peer = (await engine.MeetAsync(Node, Direction.Outbound)).Peer;
        Assert.IsType<Answer<Transaction>.NotFound>(await peer.GetTransactionAsync(Hash256.OfDouble([1]), Patience.Token));
    }

    [SkippableFact(DisplayName = "Compact and filtered blocks answer requests for them, each in its own form")]
    public async Task Other_forms_of_a_block()
    {
        var engine = StartEngine(Watched);
        var peer = (await engine.MeetAsync(Node, Direction.Outbound)).Peer;
        var tip = await Node.BestBlockAsync();
        var compact = await peer.RequestAsync<CompactBlockMessage>(new GetDataMessage([new InventoryVector(InventoryKind.CompactBlock, tip)]), Patience.Token);
        Assert.Equal(tip, compact.Get().Header.ComputeHash());
        var transactions = await peer.RequestAsync<BlockTransactionsMessage>(new GetBlockTransactionsMessage(tip, [0]), Patience.Token);
        Assert.True(transactions.Get().Transactions[0].IsCoinbase);
    }
}
