using Peers.Wire;
using static Peers.Tests.Core.Samples;

namespace Peers.Tests.Core;

public sealed class InventoryNotesTests
{
    private static readonly BlockHeader Header = Chain(1, before: Hash(7))[0];
    private static readonly Hash256 Mined = Header.ComputeHash();

    public static TheoryData<string, bool, bool, bool> Blocks => new()
    {
        // What is said of a block: by whom, whether the remote then has heard of it, whether it then has its header.
        { "inv", false, true, true },
        { "inv", true, true, false },
        { "getdata", false, true, false },
        { "getdata", true, true, true },
        { "notfound", false, true, false },
        { "notfound", true, true, false },
        { "block", false, true, true },
        { "block", true, true, true },
        { "headers", false, true, true },
        { "headers", true, true, true },
        { "cmpctblock", false, true, true },
        { "cmpctblock", true, true, true },
        { "merkleblock", false, true, true },
        { "merkleblock", true, true, true },
        { "getheaders", false, true, true },
        { "getheaders", true, false, false },
        { "getblocks", false, true, true },
        { "getblocks", true, false, false },
    };

    [Theory(DisplayName = "What shows that the remote has heard of a block, and what that it has its header")]
    [MemberData(nameof(Blocks))]
    public void Shows_blocks(string command, bool said, bool isKnown, bool hasHeader)
    {
        var known = Noted(AboutBlock(command), said);
        Assert.Equal(isKnown, known.Contains(InventoryVector.Block(Mined)));
        Assert.Equal(hasHeader, known.HasHeader(Mined));
    }

    [Theory(DisplayName = "What shows that the remote has heard of a transaction, heard or said")]
    [InlineData("inv")]
    [InlineData("getdata")]
    [InlineData("notfound")]
    [InlineData("tx")]
    public void Shows_transactions(string command)
    {
        var transaction = Transaction(1);
        WireArray<InventoryVector> items = [new InventoryVector(InventoryKind.WitnessTransaction, transaction.Id)];
        Message message = command switch
        {
            "inv" => new InvMessage(items),
            "getdata" => new GetDataMessage(items),
            "notfound" => new NotFoundMessage(items),
            _ => new TransactionMessage(transaction),
        };
        foreach (var said in (bool[])[false, true])
        {
            var known = Noted(message, said);
            Assert.True(known.Contains(InventoryVector.Transaction(transaction.Id)));
            Assert.Equal(command == "tx", known.Contains(InventoryVector.WitnessTransactionId(transaction.WitnessId)));
        }
    }

    [Fact(DisplayName = "Every header counts, and so does the block before the first")]
    public void Every_header_counts()
    {
        var chain = Chain(2_000, before: Hash(3));
        var known = Noted(new HeadersMessage(chain.ToWireArray()), said: false);
        Assert.True(known.HasHeader(Hash(3)));
        Assert.All(chain, header => Assert.True(known.HasHeader(header.ComputeHash())));
        Assert.False(known.HasHeader(Hash(4)));
    }

    [Fact(DisplayName = "Only the last header is hashed: each other is what the next one names")]
    public void One_header_is_hashed()
    {
        var (first, last) = (Chain(1)[0], Chain(1, before: Hash(9))[0]);
        var known = Noted(new HeadersMessage([first, last]), said: false);
        Assert.True(known.HasHeader(Hash(9)));
        Assert.True(known.HasHeader(last.ComputeHash()));
        Assert.False(known.HasHeader(first.ComputeHash()));
    }

    [Fact(DisplayName = "A locator's tip outlasts its past")]
    public void The_tip_outlasts()
    {
        var known = new KnownInventory(2);
        InventoryNotes.Note(new GetHeadersMessage([Hash(3), Hash(2), Hash(1)]), said: false, known);
        Assert.True(known.HasHeader(Hash(3)));
        Assert.True(known.HasHeader(Hash(2)));
        Assert.False(known.HasHeader(Hash(1)));
    }

    [Fact(DisplayName = "What goes to the trickle when it is heard, and when it is said")]
    public void What_is_passed_on()
    {
        var both = Blocks.Select(row => (string)((object[])row)[0]).Distinct().Select(AboutBlock).Append(new TransactionMessage(Transaction(1))).ToList();
        Assert.All(both, message => Assert.True(InventoryNotes.AreHeardIn(message)));
        Assert.All(both, message => Assert.Equal(message is not (GetHeadersMessage or GetBlocksMessage), InventoryNotes.AreIn(message)));
        Message[] wishes = [SendHeadersMessage.Instance, new FeeFilterMessage(1), FilterClearMessage.Instance, new FilterAddMessage(default)];
        Assert.All(wishes, message => Assert.True(InventoryNotes.AreHeardIn(message) && !InventoryNotes.AreIn(message)));
        Message[] others = [new PingMessage(1), new HeadersMessage([]), MempoolMessage.Instance, new UnknownMessage("tx", default)];
        Assert.All(others, message => Assert.False(InventoryNotes.AreHeardIn(message)));
    }

    private static Message AboutBlock(string command)
    {
        WireArray<InventoryVector> items = [InventoryVector.WitnessBlock(Mined)];
        var block = Block.Create(Header, [Transaction(1)]);
        return command switch
        {
            "inv" => new InvMessage(items),
            "getdata" => new GetDataMessage(items),
            "notfound" => new NotFoundMessage(items),
            "block" => new BlockMessage(block),
            "headers" => new HeadersMessage([Header]),
            "cmpctblock" => CompactBlockMessage.Create(block, 1),
            "merkleblock" => new MerkleBlockMessage(Header, new PartialMerkleTree(1, [Hash(1)], new byte[] { 1 })),
            "getheaders" => new GetHeadersMessage([Mined, Hash(1)]),
            "getblocks" => new GetBlocksMessage([Mined, Hash(1)]),
            _ => throw new ArgumentException(command),
        };
    }

    private static KnownInventory Noted(Message message, bool said)
    {
        var known = new KnownInventory(5_000);
        InventoryNotes.Note(message, said, known);
        return known;
    }
}
