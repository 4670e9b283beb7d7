using System.Text;

namespace Peers.Wire.Tests.Values;

public class BloomFilterTests
{
    private static readonly byte[] Key = Convert.FromHexString("02" + new string('a', 64));

    // Published vectors: Bitcoin Core, hash_tests (murmurhash3).
    [Theory(DisplayName = "Murmur3: published vectors")]
    [InlineData(0x00000000u, 0x00000000u, "")]
    [InlineData(0x6a396f08u, 0xFBA4C795u, "")]
    [InlineData(0x81f16f39u, 0xffffffffu, "")]
    [InlineData(0x514e28b7u, 0x00000000u, "00")]
    [InlineData(0xea3f0b17u, 0xFBA4C795u, "00")]
    [InlineData(0xfd6cf10du, 0x00000000u, "ff")]
    [InlineData(0x16c6b7abu, 0x00000000u, "0011")]
    [InlineData(0x8eb51c3du, 0x00000000u, "001122")]
    [InlineData(0xb4471bf8u, 0x00000000u, "00112233")]
    [InlineData(0xe2301fa8u, 0x00000000u, "0011223344")]
    [InlineData(0xfc2e4a15u, 0x00000000u, "001122334455")]
    [InlineData(0xb074502cu, 0x00000000u, "00112233445566")]
    [InlineData(0x8034d2a0u, 0x00000000u, "0011223344556677")]
    [InlineData(0xb4698defu, 0x00000000u, "001122334455667788")]
    public void Murmur3_vectors(uint hash, uint seed, string data) => Assert.Equal(hash, Murmur3.Hash(seed, Convert.FromHexString(data)));

    // Published vectors: Bitcoin Core, bloom_tests (bloom_create_insert_serialize, with and without a tweak).
    [Theory(DisplayName = "Three elements make the published filter")]
    [InlineData(0u, "03614e9b050000000000000001")]
    [InlineData(2147483649u, "03ce4299050000000100008001")]
    public void Published_filters(uint tweak, string expected)
    {
        var filter = BloomFilter.Create(3, 0.01, tweak, BloomUpdate.All);
        foreach (var element in (string[])["99108ad8ed9bb6274d3980bab5a85c048f0950c8", "b5a2c786d9ef4658287ced5914b37a1b4aa32eee", "b9300670b4c5366e95b2699e8b18bc75e5f729c5"])
        {
            filter.Insert(Convert.FromHexString(element));
            Assert.True(filter.Contains(Convert.FromHexString(element)));
        }

        Assert.False(filter.Contains(Convert.FromHexString("19108ad8ed9bb6274d3980bab5a85c048f0950c8"))); // One bit of the first.
        using var codec = MessageCodec.For(BitcoinNetwork.Mainnet);
        Assert.Equal(expected, Convert.ToHexStringLower(codec.Encode(filter.ToMessage())[24..]));
        Assert.True(BloomFilter.From(filter.ToMessage()).Contains(Convert.FromHexString("b5a2c786d9ef4658287ced5914b37a1b4aa32eee")));
    }

    [Theory(DisplayName = "What was inserted is found, and of other things about as many as was asked for")]
    [InlineData(1, 0.5)]
    [InlineData(100, 0.1)]
    [InlineData(1_000, 0.01)]
    [InlineData(5_000, 0.001)]
    public void False_positives(int elements, double rate)
    {
        var filter = BloomFilter.Create(elements, rate, 7, BloomUpdate.None);
        for (var i = 0; i < elements; i++)
        {
            filter.Insert(Hash(i));
        }

        Assert.All(Enumerable.Range(0, elements), i => Assert.True(filter.Contains(Hash(i))));
        var found = Enumerable.Range(elements, 20_000).Count(i => filter.Contains(Hash(i)));
        Assert.InRange(found / 20_000.0, 0, (rate * 1.6) + 0.001);
    }

