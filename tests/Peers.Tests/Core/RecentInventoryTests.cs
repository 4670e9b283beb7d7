using Peers.Wire;
using static Peers.Tests.Core.Samples;

namespace Peers.Tests.Core;

public sealed class RecentInventoryTests
{
    [Fact(DisplayName = "Values are compared, not references, and the witness bit says how, not what")]
    public void Values_are_compared()
    {
        var known = new RecentInventory(10);
        Assert.True(known.Add(InventoryVector.Block(Hash(1))));
        Assert.False(known.Add(InventoryVector.WitnessBlock(Hash(1))));
        Assert.True(known.Contains(InventoryVector.WitnessBlock(Hash(1))));
        Assert.False(known.Contains(Tx(1)));
    }

    [Fact(DisplayName = "The least recently used gives way")]
    public void Least_recently_used_gives_way()
    {
        var known = new RecentInventory(3);
        foreach (var number in (int[])[1, 2, 3, 1, 4])
        {
            known.Add(Tx(number));
        }

        Assert.Equal(3, known.Count);
        Assert.False(known.Contains(Tx(2)));
        Assert.All((int[])[1, 3, 4], number => Assert.True(known.Contains(Tx(number))));
    }

    [Theory(DisplayName = "Against a plain list that does the same slowly")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void Behaves_as_a_list(int capacity)
    {
        var random = new Random(capacity);
        var known = new RecentInventory(capacity);
        List<InventoryVector> model = [];
        for (var step = 0; step < 20_000; step++)
        {
            var item = Tx(random.Next(2 * capacity));
            var isNew = !model.Remove(item);
            model.Add(item);
            if (model.Count > capacity)
            {
                model.RemoveAt(0);
            }

            Assert.Equal(isNew, known.Add(item));
            Assert.Equal(model.Count, known.Count);
            var probe = Tx(random.Next(2 * capacity));
            Assert.Equal(model.Contains(probe), known.Contains(probe));
        }
    }
}
