using CsCheck;
using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Values;

/// <summary>Bloom filters (BIP 37). The vectors are those of Bitcoin Core's bloom_tests and hash_tests.</summary>
public sealed class BloomFilterTests
{
    private const string KeyHash = "04943fdd508053c75000106d3bc6e2754dbcff19";
    private const string OtherKeyHash = "a266436d2965547608b9e15d9032a7b9d64fa431";
    private const string PreviousId = "90c122d70786e899529d71dbeba91ba216982fb6ba58f3bdaab65e73b7e9260b";

    private const string Signature =
        "30450220070aca44506c5cef3a16ed519d7c3c39f8aab192c4e1c90d065f37b8a4af6141022100a8e160b856c2d43d27d8fba71e5aef6405b8643ac4cb7cb3c462"
        + "aced7f14711a01";

    private const string PublicKey =
        "046d11fee51b0e60666d5049a9101a72741df480b96ee26488a4d3466b95c9a40ac5eeef87e10a5cd336c19a84565f80fa6c547957b7700ff4dfbdefe76036c339";

    /// <summary>Bitcoin Core, merkle_block_2: the block 000000005a4ded78…, of four transactions that spend each other.</summary>
    private const string FourTransactions =
        "0100000075616236cc2126035fadb38deb65b9102cc2c41c09cdf29fc051906800000000fe7d5e12ef0ff901f6050211249919b1c0653771832b3a80c66cea4284"
        + "7f0ae1d4d26e49ffff001d00f0a4410401000000010000000000000000000000000000000000000000000000000000000000000000ffffffff0804ffff001d0291"
        + "05ffffffff0100f2052a010000004341046d8709a041d34357697dfcb30a9d05900a6294078012bf3bb09c6f9b525f1d16d5503d7905db1ada9501446ea0072866"
        + "8fc5719aa80be2fdfc8a858a4dbdd4fbac00000000010000000255605dc6f5c3dc148b6da58442b0b2cd422be385eab2ebea4119ee9c268d283500000000494830"
        + "45022100aa46504baa86df8a33b1192b1b9367b4d729dc41e389f2c04f3e5c7f0559aae702205e82253a54bf5c4f65b7428551554b2045167d6d206dfe6a2e1981"
        + "27d3f7df1501ffffffff55605dc6f5c3dc148b6da58442b0b2cd422be385eab2ebea4119ee9c268d2835010000004847304402202329484c35fa9d6bb32a55a70c"
        + "0982f606ce0e3634b69006138683bcd12cbb6602200c28feb1e2555c3210f1dddb299738b4ff8bbe9667b68cb8764b5ac17b7adf0001ffffffff0200e1f5050000"
        + "00004341046a0765b5865641ce08dd39690aade26dfbf5511430ca428a3089261361cef170e3929a68aee3d8d4848b0c5111b0a37b82b86ad559fd2a745b44d8e8"
        + "d9dfdc0cac00180d8f000000004341044a656f065871a353f216ca26cef8dde2f03e8c16202d2e8ad769f02032cb86a5eb5e56842e92e19141d60a01928f8dd2c8"
        + "75a390f67c1f6c94cfc617c0ea45afac0000000001000000025f9a06d3acdceb56be1bfeaa3e8a25e62d182fa24fefe899d1c17f1dad4c20280000000048473044"
        + "02205d6058484157235b06028c30736c15613a28bdb768ee628094ca8b0030d4d6eb0220328789c9a2ec27ddaec0ad5ef58efded42e6ea17c2e1ce838f3d6913f5"
        + "e95db601ffffffff5f9a06d3acdceb56be1bfeaa3e8a25e62d182fa24fefe899d1c17f1dad4c2028010000004a493046022100c45af050d3cea806cedd0ab22520"
        + "c53ebe63b987b8954146cdca42487b84bdd6022100b9b027716a6b59e640da50a864d6dd8a0ef24c76ce62391fa3eabaf4d2886d2d01ffffffff0200e1f5050000"
        + "00004341046a0765b5865641ce08dd39690aade26dfbf5511430ca428a3089261361cef170e3929a68aee3d8d4848b0c5111b0a37b82b86ad559fd2a745b44d8e8"
        + "d9dfdc0cac00180d8f000000004341046a0765b5865641ce08dd39690aade26dfbf5511430ca428a3089261361cef170e3929a68aee3d8d4848b0c5111b0a37b82"
        + "b86ad559fd2a745b44d8e8d9dfdc0cac000000000100000002e2274e5fea1bf29d963914bd301aa63b64daaf8a3e88f119b5046ca5738a0f6b0000000048473044"
        + "022016e7a727a061ea2254a6c358376aaa617ac537eb836c77d646ebda4c748aac8b0220192ce28bf9f2c06a6467e6531e27648d2b3e2e2bae85159c9242939840"
        + "295ba501ffffffffe2274e5fea1bf29d963914bd301aa63b64daaf8a3e88f119b5046ca5738a0f6b010000004a493046022100b7a1a755588d4190118936e15cd2"
        + "17d133b0e4a53c3c15924010d5648d8925c9022100aaef031874db2114f2d869ac2de4ae53908fbfea5b2b1862e181626bb9005c9f01ffffffff0200e1f5050000"
        + "00004341044a656f065871a353f216ca26cef8dde2f03e8c16202d2e8ad769f02032cb86a5eb5e56842e92e19141d60a01928f8dd2c875a390f67c1f6c94cfc617"
        + "c0ea45afac00180d8f000000004341046a0765b5865641ce08dd39690aade26dfbf5511430ca428a3089261361cef170e3929a68aee3d8d4848b0c5111b0a37b82"
        + "b86ad559fd2a745b44d8e8d9dfdc0cac00000000";

