using Akka.Actor;
using Peers;
using Peers.TestKit;
using Peers.Wire;
using Xunit.Abstractions;

namespace BlockDownload;

// sample: simulation
/// <summary>The downloader against remotes that withhold, lie and reset, in virtual time: the half minute of patience takes none.</summary>
public sealed class BlockDownloadSimulation(ITestOutputHelper output) : PeerSimulation(output, "peers.stall { enabled = on, response-timeout = 30s }")
{
    private readonly Block[] _chain = [.. Enumerable.Range(0, 8).Select(Block)];

    [Fact(DisplayName = "A remote that withholds is given up after half a minute, and another one is asked")]
    public void Withheld()
    {
        var withholding = Remote(); // It answers nothing but the handshake.
        var blocks = Download(withholding, Honest());
        Assert.Equal(_chain.Length, blocks.Count);
        Assert.IsType<DisconnectReason.Stalled>(Engine.Stopped.Single().Reason);
        Assert.InRange(Elapsed, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(32));
    }

    [Fact(DisplayName = "A remote that lies is found out by the merkle root, and left")]
    public void Lied()
    {
        var lying = Remote();
        lying.Answers<GetDataMessage>(asked => [new BlockMessage(Peers.Wire.Block.Create(Find(asked).Header, [Transaction(666)]))]);
        var blocks = Download(lying, Honest());
        Assert.All(_chain, block => Assert.Equal(block, blocks[block.Hash]));
        Assert.StartsWith("no block", Assert.IsType<DisconnectReason.Requested>(Engine.Stopped.Single().Reason).Why, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A remote that resets in the middle of a block loses its turn and nothing else")]
    public void Reset()
    {
        var resetting = Honest();
        Simulation.Network.ResetAfter(resetting.Endpoint!, bytes: 600);
        Assert.Equal(_chain.Length, Download(resetting, Honest()).Count);
        Assert.IsType<DisconnectReason.ConnectionReset>(Engine.Stopped.Single().Reason);
    }

    private IReadOnlyDictionary<Hash256, Block> Download(params ScriptedPeer[] remotes)
    {
        var asker = Simulation.Recorder();
        var endpoints = remotes.Select(remote => remote.Endpoint!).ToArray();
        ActorOf(Props.Create(() => new BlockDownloader(Engine.Manager, endpoints, _chain.Select(block => block.Hash), asker.Ref)));
        Until(() => asker.Of<Downloaded>().Any(), TimeSpan.FromMinutes(2));
        return asker.Of<Downloaded>().Single().Blocks;
    }

    private ScriptedPeer Honest()
    {
        var remote = Remote();
        remote.Answers<GetDataMessage>(asked => [new BlockMessage(Find(asked))]);
        return remote;
    }

    private Block Find(GetDataMessage asked) => _chain.Single(block => block.Hash == asked.Items[0].Hash);
    // end sample

    private static Block Block(int height)
    {
        var transactions = TransactionList.Create([Transaction(height)]);
        return Peers.Wire.Block.Create(new BlockHeader(1, Hash256.Zero, transactions[0].Id, 1_700_000_000, 0x207fffff, (uint)height), transactions);
    }

    private static Transaction Transaction(int number) => Peers.Wire.Transaction.Create(
        2, [new TransactionInput(new OutPoint(Hash256.Zero, uint.MaxValue), Bytes.Empty, TransactionInput.FinalSequence, [])],
        [new TransactionOutput(number, Bytes.Empty)], 0);
}