    [Fact(DisplayName = "Limits are those of BIP 37, whatever is asked for")]
    public void Limits()
    {
        var largest = BloomFilter.Create(10_000_000, 1e-9, 0, BloomUpdate.None).ToMessage();
        Assert.Equal((36_000, 0u), (largest.Filter.Length, largest.HashFunctions));
        Assert.Equal(50u, BloomFilter.Create(1, 1e-300, 0, BloomUpdate.None).ToMessage().HashFunctions);
        Assert.Throws<ArgumentOutOfRangeException>(() => BloomFilter.Create(0, 0.1, 0, BloomUpdate.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => BloomFilter.Create(1, 0, 0, BloomUpdate.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => BloomFilter.Create(1, 1, 0, BloomUpdate.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => BloomFilter.Create(1, double.NaN, 0, BloomUpdate.None));
    }

    [Theory(DisplayName = "A filter of no bytes finds everything and divides by nothing; one of no functions, too; an empty one nothing")]
    [InlineData(0, 50u, true)]
    [InlineData(0, 0u, true)]
    [InlineData(10, 0u, true)]
    [InlineData(10, 1u, false)]
    public void Degenerate_filters(int bytes, uint functions, bool finds)
    {
        var message = new FilterLoadMessage(new byte[bytes], functions, uint.MaxValue, (BloomUpdate)255);
        var filter = BloomFilter.From(message);
        Assert.Equal(finds, filter.Contains(Hash(1)));
        Assert.Equal(finds, filter.Matches(Pay([])));
        filter.Insert(Hash(1));
        Assert.True(filter.Contains(Hash(1)));
        Assert.All(message.Filter.Span.ToArray(), value => Assert.Equal(0, value)); // The message is another's.
    }

    [Fact(DisplayName = "A transaction matches by its txid, by data its scripts push, and by what it spends")]
    public void Matching()
    {
        var pay = Pay([0x21, .. Key, 0xAC]);
        var spend = Transaction.Create(1, [new TransactionInput(new OutPoint(pay.Id, 0), new byte[] { 2, 7, 7 }, 0, [])], [new TransactionOutput(1, new byte[] { 0x6A })], 0);
        Assert.False(Filter(BloomUpdate.None, _ => { }).Matches(pay));
        Assert.True(Filter(BloomUpdate.None, filter => filter.Insert(pay.Id)).Matches(pay));
        Assert.True(Filter(BloomUpdate.None, filter => filter.Insert(Key)).Matches(pay));
        Assert.True(Filter(BloomUpdate.None, filter => filter.Insert(new OutPoint(pay.Id, 0))).Matches(spend));
        Assert.False(Filter(BloomUpdate.None, filter => filter.Insert(new OutPoint(pay.Id, 1))).Matches(spend));
        Assert.True(Filter(BloomUpdate.None, filter => filter.Insert([7, 7])).Matches(spend));
    }

    [Theory(DisplayName = "Outputs that match are watched on, as the filter says")]
    [InlineData(BloomUpdate.None, "key", false)]
    [InlineData(BloomUpdate.All, "key", true)]
    [InlineData(BloomUpdate.All, "hash", true)]
    [InlineData(BloomUpdate.PublicKeyOnly, "key", true)]
    [InlineData(BloomUpdate.PublicKeyOnly, "multisig", true)]
    [InlineData(BloomUpdate.PublicKeyOnly, "hash", false)]
    [InlineData(BloomUpdate.PublicKeyOnly, "three of two", false)]
    [InlineData((BloomUpdate)0x81, "key", true)] // Bits above the two lowest mean nothing.
    public void Updates(BloomUpdate update, string script, bool watched)
    {
        var pay = Pay(script switch
        {
            "key" => [0x21, .. Key, 0xAC],
            "multisig" => [0x51, 0x21, .. Key, 0x21, .. Key, 0x52, 0xAE],
            "three of two" => [0x53, 0x21, .. Key, 0x21, .. Key, 0x52, 0xAE],
            _ => [0x76, 0xA9, 0x21, .. Key, 0x88, 0xAC],
        });
        var filter = Filter(update, filter => filter.Insert(Key));
        Assert.True(filter.Matches(pay));
        Assert.Equal(watched, filter.Contains(new OutPoint(pay.Id, 0)));
    }

    [Fact(DisplayName = "Scripts are walked over by their pushes, also those that are none")]
    public void Scripts()
    {
        Assert.True(Finds([0x4C, 2, 7, 7]));
        Assert.True(Finds([0x4D, 2, 0, 7, 7]));
        Assert.True(Finds([0x4E, 2, 0, 0, 0, 7, 7]));
        Assert.True(Finds([0, 0x51, 1, 9, 2, 7, 7]));
        foreach (var cut in (byte[][])[[2, 7], [3, 7, 7], [0x4C], [0x4D, 2], [0x4E, 2, 0, 0], [0x4E, 255, 255, 255, 255, 7, 7], [1, 2, 7, 7], []])
        {
            Assert.False(Finds(cut), Convert.ToHexString(cut));
        }

        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var script = new byte[random.Next(40)];
            random.NextBytes(script);
            Finds(script); // Whatever it is, it throws nothing.
        }

        static bool Finds(byte[] script) => Filter(BloomUpdate.PublicKeyOnly, filter => filter.Insert([7, 7])).Matches(Pay(script));
    }

    private static BloomFilter Filter(BloomUpdate update, Action<BloomFilter> fill)
    {
        var filter = BloomFilter.Create(10, 1e-9, 3, update);
        fill(filter);
        return filter;
    }

    private static Transaction Pay(byte[] script) => Transaction.Create(1, [new TransactionInput(new OutPoint(Hash(99), 5), new byte[] { 0x51 }, 0, [])], [new TransactionOutput(1, script)], 0);

    private static Hash256 Hash(int number) => Hash256.OfDouble(Encoding.ASCII.GetBytes($"element {number}"));
}