    /// <summary>Bitcoin Core, bloom_match: the transaction b4749f01….</summary>
    private static readonly Transaction Paying = Transaction.Decode(Convert.FromHexString(
        "01000000010b26e9b7735eb6aabdf358bab62f9816a21ba9ebdb719d5299e88607d722c190000000008b48" + Signature + "41" + PublicKey
        + "ffffffff021bff3d11000000001976a914" + KeyHash + "88ac2f15de00000000001976a914" + OtherKeyHash + "88ac00000000"));

    /// <summary>Bitcoin Core, bloom_match: the transaction e2769b09…, which spends the first output of the other.</summary>
    private static readonly Transaction Spending = Transaction.Decode(Convert.FromHexString(
        "01000000016bff7fcd4f8565ef406dd5d63d4ff94f318fe82027fd4dc451b04474019f74b4000000008c493046022100da0dc6aecefe1e06efdf05773757deb168"
        + "820930e3b0d03f46f5fcf150bf990c022100d25b5c87040076e4f253f8262e763e2dd51e7ff0be157727c4bc42807f17bd39014104e6c26ef67dc610d2cd192484"
        + "789a6cf9aea9930b944b7e2db5342b9d9e5b9ff79aff9a2ee1978dd7fd01dfc522ee02283d3b06a9d03acf8096968d7dbb0f9178ffffffff028ba7940e00000000"
        + "1976a914badeecfdef0507247fc8f74241d73bc039972d7b88ac4094a802000000001976a914c10932483fec93ed51f5fe95e72559f2cc7043f988ac00000000"));

    private static readonly string Compressed = "02" + new string('a', 64);
    private static readonly string OtherCompressed = "03" + new string('b', 64);

    /// <summary>Where the walk through a script has its turns.</summary>
    private static readonly byte[] Operations = [0x00, 0x01, 0x21, 0x4C, 0x4D, 0x4E, 0x51, 0x52, 0xAC, 0xAE];

    private static readonly Gen<byte[]> Element = Gen.Byte.Array[0, 80];

