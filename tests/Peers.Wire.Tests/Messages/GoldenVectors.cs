using Peers.Wire.Tests.Transactions;

namespace Peers.Wire.Tests.Messages;

/// <summary>At least one vector for each message type of the catalog. A test says so.</summary>
internal static partial class GoldenVectors
{
    private const string Empty = "no payload (BIP, and the frame that litecoind sent or took)";

    // btcd, wire/msgversion_test.go: baseVersionBIP0037, whose prefixes are its optional fields left out.
    public const string VersionPayload =
        "71110100" + "0100000000000000" + "29ab5f4900000000" + "0100000000000000" + "00000000000000000000ffffc0a80001" + "208d"
        + "0100000000000000" + "00000000000000000000ffff7f000001" + "208d" + "f3e0010000000000" + "10" + "2f64637264746573743a302e302e312f"
        + "fa920300" + "01";

    public static VersionMessage Version { get; } = new(
        70001, ServiceFlags.Network, 0x495FAB29, new VersionAddress(ServiceFlags.Network, NetworkEndpoint.Parse("192.168.0.1:8333")),
        new VersionAddress(ServiceFlags.Network, NetworkEndpoint.Parse("127.0.0.1:8333")), 123123, "/dcrdtest:0.0.1/", 234234, true);

    public static IReadOnlyList<GoldenVector> All { get; } =
    [
        .. Handshake, .. Addresses, .. Inventory, .. Blocks, .. CompactBlocks, .. BloomFilters, .. CompactFilters, .. Retired,
    ];

    private static IEnumerable<GoldenVector> Handshake =>
    [
        new("btcd", VersionPayload, Version),
        new("btcd", VersionPayload[..^2] + "00", Version with { Relay = false }),
        new("litecoind 0.21.2.1",
            "80110100" + "4d04000100000000" + "6068036b00000000" + "0000000000000000" + "00000000000000000000000000000000" + "0000"
            + "4d04000100000000" + "00000000000000000000000000000000" + "0000" + "2b275daa10485918" + "17" + "2f4c697465636f696e436f72653a302e32312e322e312f" + "67000000" + "01",
            new VersionMessage(
                70016, (ServiceFlags)0x0100044D, 0x6B036860, new VersionAddress(ServiceFlags.None, default),
                new VersionAddress((ServiceFlags)0x0100044D, default), 0x18594810AA5D272B, "/LitecoinCore:0.21.2.1/", 103, true)),
        new(Empty, "", VerAckMessage.Instance),
        new(Empty, "", WtxIdRelayMessage.Instance),
        new(Empty, "", SendAddrV2Message.Instance),
        new(Empty, "", SendHeadersMessage.Instance),
        new("bitcoinrb, send_tx_rcncl_spec", "01000000" + "a1b2c3d4e5f60718", new SendReconciliationMessage(1, 0x1807F6E5D4C3B2A1)),
        new("the layout of BIP 434", "06" + "424950343334" + "00", new FeatureMessage("BIP434", Bytes.Empty)),
        new("the layout of BIP 434", "08" + "4249503433347632" + "03" + "010203", new FeatureMessage("BIP434v2", Bytes.FromHex("010203"))),
        new("litecoind 0.21.2.1", "2759a861cc76cf91", new PingMessage(0x91CF76CC61A85927)),
        new("litecoind 0.21.2.1", "3f2259340cf0451c", new PongMessage(0x1C45F00C3459223F)),
        new("bitcoinrb, fee_filter_spec", "e803000000000000", new FeeFilterMessage(1_000)),
        new("bitcoinrb, send_cmpct_spec", "000100000000000000", new SendCompactMessage(false, 1)),
        new("litecoind 0.21.2.1", "010200000000000000", new SendCompactMessage(true, 2)),
    ];

    // Bitcoin Core, src/test/netbase_tests.cpp: fixture_addresses.
    private static WireArray<AddressEntry> FixtureAddresses =>
    [
        new(0x4966BC61, ServiceFlags.None, NetworkEndpoint.Parse("[::1]:0")),
        new(0x83766279, ServiceFlags.Network, NetworkEndpoint.Parse("[::1]:241")),
        new(0xFFFFFFFF, ServiceFlags.Witness | ServiceFlags.CompactFilters | ServiceFlags.NetworkLimited, NetworkEndpoint.Parse("[::1]:61938")),
    ];

    private static IEnumerable<GoldenVector> Addresses =>
    [
        new("Bitcoin Core, stream_addrv1_hex",
            "03" + "61bc6649" + "0000000000000000" + "00000000000000000000000000000001" + "0000"
            + "79627683" + "0100000000000000" + "00000000000000000000000000000001" + "00f1"
            + "ffffffff" + "4804000000000000" + "00000000000000000000000000000001" + "f1f2",
            new AddrMessage(FixtureAddresses)),
        new("Bitcoin Core, stream_addrv2_hex",
            "03" + "61bc6649" + "00" + "02" + "10" + "00000000000000000000000000000001" + "0000"
            + "79627683" + "01" + "02" + "10" + "00000000000000000000000000000001" + "00f1"
            + "ffffffff" + "fd4804" + "02" + "10" + "00000000000000000000000000000001" + "f1f2",
            new AddrV2Message(FixtureAddresses)),
        new("bitcoinrb, addr_v2_spec", "01" + "70cc2960" + "09" + "01" + "04" + "7b7b7b00" + "208d",
            new AddrV2Message([new(0x6029CC70, ServiceFlags.Network | ServiceFlags.Witness, NetworkEndpoint.Parse("123.123.123.0:8333"))])),
        new(Empty, "", GetAddrMessage.Instance),
    ];

