using Peers.Interop.Tests.Kit;
using Peers.Wire;

namespace Peers.Interop.Tests;

/// <summary>
/// Litecoin's extension blocks (MWEB), from height 432 of regtest: a form of blocks that Bitcoin does not have and that comes only to those
/// who ask for it.
/// </summary>
public sealed class ExtensionBlockInteropTests(LitecoinNodeFixture fixture) : InteropTests(fixture)
{
    private const int ActivationHeight = 432;

    /// <summary>Litecoin's own: a block with its witnesses and its extension (<c>MSG_MWEB_BLOCK</c>).</summary>
    private const InventoryKind ExtendedBlock = InventoryKind.WitnessBlock | (InventoryKind)(1 << 29);

    [SkippableFact(DisplayName = "Blocks that have an extension come to us without it and are whole")]
    public async Task Blocks_with_an_extension_come_without_it()
    {
        var extended = await MineExtendedBlocksAsync();
        var engine = StartEngine();
        var conversation = await engine.MeetAsync(Node, Direction.Outbound);

        var blocks = await conversation.BlocksAsync(extended);
        var bytes = await Node.BlocksAsync(extended);
        Assert.All(blocks.Zip(bytes), pair =>
        {
            Assert.Equal(pair.First.Header.MerkleRoot, pair.First.ComputeMerkleRoot());
            Assert.Equal(0, pair.First.Extension.Length);
            Assert.True(pair.First.Size < pair.Second.Length, "the node itself has more of the block than it tells us");
        });
    }

    [SkippableFact(DisplayName = "A block with its extension, if one asks for it, is dropped for a transaction that is not Bitcoin's; the connection lives")]
    public async Task A_block_with_its_extension_is_dropped()
    {
        var extended = (await MineExtendedBlocksAsync())[0];
        var engine = StartEngine();
        var conversation = await engine.MeetAsync(Node, Direction.Outbound);

        await conversation.SayAsync(new GetDataMessage([new InventoryVector(ExtendedBlock, extended)]));
        var heard = await conversation.HearEverythingAsync(nonce: 1);
        Assert.DoesNotContain(heard, message => message is BlockMessage);
        var stats = await conversation.Peer.GetStatsAsync();
        Assert.Equal((1, 1), (stats.Dropped, stats.Received["block"].Messages));

        // Nothing was lost of the stream: the same block in Bitcoin's form comes after it.
        Assert.Equal(extended, (await conversation.BlocksAsync([extended])).Single().Hash);
    }

    [SkippableFact(DisplayName = "A block with its extension comes whole to those who leave blocks undecoded")]
    public async Task A_block_with_its_extension_comes_raw()
    {
        var extended = (await MineExtendedBlocksAsync())[0];
        var engine = StartEngine("raw-commands = [block]");
        var conversation = await engine.MeetAsync(Node, Direction.Outbound);

        await conversation.SayAsync(new GetDataMessage([new InventoryVector(ExtendedBlock, extended)]));
        var block = await conversation.HearAsync<UnknownMessage>(message => message.Command == "block");
        Assert.Equal(new Bytes((await Node.BlocksAsync([extended])).Single()), block.Payload);
    }

    /// <summary>Mines blocks with extensions; the first must have something to extend it with.</summary>
    private async Task<IReadOnlyList<Hash256>> MineExtendedBlocksAsync()
    {
        var missing = ActivationHeight - 1 - await Node.HeightAsync();
        if (missing > 0)
        {
            await Node.MineAsync(missing);
            await Node.Rpc.CallAsync("sendtoaddress", await Node.Rpc.TextAsync("getnewaddress", "", "mweb"), 5);
        }

        return await Node.MineAsync(2);
    }
}