    [Theory(DisplayName = "Murmur3 hashes as Bitcoin Core's hash_tests say")]
    [InlineData(0x00000000u, 0x00000000u, "")]
    [InlineData(0x6A396F08u, 0xFBA4C795u, "")]
    [InlineData(0x81F16F39u, 0xFFFFFFFFu, "")]
    [InlineData(0x514E28B7u, 0x00000000u, "00")]
    [InlineData(0xEA3F0B17u, 0xFBA4C795u, "00")]
    [InlineData(0xFD6CF10Du, 0x00000000u, "ff")]
    [InlineData(0x16C6B7ABu, 0x00000000u, "0011")]
    [InlineData(0x8EB51C3Du, 0x00000000u, "001122")]
    [InlineData(0xB4471BF8u, 0x00000000u, "00112233")]
    [InlineData(0xE2301FA8u, 0x00000000u, "0011223344")]
    [InlineData(0xFC2E4A15u, 0x00000000u, "001122334455")]
    [InlineData(0xB074502Cu, 0x00000000u, "00112233445566")]
    [InlineData(0x8034D2A0u, 0x00000000u, "0011223344556677")]
    [InlineData(0xB4698DEFu, 0x00000000u, "001122334455667788")]
    public void Murmur3_is_that_of_Bitcoin_Core(uint hash, uint seed, string hex) =>
        Assert.Equal(hash, Murmur3.Hash(seed, Convert.FromHexString(hex)));

    [Theory(DisplayName = "Three key hashes give the bytes of Bitcoin Core's bloom_tests")]
    [InlineData(0u, "03614e9b050000000000000001")]
    [InlineData(2147483649u, "03ce4299050000000100008001")]
    public void Filters_are_those_of_Bitcoin_Core(uint tweak, string payload)
    {
        var filter = BloomFilter.Create(3, 0.01, tweak, BloomUpdate.All);
        filter.Insert(Hex("99108ad8ed9bb6274d3980bab5a85c048f0950c8"));
        Assert.True(filter.Contains(Hex("99108ad8ed9bb6274d3980bab5a85c048f0950c8")));
        Assert.False(filter.Contains(Hex("19108ad8ed9bb6274d3980bab5a85c048f0950c8")));

        filter.Insert(Hex("b5a2c786d9ef4658287ced5914b37a1b4aa32eee"));
        filter.Insert(Hex("b9300670b4c5366e95b2699e8b18bc75e5f729c5"));
        Assert.True(filter.Contains(Hex("b5a2c786d9ef4658287ced5914b37a1b4aa32eee")));
        Assert.True(filter.Contains(Hex("b9300670b4c5366e95b2699e8b18bc75e5f729c5")));
        Assert.Equal(payload, Convert.ToHexStringLower(Payloads.Encode(filter.ToMessage())));
    }

    [Fact(DisplayName = "A key and its hash give the bytes of Bitcoin Core's bloom_create_insert_key")]
    public void Filter_of_a_key_is_that_of_Bitcoin_Core()
    {
        var filter = BloomFilter.Create(2, 0.001, 0, BloomUpdate.All);
        filter.Insert(Hex(
            "045b81f0017e2091e2edcd5eecf10d5bdd120a5514cb3ee65b8447ec18bfc4575c6d5bf415e54e03b1067934a0f0ba76b01c6b9ab227142ee1d543764b69d901e0"));
        filter.Insert(Hex("477abbacd4113f2e6b100526222eedd953c26a64"));
        Assert.Equal("038fc16b080000000000000001", Convert.ToHexStringLower(Payloads.Encode(filter.ToMessage())));
    }

    [Fact(DisplayName = "The vectors' transactions have the ids that Bitcoin Core names")]
    public void Vectors_have_their_ids()
    {
        Assert.Equal("b4749f017444b051c44dfd2720e88f314ff94f3dd6d56d40ef65854fcd7fff6b", Paying.Id.ToString());
        Assert.Equal("e2769b09e784f32f62ef849763d4f45b98e07ba658647343b915ff832b110436", Spending.Id.ToString());
    }