    private static IEnumerable<GoldenVector> Inventory =>
    [
        new("litecoind 0.21.2.1",
            "02" + "02000000" + "6d4be6ecb78b38f473e77b53da048d05d923ec44b7215dd59b2949113b4aee55"
            + "02000000" + "7bc2bb45022ef4c4383b00ea9040fdb51ab4b57bb8bbbe796a01f188e6b62246",
            new InvMessage([
                InventoryVector.Block(Hash256.Parse("55ee4a3b1149299bd55d21b744ec23d9058d04da537be773f4388bb7ece64b6d")),
                InventoryVector.Block(Hash256.Parse("4622b6e688f1016a79bebbb87bb5b41ab5fd4090ea003b38c4f42e0245bbc27b"))])),
        new("litecoind 0.21.2.1",
            "01" + "05000000" + "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
            new GetDataMessage([InventoryVector.WitnessTransactionId(Wire("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"))])),
        new("bitcoinrb, not_found_spec",
            "01" + "01000000" + "cbfb4ac9621ba90f7958cc8f726647105c2ece288eaa9018346639bbad6754ab",
            new NotFoundMessage([InventoryVector.Transaction(Wire("cbfb4ac9621ba90f7958cc8f726647105c2ece288eaa9018346639bbad6754ab"))])),
    ];

    private static WireArray<Hash256> Locator =>
    [
        Hash256.Parse("000000000005113cca98f538758427316cb755430a84d10be5cc376e98f78ad1"),
        Hash256.Parse("00000000000106bae568195360d78f6335aebe99f9a5393f293fb77e15b7fc16"),
        Hash256.Parse("00000000000034e604d81dcbb0762c31f15a1d6bb27d0aef23f34d0c1b1643b2"),
    ];

    private const string LocatorPayload =
        "7f110100" + "03" + "d18af7986e37cce50bd1840a4355b76c3127847538f598ca3c11050000000000"
        + "16fcb7157eb73f293f39a5f999beae35638fd760531968e5ba06010000000000" + "b243161b0c4df323ef0a7db26b1d5af1312c76b0cb1dd804e634000000000000"
        + "0000000000000000000000000000000000000000000000000000000000000000";

    private static IEnumerable<GoldenVector> Blocks =>
    [
        new("bitcoinrb, get_blocks_spec", LocatorPayload, new GetBlocksMessage(70015, Locator, Hash256.Zero)),
        new("bitcoinrb, get_headers_spec: the same payload", LocatorPayload, new GetHeadersMessage(70015, Locator, Hash256.Zero)),
        new("btcd, the header of block 1", "01" + TransactionVectors.BlockOne[..160] + "00", new HeadersMessage([BlockOneHeader])),
        new("BIP 143", TransactionVectors.NativeKeyHash, new TransactionMessage(NativeKeyHash)),
        new("btcd, block 1", TransactionVectors.BlockOne, new BlockMessage(BlockOne)),
        new(Empty, "", MempoolMessage.Instance),
    ];

    private static BlockHeader BlockOneHeader => new(
        1, BitcoinNetwork.Mainnet.GenesisHash, Hash256.Parse("0e3e2357e806b6cdb1f70b54c3a3a17b6714ee1f0e68bebb44a74b1efd512098"),
        1_231_469_665, 0x1D00FFFF, 2_573_394_689);

    private static Block BlockOne => Block.Create(
        BlockOneHeader,
        [
            Transaction.Create(
                1,
                [new TransactionInput(OutPoint.Null, Bytes.FromHex("04ffff001d0104"), 0xFFFFFFFF, [])],
                [new TransactionOutput(
                    5_000_000_000,
                    Bytes.FromHex(
                        "410496b538e853519c726a2c91e61ec11600ae1390813a627c66fb8be7947be63c52da7589379515d4e0a604f8141781e62294721166bf621e73a82cbf2342c858eeac"))],
                0),
        ]);

    private static Transaction NativeKeyHash => Transaction.Create(
        1,
        [
            new TransactionInput(
                new OutPoint(Wire("fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f"), 0),
                Bytes.FromHex(
                    "4830450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01"),
                0xFFFFFFEE, []),
            new TransactionInput(
                new OutPoint(Wire("ef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a"), 1), Bytes.Empty, 0xFFFFFFFF,
                [
                    Bytes.FromHex(
                        "304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee01"),
                    Bytes.FromHex("025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357"),
                ]),
        ],
        [
            new TransactionOutput(112_340_000, Bytes.FromHex("76a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac")),
            new TransactionOutput(223_450_000, Bytes.FromHex("76a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac")),
        ],
        17);

    /// <summary>A hash as it stands on the wire.</summary>
    private static Hash256 Wire(string hex) => new(Convert.FromHexString(hex));
}
