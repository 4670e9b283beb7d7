using System.Net;
using CsCheck;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class AddressSelectionTests
{
    private const int Most = 1_000;

    [Fact(DisplayName = "What is chosen is all of the input, none of it twice, and as much as goes: in its order up to 1,000")]
    public void Choice_is_a_subset() =>
        Gen.Select(Gen.Int[0, 3_000], Gen.Int).Sample((count, seed) =>
        {
            var all = Numbered(count);
            var chosen = AddressSelection.Select(all, addressV2: true, new Random(seed));
            Assert.Equal(Math.Min(count, Most), chosen.Length);
            Assert.Equal(chosen.Length, chosen.Distinct().Count());
            Assert.Empty(chosen.Except(all));
            if (count <= Most)
            {
                Assert.Equal(all, chosen.AsEnumerable());
            }
        });

    [Theory(DisplayName = "Of more than 1,000 each is as likely to be chosen as any other")]
    [InlineData(1_001)]
    [InlineData(1_500)]
    [InlineData(4_000)]
    public void Choice_is_uniform(int count)
    {
        const int Draws = 400;
        var all = Numbered(count);
        var place = all.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        var random = new Random(8333);
        var chosen = new int[count];
        for (var draw = 0; draw < Draws; draw++)
        {
            foreach (var entry in AddressSelection.Select(all, addressV2: true, random))
            {
                chosen[place[entry]]++;
            }
        }

        // Each count is binomial, all of them sum up to a constant: chi-square with count - 1 degrees of freedom, once it is scaled.
        var probability = (double)Most / count;
        var expected = Draws * probability;
        var freedom = count - 1.0;
        var statistic = chosen.Sum(times => Math.Pow(times - expected, 2)) / (expected * (1 - probability)) * freedom / count;
        Assert.InRange((statistic - freedom) / Math.Sqrt(2 * freedom), -4, 4);
    }

    [Fact(DisplayName = "A remote without addrv2 is told only what has an old form; nobody is told of unknown networks or of old Tor addresses")]
    public void Networks()
    {
        Dictionary<NetworkKind, int> lengths = new()
        {
            [NetworkKind.IPv4] = 4, [NetworkKind.IPv6] = 16, [NetworkKind.TorV2] = 10, [NetworkKind.TorV3] = 32, [NetworkKind.I2P] = 32,
            [NetworkKind.Cjdns] = 16, [(NetworkKind)99] = 7,
        };
        var all = lengths.Select(network =>
        {
            var bytes = new byte[network.Value];
            bytes[0] = 0xFC; // As CJDNS has it.
            return Entry(new NetworkAddress(network.Key, bytes));
        }).ToList();
        Assert.Equal([NetworkKind.IPv4, NetworkKind.IPv6], Kinds(addressV2: false));
        Assert.Equal([NetworkKind.IPv4, NetworkKind.IPv6, NetworkKind.TorV3, NetworkKind.I2P, NetworkKind.Cjdns], Kinds(addressV2: true));
        IEnumerable<NetworkKind> Kinds(bool addressV2) =>
            AddressSelection.Select(all, addressV2, new Random(1)).Select(entry => entry.Endpoint.Address.Kind);
    }

    [Fact(DisplayName = "What cannot be told is left out before the choice, not after it")]
    public void Filter_comes_first()
    {
        var untold = Enumerable.Range(0, 5_000).Select(i => Entry(new NetworkAddress(NetworkKind.TorV3, [.. BitConverter.GetBytes(i), .. new byte[28]])));
        AddressEntry[] all = [.. untold, .. Numbered(1_200)];
        Assert.Equal(Most, AddressSelection.Select(all, addressV2: false, new Random(1)).Length);
        Assert.Equal(Numbered(900), AddressSelection.Select([.. untold, .. Numbered(900)], addressV2: false, new Random(1)).AsEnumerable());
    }

    private static List<AddressEntry> Numbered(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Entry(NetworkAddress.From(new IPAddress([11, (byte)(i >> 16), (byte)(i >> 8), (byte)i]))))];

    private static AddressEntry Entry(NetworkAddress address) => new(1, ServiceFlags.Network, new NetworkEndpoint(address, 8333));
}