    [Theory(DisplayName = "A transaction matches by each of the things that bloom_match inserts, and not by the others")]
    [InlineData("6bff7fcd4f8565ef406dd5d63d4ff94f318fe82027fd4dc451b04474019f74b4", true)]
    [InlineData(Signature, true)]
    [InlineData(PublicKey, true)]
    [InlineData(KeyHash, true)]
    [InlineData(OtherKeyHash, true)]
    [InlineData("0b26e9b7735eb6aabdf358bab62f9816a21ba9ebdb719d5299e88607d722c19000000000", true)]
    [InlineData("0000006d2965547608b9e15d9032a7b9d64fa431", false)]
    public void Core_transaction_matches(string element, bool matches)
    {
        var filter = CoreFilter();
        filter.Insert(Hex(element));
        Assert.Equal(matches, filter.Matches(Paying));
    }

    [Fact(DisplayName = "Ids and outpoints match as values, and only the very one")]
    public void Values_match()
    {
        var previous = Hash256.Parse(PreviousId);
        Assert.True(Matches(filter => filter.Insert(Paying.Id)));
        Assert.False(Matches(filter => filter.Insert(Hash256.Parse("00000009e784f32f62ef849763d4f45b98e07ba658647343b915ff832b110436"))));
        Assert.True(Matches(filter => filter.Insert(new OutPoint(previous, 0))));
        Assert.False(Matches(filter => filter.Insert(new OutPoint(previous, 1))));
        Assert.False(Matches(filter => filter.Insert(new OutPoint(
            Hash256.Parse("000000d70786e899529d71dbeba91ba216982fb6ba58f3bdaab65e73b7e9260b"), 0))));

        static bool Matches(Action<BloomFilter> insert)
        {
            var filter = CoreFilter();
            insert(filter);
            return filter.Matches(Paying);
        }
    }

    [Fact(DisplayName = "What spends an output that matched matches, when it is shown after it")]
    public void Spending_matches_after_paying()
    {
        var filter = CoreFilter();
        filter.Insert(Hex(KeyHash));
        Assert.False(filter.Matches(Spending));
        Assert.True(filter.Matches(Paying));
        Assert.True(filter.Matches(Spending));
    }

    [Theory(DisplayName = "Of a block match the transactions of Bitcoin Core's merkle_block_2, in each update mode")]
    [InlineData(BloomUpdate.All, new[] { true, true, true, true })]
    [InlineData(BloomUpdate.PublicKeyOnly, new[] { true, true, true, true })]
    [InlineData(BloomUpdate.None, new[] { true, true, false, true })]
    public void Block_matches_as_in_Bitcoin_Core(BloomUpdate update, bool[] matches)
    {
        var block = Block.Decode(Hex(FourTransactions));
        Assert.Equal("000000005a4ded781e667e06ceefafb71410b511fe0d5adc3e5a27ecbec34ae6", block.Hash.ToString());
        var filter = BloomFilter.Create(10, 0.000001, 0, update);
        filter.Insert(Hash256.Parse("e980fe9f792d014e73b95203dc1335c5f9ce19ac537a419e6df5b47aecb93b70"));
        Assert.Equal([true, false, false, false], block.Transactions.Select(filter.Matches));

        filter.Insert(Hex(
            "044a656f065871a353f216ca26cef8dde2f03e8c16202d2e8ad769f02032cb86a5eb5e56842e92e19141d60a01928f8dd2c875a390f67c1f6c94cfc617c0ea45af"));
        Assert.Equal(matches, block.Transactions.Select(filter.Matches));
    }

