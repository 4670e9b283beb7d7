using System.Collections;

namespace Peers.Wire.Tests.Values;

public sealed class ValueTests
{
    [Fact(DisplayName = "Bytes are equal when they hold the same")]
    public void Bytes_have_value_equality()
    {
        Bytes bytes = new byte[] { 1, 0xAB };
        var same = Bytes.FromHex("01AB");

        Assert.True(bytes == same);
        Assert.True(bytes != Bytes.Empty);
        Assert.True(bytes.Equals((object)Bytes.ToBytes([1, 0xAB])));
        Assert.False(bytes.Equals((object)"01ab"));
        Assert.Equal(bytes.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(bytes.GetHashCode(), Bytes.Empty.GetHashCode());
        Assert.Equal("01ab", bytes.ToString());
        Assert.Equal(2, bytes.Length);
        Assert.Throws<FormatException>(() => Bytes.FromHex("0"));
    }

    [Theory(DisplayName = "Text of a remote is escaped when it is printed")]
    [InlineData("2f5361746f7368693a302e32372e302f", "/Satoshi:0.27.0/")]
    [InlineData("1b5b324a", @"\x1b[2J")]
    [InlineData("5c", @"\\")]
    [InlineData("0a0d0009", @"\x0a\x0d\x00\x09")]
    [InlineData("c3a9ff7f", @"\xc3\xa9\xff\x7f")]
    [InlineData("", "")]
    public void Texts_are_escaped(string hex, string printed) => Assert.Equal(printed, new WireText(Bytes.FromHex(hex)).ToString());

    [Fact(DisplayName = "Texts are equal when their bytes are")]
    public void Texts_have_value_equality()
    {
        WireText text = "é";
        Assert.Equal(2, text.Length);
        Assert.True(text == WireText.ToWireText("é"));
        Assert.True(text != WireText.Empty);
        Assert.True(text.Equals((object)new WireText(Bytes.FromHex("c3a9"))));
        Assert.False(text.Equals((object)"é"));
        Assert.Equal(text.GetHashCode(), WireText.ToWireText("é").GetHashCode());
        Assert.Throws<ArgumentNullException>(() => WireText.ToWireText(null!));
    }

    [Fact(DisplayName = "Wire arrays are equal when they hold equal items in the same order")]
    public void Arrays_have_value_equality()
    {
        WireArray<int> array = [1, 2, 3];
        WireArray<int> same = new[] { 1, 2, 3 }.ToWireArray();

        Assert.True(array == same);
        Assert.True(array != [1, 2]);
        Assert.True(array != [1, 3, 2]);
        Assert.True(array.Equals((object)same));
        Assert.False(array.Equals((object)1));
        Assert.Equal(array.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(array.GetHashCode(), WireArray<int>.Empty.GetHashCode());
        Assert.Equal(((WireArray<string?>)[null]).GetHashCode(), ((WireArray<string?>)[null]).GetHashCode());
        Assert.Equal("3 x Int32", array.ToString());
    }

    [Fact(DisplayName = "Wire arrays are lists, the empty one, too")]
    public void Arrays_are_lists()
    {
        WireArray<int> array = [1, 2, 3];
        Assert.Equal(2, array[1]);
        Assert.Equal(3, ((IReadOnlyCollection<int>)array).Count);
        Assert.Equal([1, 2, 3], ((IEnumerable)array).Cast<int>());
        Assert.Equal([1, 2, 3], array.Select(item => item));
        Assert.Empty(WireArray<int>.Empty);
        Assert.Empty(((IEnumerable)WireArray<int>.Empty).Cast<int>());
        Assert.Equal(0, default(WireArray<int>).Length);
        Assert.Throws<IndexOutOfRangeException>(() => WireArray<int>.Empty[0]);
        Assert.Throws<IndexOutOfRangeException>(() => array[3]);
    }

    [Fact(DisplayName = "An inventory vector knows what it names")]
    public void Inventory_vectors_know_their_kind()
    {
        var hash = Hash256.OfDouble([1]);
        Assert.True(InventoryVector.Transaction(hash).IsTransaction);
        Assert.True(InventoryVector.WitnessTransactionId(hash).IsTransaction);
        Assert.True(InventoryVector.Block(hash).IsBlock);
        Assert.True(InventoryVector.WitnessBlock(hash).IsBlock);
        Assert.True(new InventoryVector(InventoryKind.FilteredWitnessBlock, hash).IsBlock);
        Assert.True(new InventoryVector(InventoryKind.CompactBlock, hash).IsBlock);
        Assert.True(new InventoryVector(InventoryKind.WitnessTransaction, hash).IsTransaction);
        Assert.False(new InventoryVector(InventoryKind.Error, hash).IsBlock);
        Assert.False(new InventoryVector((InventoryKind)uint.MaxValue, hash).IsTransaction);
        Assert.Equal($"Block {hash}", InventoryVector.Block(hash).ToString());
    }

    [Fact(DisplayName = "A header hashes to the block's id")]
    public void Headers_hash_to_ids()
    {
        var header = new BlockHeader(
            1, Hash256.Zero, Hash256.Parse("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"), 1231006505, 0x1D00FFFF, 2083236893);
        Assert.Equal(BitcoinNetwork.Mainnet.GenesisHash, header.ComputeHash());
    }

    [Fact(DisplayName = "Policies have names")]
    public void Policies_have_names()
    {
        Assert.Same(StrictnessPolicy.Core, StrictnessPolicy.Named("core"));
        Assert.Same(StrictnessPolicy.Btcd, StrictnessPolicy.Named("btcd"));
        Assert.Equal("core", StrictnessPolicy.Core.ToString());
        Assert.Throws<ArgumentException>(() => StrictnessPolicy.Named("lenient"));
        Assert.False(StrictnessPolicy.Core.Tolerates(WireError.TooMany));
        Assert.False(StrictnessPolicy.Core.Tolerates(WireError.WrongNetwork));
        Assert.False(StrictnessPolicy.Core.Tolerates(WireError.OversizedMessage));
        Assert.All(Enum.GetValues<WireError>(), error => Assert.False(StrictnessPolicy.Btcd.Tolerates(error)));
    }
}
