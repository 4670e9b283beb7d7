using Peers.Wire;

namespace Peers.Benchmarks.Load;

/// <summary>The target's block, asked for and serialized anew each time.</summary>
internal sealed class BlockOutLoad(Hash256 block) : Workload("block out", "blocks_sent")
{
    // More at a time would wait above peers.connection.write-limit, where a remote is taken for a slow reader.
    private const int Blocks = 4;

    private readonly byte[] _ask = LoadPeer.Encode(new GetDataMessage(Enumerable.Repeat(new InventoryVector(InventoryKind.WitnessBlock, block), Blocks).ToWireArray()));
    private LoadPeer[] _peers = [];

    public override async Task PrepareAsync(LoadTarget target) => _peers = await LoadPeer.ConnectAsync(target.Endpoint, 1, 1);

    public override async Task<long> RunAsync(LoadTarget target)
    {
        var missing = Blocks;
        await _peers[0].SendAsync(_ask);
        await _peers[0].ReadUntilAsync(message => message is BlockMessage && --missing == 0);
        return Blocks;
    }

    public override void Dispose() => Array.ForEach(_peers, peer => peer.Dispose());
}