    [Theory(DisplayName = "The size of a filter is what Bitcoin Core's formulas give")]
    [InlineData(3, 0.01, 3, 5)]
    [InlineData(10, 0.000001, 35, 19)]
    [InlineData(1, 1e-300, 179, 50)]
    [InlineData(1, 0.5, 0, 0)]
    [InlineData(20_000, 0.000001, 36_000, 9)]
    [InlineData(144_000, 0.001, 36_000, 1)]
    [InlineData(144_001, 0.001, 36_000, 0)]
    [InlineData(int.MaxValue, double.Epsilon, 36_000, 0)]
    public void Sizes_are_bounded(int elements, double rate, int bytes, uint functions)
    {
        var message = BloomFilter.Create(elements, rate, 0, BloomUpdate.None).ToMessage();
        Assert.Equal(bytes, message.Filter.Length);
        Assert.Equal(functions, message.HashFunctions);
    }

    [Theory(DisplayName = "No elements and rates that are none are refused")]
    [InlineData(0, 0.01)]
    [InlineData(-1, 0.01)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, -0.1)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    public void Senseless_sizes_are_refused(int elements, double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BloomFilter.Create(elements, rate, 0, BloomUpdate.None));

    [Fact(DisplayName = "What was inserted is contained, whatever else was")]
    public void No_false_negatives() => Gen.Select(Element.Array[1, 60], SampleValues.Hash, Gen.UInt, Gen.UInt, Gen.Int[1, 60]).Sample(
        (elements, hash, index, tweak, size) =>
        {
            var filter = BloomFilter.Create(size, 0.01, tweak, BloomUpdate.None);
            Array.ForEach(elements, element => filter.Insert(element));
            filter.Insert(hash);
            filter.Insert(new OutPoint(hash, index));
            Assert.All(elements, element => Assert.True(filter.Contains(element)));
            Assert.True(filter.Contains(hash));
            Assert.True(filter.Contains(new OutPoint(hash, index)));
        },
        iter: 500);

    [Theory(DisplayName = "Of what was not inserted about as much is claimed as was asked")]
    [InlineData(0.1, 0u)]
    [InlineData(0.01, 1u)]
    [InlineData(0.01, 0xDEADBEEFu)]
    [InlineData(0.001, 2u)]
    public void False_positives_are_near_the_rate(double rate, uint tweak)
    {
        const int Inserted = 1_000;
        const int Asked = 100_000;
        var filter = BloomFilter.Create(Inserted, rate, tweak, BloomUpdate.None);
        for (var i = 0; i < Inserted; i++)
        {
            filter.Insert(BitConverter.GetBytes(i));
        }

        var claimed = Enumerable.Range(Inserted, Asked).Count(i => filter.Contains(BitConverter.GetBytes(i)));
        Assert.InRange(claimed / (double)Asked, rate * 0.5, rate * 1.6);
    }

    [Fact(DisplayName = "A filter comes back from its message the same")]
    public void Messages_survive_a_round_trip() => Gen.Select(Element.Array[0, 20], Gen.UInt, Gen.Byte).Sample(
        (elements, tweak, update) =>
        {
            var filter = BloomFilter.Create(20, 0.001, tweak, (BloomUpdate)update);
            Array.ForEach(elements, element => filter.Insert(element));
            var message = filter.ToMessage();
            var decoded = (FilterLoadMessage)Payloads.Decode("filterload", Payloads.Encode(message), StrictnessPolicy.Core);
            var loaded = BloomFilter.From(decoded);
            Assert.Equal(message, loaded.ToMessage());
            Assert.All(elements, element => Assert.True(loaded.Contains(element)));
        },
        iter: 200);

    [Fact(DisplayName = "A filter and its messages share no bits")]
    public void Bits_are_copied()
    {
        var filter = BloomFilter.Create(3, 0.01, 0, BloomUpdate.None);
        var message = filter.ToMessage();
        var loaded = BloomFilter.From(message);
        filter.Insert([1]);
        loaded.Insert([2]);
        Assert.All(message.Filter.Span.ToArray(), bits => Assert.Equal(0, bits));
        Assert.False(loaded.Contains([1]));
        Assert.False(filter.Contains([2]));
    }

