using System.Collections.Immutable;
using Peers.Wire;

namespace Peers.Cli.Tests;

public class SyncTests
{
    private static readonly ImmutableArray<Block> Blocks = [.. DemoChain.Make(150).Blocks];

    [Fact(DisplayName = "Blocks are asked for in a window, each matched by its hash, until all are there")]
    public void Blocks_are_asked_for_in_a_window()
    {
        var sync = new ChainSync(BitcoinNetwork.Regtest, new SyncPlan(100, CheckWork: true, Witness: true));
        Assert.IsType<GetHeadersMessage>(sync.Start());

        var asked = Asked(sync.On(new HeadersMessage(ChainTests.Headers(Blocks, 1, 150))));
        Assert.Equal(64, asked.Count);
        Assert.All(asked, item => Assert.Equal(InventoryKind.WitnessBlock, item.Kind));
        var most = 0;
        while (asked.Count > 0)
        {
            most = Math.Max(most, asked.Count);
            var next = Blocks.First(block => block.Hash == asked[^1].Hash); // Any order will do.
            asked.RemoveAt(asked.Count - 1);
            var step = sync.On(new BlockMessage(next));
            Assert.Same(next, step.NewBlock);
            Assert.Equal(next, Blocks[step.NewBlockHeight]);
            asked.AddRange(Asked(step));
        }

        Assert.Equal(64, most);
        Assert.True(sync.Done);
        Assert.Equal((100, 100), (sync.BlocksDone, sync.BlocksWanted));
    }

    [Fact(DisplayName = "A full headers message is followed by the next question, an empty one ends the headers")]
    public void Headers_are_asked_for_until_there_are_no_more()
    {
        var blocks = DemoChain.Make(2000).Blocks;
        var sync = new ChainSync(BitcoinNetwork.Regtest, new SyncPlan(0, CheckWork: true, Witness: false));

        var step = sync.On(new HeadersMessage(ChainTests.Headers(blocks, 1, 2000)));
        Assert.Equal(blocks[2000].Hash, Assert.IsType<GetHeadersMessage>(Assert.Single(step.Say)).Locator[0]);
        Assert.False(sync.Done);
        sync.On(new HeadersMessage([]));
        Assert.True(sync.Done);
    }

    [Fact(DisplayName = "A block that nobody asked for is not counted; one that the remote lacks is a fault")]
    public void Unasked_and_missing_blocks()
    {
        var sync = new ChainSync(BitcoinNetwork.Regtest, new SyncPlan(2, CheckWork: true, Witness: false));
        sync.On(new HeadersMessage(ChainTests.Headers(Blocks, 1, 9)));

        Assert.Null(sync.On(new BlockMessage(Blocks[3])).NewBlock);
        Assert.Empty(sync.On(new NotFoundMessage([InventoryVector.Block(Blocks[3].Hash)])).Say);
        Assert.Throws<ChainException>(() => sync.On(new NotFoundMessage([InventoryVector.Block(Blocks[9].Hash)])));
    }

    [Fact(DisplayName = "A block with other transactions than its header names is a fault")]
    public void A_wrong_merkle_root_is_a_fault()
    {
        var sync = new ChainSync(BitcoinNetwork.Regtest, new SyncPlan(1, CheckWork: true, Witness: false));
        sync.On(new HeadersMessage(ChainTests.Headers(Blocks, 1, 9)));
        var wrong = Block.Create(Blocks[9].Header, Blocks[8].Transactions);

        Assert.Throws<ChainException>(() => sync.On(new BlockMessage(wrong)));
    }

    [Fact(DisplayName = "After the headers, an announced block is followed by a question, a known one is not")]
    public void An_announced_block_is_followed()
    {
        var sync = new ChainSync(BitcoinNetwork.Regtest, new SyncPlan(0, CheckWork: true, Witness: false));
        sync.On(new HeadersMessage(ChainTests.Headers(Blocks, 1, 9)));

        Assert.Empty(sync.On(new InvMessage([InventoryVector.Block(Blocks[9].Hash)])).Say);
        Assert.IsType<GetHeadersMessage>(Assert.Single(sync.On(new InvMessage([InventoryVector.Block(Blocks[10].Hash)])).Say));
        Assert.Equal(1, sync.On(new HeadersMessage(ChainTests.Headers(Blocks, 10, 10))).NewHeaders);
    }

    [Fact(DisplayName = "A served chain answers from the first block of the locator that it knows, up to the stop")]
    public void A_served_chain_answers_after_the_locator()
    {
        var chain = new ServedChain(BitcoinNetwork.Regtest, Blocks, []);
        var unknown = Hash256.Parse(new string('a', 64));

        Assert.Equal((150, Blocks[150].Hash), (chain.Height, chain.Tip));
        Assert.Equal(Blocks[11].Hash, chain.After([unknown, Blocks[10].Hash, Blocks[0].Hash], Hash256.Zero, 2000)[0].Hash);
        Assert.Equal(140, chain.After([Blocks[10].Hash], Hash256.Zero, 2000).Length);
        Assert.Equal(3, chain.After([Blocks[10].Hash], Blocks[13].Hash, 2000).Length);
        Assert.Equal(7, chain.After([Blocks[10].Hash], Hash256.Zero, 7).Length);
        Assert.Equal(0, chain.After([Blocks[150].Hash], Hash256.Zero, 7).Length);
        Assert.Equal(Blocks[1].Hash, chain.After([unknown], Hash256.Zero, 7)[0].Hash);
        Assert.Equal(Blocks[5].Hash, Assert.Single(chain.After([], Blocks[5].Hash, 7).ToArray()).Hash);
        Assert.Equal(0, chain.After([], unknown, 7).Length);
        Assert.Equal(0, new ServedChain(BitcoinNetwork.Regtest, [], []).After([unknown], Hash256.Zero, 7).Length);
        Assert.Equal(149, new ServedChain(BitcoinNetwork.Regtest, Blocks.Skip(1).Take(149), []).Height);
    }

    private static List<InventoryVector> Asked(SyncStep step) => [.. step.Say.OfType<GetDataMessage>().SelectMany(get => get.Items)];
}
