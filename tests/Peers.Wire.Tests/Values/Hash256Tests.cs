using System.Runtime.CompilerServices;

namespace Peers.Wire.Tests.Values;

public sealed class Hash256Tests
{
    private const string Genesis = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";

    [Fact(DisplayName = "A hash is printed with its last byte first, and read so")]
    public void Hashes_are_printed_in_reverse()
    {
        var hash = Hash256.Parse(Genesis);
        Assert.Equal(Genesis, hash.ToString());
        Assert.Equal(0x6F, hash.ToArray()[0]);
        Assert.Equal(hash, new Hash256(hash.ToArray()));
        Assert.Equal(hash, Hash256.Parse(Genesis.ToUpperInvariant()));
    }

    [Theory(DisplayName = "What is not 64 hexadecimal digits is no hash")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00")]
    [InlineData(Genesis + "00")]
    [InlineData("x00000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f")]
    public void Other_texts_are_refused(string? text)
    {
        Assert.False(Hash256.TryParse(text, out var hash));
        Assert.Equal(Hash256.Zero, hash);
        Assert.Throws<FormatException>(() => Hash256.Parse(text!));
    }

    [Fact(DisplayName = "32 bytes and no other number are a hash")]
    public void Other_lengths_are_refused() => Assert.Throws<ArgumentException>(() => new Hash256(new byte[31]));

    [Fact(DisplayName = "Hashes are ordered as numbers")]
    public void Hashes_are_ordered()
    {
        var low = Hash256.Parse(new string('0', 63) + "1");
        var high = Hash256.Parse("1" + new string('0', 63));

        Assert.True(low < high);
        Assert.True(low <= high);
        Assert.True(high > low);
        Assert.True(high >= low);
        Assert.True(low <= new Hash256(low.ToArray()));
        Assert.True(low != high);
        Assert.Equal(0, low.CompareTo(low));
    }

    [Fact(DisplayName = "Equal hashes have equal hash codes, the same in every process")]
    public void Hash_codes_are_stable()
    {
        var hash = Hash256.Parse(Genesis);
        Assert.True(hash == Hash256.Parse(Genesis));
        Assert.True(hash.Equals((object)Hash256.Parse(Genesis)));
        Assert.False(hash.Equals((object)Genesis));
        Assert.Equal(hash.GetHashCode(), Hash256.Parse(Genesis).GetHashCode());
        Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(i => Hash256.OfDouble([(byte)i, (byte)(i >> 8)]).GetHashCode()).Distinct().Count());
    }

    [Fact(DisplayName = "Hashes, inventory vectors and headers have the layout of the wire")]
    public void Values_are_packed()
    {
        Assert.Equal(Hash256.Length, Unsafe.SizeOf<Hash256>());
        Assert.Equal(InventoryVector.Size, Unsafe.SizeOf<InventoryVector>());
        Assert.Equal(BlockHeader.Size, Unsafe.SizeOf<BlockHeader>());
    }

    [Fact(DisplayName = "The double hash of nothing is that which empty messages carry as checksum")]
    public void The_empty_checksum_is_a_constant()
    {
        Assert.Equal(BitConverter.ToUInt32(Hash256.OfDouble([]).ToArray()), DoubleSha256.Checksum([]));
        Assert.Equal(BitConverter.ToUInt32(Hash256.OfDouble([1]).ToArray()), DoubleSha256.Checksum([1]));
    }
}