    [Fact(DisplayName = "A filterload of any bytes gives a filter that works, or a wire error")]
    public void Any_filterload_is_survived() => Gen.Select(Gen.Byte.Array[0, 60], Gen.OneOf(Gen.Const((byte)0), Gen.Byte[0, 60])).Sample(
        (tail, length) =>
        {
            byte[] payload = [length, .. tail];
            foreach (var bytes in new[] { payload, Filled(payload, length) })
            {
                FilterLoadMessage message;
                try
                {
                    message = (FilterLoadMessage)Payloads.Decode("filterload", bytes, StrictnessPolicy.Core);
                }
                catch (WireException)
                {
                    continue;
                }

                var filter = BloomFilter.From(message);
                filter.Insert(bytes);
                Assert.True(filter.Contains(bytes));
                _ = filter.Matches(Paying);
                Assert.Equal(message.HashFunctions, filter.ToMessage().HashFunctions);
            }
        },
        iter: 2_000);

    [Fact(DisplayName = "A filter of no bytes claims everything, takes nothing and divides by nothing (CVE-2013-5700)")]
    public void Empty_filters_claim_everything()
    {
        var message = new FilterLoadMessage(Bytes.Empty, 50, 7, BloomUpdate.All);
        var filter = BloomFilter.From(message);
        filter.Insert([1]);
        filter.Insert(Hash256.Zero);
        filter.Insert(OutPoint.Null);
        Assert.True(filter.Contains([2]));
        Assert.True(filter.Contains(Hash256.Zero));
        Assert.True(filter.Contains(OutPoint.Null));
        Assert.True(filter.Matches(Paying));
        Assert.True(filter.Matches(Transaction.Create(1, [], [], 0)));
        Assert.Equal(message, filter.ToMessage());
    }

    [Fact(DisplayName = "A filter of no hash functions claims everything, one of no bits set nothing")]
    public void Filters_without_functions_or_bits()
    {
        Assert.True(BloomFilter.From(new FilterLoadMessage(new byte[8], 0, 0, BloomUpdate.None)).Matches(Paying));
        Assert.False(BloomFilter.From(new FilterLoadMessage(new byte[8], 1, 0, BloomUpdate.None)).Matches(Paying));
    }

    [Fact(DisplayName = "A message above the limits, which no remote can send, is refused")]
    public void Oversized_messages_are_refused()
    {
        Assert.Throws<ArgumentException>(() => BloomFilter.From(new FilterLoadMessage(new byte[36_001], 1, 0, BloomUpdate.None)));
        Assert.Throws<ArgumentException>(() => BloomFilter.From(new FilterLoadMessage(new byte[1], 51, 0, BloomUpdate.None)));
        Assert.Throws<ArgumentNullException>(() => BloomFilter.From(null!));
        Assert.Throws<ArgumentNullException>(() => CoreFilter().Matches(null!));
        Assert.Equal(36_000, BloomFilter.From(new FilterLoadMessage(new byte[36_000], 50, 0, BloomUpdate.None)).ToMessage().Filter.Length);
    }

    public static TheoryData<string, string, bool, bool> Updates => new()
    {
        { "to a compressed key", "21" + Compressed + "ac", true, true },
        { "to a full key", "41" + PublicKey + "ac", true, true },
        { "to a key hash", "76a914" + KeyHash + "88ac", true, false },
        { "to a script hash", "a914" + KeyHash + "87", true, false },
        { "to a witness key hash", "0014" + KeyHash, true, false },
        { "data", "6a14" + KeyHash, true, false },
        { "to one of one", "5121" + Compressed + "51ae", true, true },
        { "to one of two", "5121" + Compressed + "21" + OtherCompressed + "52ae", true, true },
        { "to two of two, a full key, by a longer push", "524c41" + PublicKey + "21" + Compressed + "52ae", true, true },
        { "to seventeen of seventeen", "0111" + Repeat("21" + Compressed, 17) + "0111ae", true, true },
        { "to one of twenty", "51" + Repeat("21" + Compressed, 20) + "0114ae", true, true },
        { "to one of twenty-one", "51" + Repeat("21" + Compressed, 21) + "0115ae", true, false },
        { "to one of one, the count pushed", "010121" + Compressed + "51ae", true, false },
        { "to two of one", "5221" + Compressed + "51ae", true, false },
        { "to one of two with one key", "5121" + Compressed + "52ae", true, false },
        { "to none of one", "0021" + Compressed + "51ae", true, false },
        { "to one of one and verified", "5121" + Compressed + "51af", true, false },
        { "to one of one and more", "5121" + Compressed + "51ae51", true, false },
        { "to one of one, cut off", "5121" + Compressed + "51", true, false },
        { "to keys without an end", "5121" + Compressed, true, false },
        { "to a key that says another length", "2104" + new string('a', 64) + "ac", true, false },
        { "to a key that is not checked", "21" + Compressed + "ad", true, false },
        { "a key, then an operation", "21" + Compressed + "ac61", true, false },
    };

