using Peers.Wire;
using static Peers.Tests.Core.Samples;

namespace Peers.Tests.Core;

public sealed class KnownInventoryTests
{
    private readonly KnownInventory _known = new(10);

    [Theory(DisplayName = "A transaction is known by either id")]
    [InlineData(InventoryKind.Transaction, 1)]
    [InlineData(InventoryKind.WitnessTransaction, 1)]
    [InlineData(InventoryKind.WitnessTransactionId, -1)]
    public void Known_by_either_id(InventoryKind kind, int hash)
    {
        Assert.False(_known.Contains(News(1)));
        _known.Add(new InventoryVector(kind, Hash(hash)));
        Assert.True(_known.Contains(News(1)));
        Assert.False(_known.Contains(News(2)));
    }

    [Fact(DisplayName = "A transaction that was noted is known by both ids")]
    public void Noted_by_both_ids()
    {
        _known.Add(Hash(1), Hash(-1));
        Assert.True(_known.Contains(Tx(1)));
        Assert.True(_known.Contains(InventoryVector.WitnessTransactionId(Hash(-1))));
    }

    [Fact(DisplayName = "Without witnesses both ids are one, which takes one place, whatever it is called")]
    public void One_id_is_one_place()
    {
        _known.Add(Hash(1), Hash(1));
        Assert.Equal(1, _known.Count);
        Assert.True(_known.Contains(Tx(1)));
        Assert.True(_known.Contains(InventoryVector.WitnessTransactionId(Hash(1))));
    }

    [Theory(DisplayName = "A block is one thing, in whatever form it is asked for")]
    [InlineData(InventoryKind.Block)]
    [InlineData(InventoryKind.WitnessBlock)]
    [InlineData(InventoryKind.FilteredBlock)]
    [InlineData(InventoryKind.CompactBlock)]
    public void A_block_is_one_thing(InventoryKind kind)
    {
        _known.Add(new InventoryVector(kind, Hash(1)));
        Assert.True(_known.Contains(InventoryVector.Block(Hash(1))));
        Assert.False(_known.Contains(Tx(1)));
    }

    [Fact(DisplayName = "To have heard of a block is not to have its header; to have its header is to have heard of it")]
    public void Headers_are_more_than_hearsay()
    {
        _known.Add(InventoryVector.Block(Hash(1)));
        Assert.False(_known.HasHeader(Hash(1)));
        _known.AddHeader(Hash(2));
        Assert.True(_known.HasHeader(Hash(2)));
        Assert.True(_known.Contains(InventoryVector.Block(Hash(2))));
    }

    [Fact(DisplayName = "A long history of headers pushes out no transaction, and transactions push out no block")]
    public void Blocks_and_transactions_are_kept_apart()
    {
        _known.Add(Tx(1));
        for (var number = 0; number < 2_000; number++)
        {
            _known.AddHeader(Hash(number));
        }

        Assert.True(_known.Contains(Tx(1)));
        for (var number = 0; number < 2_000; number++)
        {
            _known.Add(Tx(number));
        }

        Assert.True(_known.HasHeader(Hash(1_999)));
        Assert.True(_known.Contains(InventoryVector.Block(Hash(1_990))));
        Assert.False(_known.Contains(InventoryVector.Block(Hash(1_989))));
        Assert.Equal(20, _known.Count);
    }
}
