using Peers.Wire;
using static Peers.Tests.Core.Samples;

namespace Peers.Tests.Core;

public sealed class AnnouncementTests
{
    [Fact(DisplayName = "A transaction is announced with both ids, its fee rate and itself")]
    public void A_transaction()
    {
        var transaction = Transaction(1);
        var news = Assert.IsType<Announcement.OfTransaction>(Announcement.Of(transaction, feeRate: 1_000));
        Assert.NotEqual(transaction.Id, transaction.WitnessId);
        Assert.Equal((transaction.Id, transaction.WitnessId, 1_000L), (news.Id, news.WitnessId, news.FeeRate));
        Assert.Same(transaction, news.Body);
        Assert.Null(Assert.IsType<Announcement.OfTransaction>(Announcement.Of(transaction)).FeeRate);
    }

    [Fact(DisplayName = "A block, its header and a few that follow each other are announced by the last hash, with their headers")]
    public void A_block()
    {
        var chain = Chain(3);
        var block = Block.Create(chain[0], [Transaction(1)]);
        Assert.Equal((block.Hash, 1), HashAndHeaders(Announcement.Of(block)));
        Assert.Equal((block.Hash, 1), HashAndHeaders(Announcement.Of(chain[0])));
        Assert.Equal((chain[2].ComputeHash(), 3), HashAndHeaders(Announcement.Of([.. chain])));
    }

    [Fact(DisplayName = "Headers that do not follow each other, or none, are a fault of who announces them")]
    public void Faulty_headers()
    {
        var chain = Chain(3);
        Assert.Throws<ArgumentException>(() => Announcement.Of([chain[0], chain[2]]));
        Assert.Throws<ArgumentException>(() => Announcement.Of([chain[1], chain[0]]));
        Assert.Throws<ArgumentException>(() => Announcement.Of([]));
    }

    [Theory(DisplayName = "An item becomes a block, or stays what it is")]
    [InlineData(InventoryKind.Block, true)]
    [InlineData(InventoryKind.WitnessBlock, true)]
    [InlineData(InventoryKind.Transaction, false)]
    [InlineData(InventoryKind.WitnessTransactionId, false)]
    [InlineData((InventoryKind)77, false)]
    public void An_item(InventoryKind kind, bool isBlock)
    {
        var item = new InventoryVector(kind, Hash(1));
        Assert.Equal(isBlock ? new Announcement.OfBlock(Hash(1)) : new Announcement.OfItem(item), Announcement.Of(item));
    }

    private static (Hash256 Hash, int Headers) HashAndHeaders(Announcement announcement)
    {
        var block = Assert.IsType<Announcement.OfBlock>(announcement);
        return (block.Hash, block.Headers.Length);
    }
}