    [Theory(DisplayName = "The outpoint of an output that matches is inserted as the update mode says")]
    [MemberData(nameof(Updates))]
    public void Updates_follow_the_mode(string what, string script, bool all, bool publicKeyOnly)
    {
        var modes = new (byte Mode, bool Inserts)[]
        {
            ((byte)BloomUpdate.None, false), ((byte)BloomUpdate.All, all), ((byte)BloomUpdate.PublicKeyOnly, publicKeyOnly), (3, false),
            (0xFC, false), (0xFD, all), (0xFE, publicKeyOnly),
        };
        foreach (var (mode, inserts) in modes)
        {
            var paying = Pay("51", script);
            var filter = BloomFilter.Create(20, 0.000001, 5, (BloomUpdate)mode);
            foreach (var element in new[] { Compressed, PublicKey, KeyHash, "04" + new string('a', 64) })
            {
                filter.Insert(Hex(element));
            }

            Assert.True(filter.Matches(paying), $"{what}, mode {mode}");
            Assert.True(inserts == filter.Contains(new OutPoint(paying.Id, 1)), $"{what}, mode {mode}");
            Assert.False(filter.Contains(new OutPoint(paying.Id, 0)), $"{what}, mode {mode}");
            Assert.Equal(inserts, filter.Matches(Spend(new OutPoint(paying.Id, 1), "")));
        }
    }

    [Fact(DisplayName = "Every output that matches is inserted, also where the id matches already")]
    public void Every_matching_output_is_inserted()
    {
        var paying = Pay("14" + KeyHash, "14" + OtherKeyHash, "14" + KeyHash);
        var filter = BloomFilter.Create(20, 0.000001, 0, BloomUpdate.All);
        filter.Insert(Hex(KeyHash));
        filter.Insert(paying.Id);
        Assert.True(filter.Matches(paying));
        Assert.True(filter.Contains(new OutPoint(paying.Id, 0)));
        Assert.False(filter.Contains(new OutPoint(paying.Id, 1)));
        Assert.True(filter.Contains(new OutPoint(paying.Id, 2)));
    }

    [Fact(DisplayName = "A match by an input or by the id alone inserts nothing")]
    public void Other_matches_insert_nothing()
    {
        var previous = new OutPoint(Hash256.OfDouble([1]), 3);
        var spending = Spend(previous, "14" + KeyHash);
        foreach (var insert in new Action<BloomFilter>[] { f => f.Insert(previous), f => f.Insert(Hex(KeyHash)), f => f.Insert(spending.Id) })
        {
            var filter = CoreFilter();
            insert(filter);
            var before = filter.ToMessage();
            Assert.True(filter.Matches(spending));
            Assert.Equal(before, filter.ToMessage());
        }
    }

    [Theory(DisplayName = "Pushes of every form are seen, until the script is malformed")]
    [InlineData("14" + KeyHash, true)]
    [InlineData("4c14" + KeyHash, true)]
    [InlineData("4d1400" + KeyHash, true)]
    [InlineData("4e14000000" + KeyHash, true)]
    [InlineData("0051ac6a0101" + "14" + KeyHash, true)]
    [InlineData("14" + KeyHash + "4c", true)]
    [InlineData("15" + KeyHash, false)]
    [InlineData("13" + KeyHash, false)]
    [InlineData("4c", false)]
    [InlineData("4c15" + KeyHash, false)]
    [InlineData("4d14", false)]
    [InlineData("4e140000", false)]
    [InlineData("4effffffff" + KeyHash, false)]
    [InlineData("4e00000080" + KeyHash, false)]
    [InlineData("0500" + "14" + KeyHash, false)]
    [InlineData("", false)]
    public void Pushes_are_seen(string script, bool matches)
    {
        var output = CoreFilter();
        output.Insert(Hex(KeyHash));
        Assert.Equal(matches, output.Matches(Pay(script)));

        var input = CoreFilter();
        input.Insert(Hex(KeyHash));
        Assert.Equal(matches, input.Matches(Spend(OutPoint.Null, script)));
    }

    [Fact(DisplayName = "An empty push matches nothing, even where the empty element was inserted")]
    public void Empty_pushes_match_nothing()
    {
        var filter = CoreFilter();
        filter.Insert([]);
        Assert.True(filter.Contains([]));
        Assert.False(filter.Matches(Pay("00", "4c00")));
        Assert.False(filter.Matches(Spend(OutPoint.Null, "00")));
    }

    [Fact(DisplayName = "Witnesses are not looked at")]
    public void Witnesses_do_not_match()
    {
        var filter = CoreFilter();
        filter.Insert(Hex(KeyHash));
        Assert.False(filter.Matches(Transaction.Create(
            2, [new TransactionInput(OutPoint.Null, Bytes.Empty, 0, [Bytes.FromHex(KeyHash)])], [], 0)));
    }

    [Fact(DisplayName = "Scripts of any bytes end the walk, never more")]
    public void Any_scripts_are_survived() => Gen.Select(
        Gen.OneOf(Gen.Byte, Gen.Int[0, Operations.Length - 1].Select(place => Operations[place])).Array[0, 90], Gen.Byte).Sample(
        (script, update) =>
        {
            var filter = BloomFilter.From(new FilterLoadMessage(new byte[] { 0xFF, 0xFF }, 3, 0, (BloomUpdate)update));
            _ = filter.Matches(Pay(Convert.ToHexString(script)));
            Assert.True(filter.Matches(Spend(OutPoint.Null, Convert.ToHexString(script))));
            _ = ScriptPushes.PaysToPublicKeys(script);
            var pushes = new ScriptPushes(script);
            var steps = 0;
            while (pushes.MoveNext())
            {
                steps++;
            }

            Assert.InRange(steps, 0, script.Length);
        },
        iter: 5_000);

    private static BloomFilter CoreFilter() => BloomFilter.Create(10, 0.000001, 0, BloomUpdate.All);

    private static byte[] Hex(string text) => Convert.FromHexString(text);

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static Transaction Pay(params string[] scripts) => Transaction.Create(
        1, [new TransactionInput(OutPoint.Null, Bytes.Empty, 0, default)],
        scripts.Select(script => new TransactionOutput(1, Bytes.FromHex(script))).ToWireArray(), 0);

    private static Transaction Spend(OutPoint previous, string script) =>
        Transaction.Create(1, [new TransactionInput(previous, Bytes.FromHex(script), 0, default)], [new TransactionOutput(1, Bytes.Empty)], 0);

    /// <summary>The same length of filter with a tail that is a valid end: the functions within their limit.</summary>
    private static byte[] Filled(byte[] payload, byte length)
    {
        var bytes = new byte[1 + length + 9];
        payload.AsSpan(0, Math.Min(payload.Length, 1 + length)).CopyTo(bytes);
        bytes[1 + length] = (byte)(payload.Sum(value => value) % 51);
        bytes[^1] = payload[^1];
        return bytes;
    }
}
