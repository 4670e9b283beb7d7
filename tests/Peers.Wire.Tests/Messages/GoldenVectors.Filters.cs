using Peers.Wire.Tests.Transactions;

namespace Peers.Wire.Tests.Messages;

internal static partial class GoldenVectors
{
    /// <summary>The last alert of all, which voids every other; as published with its signature (bitcoin-ex, alert_test).</summary>
    public const string FinalAlertPayload =
        "60" + "010000000000000000000000ffffff7f00000000ffffff7ffeffff7f01ffffff7f00000000ffffff7f00ffffff7f002f"
        + "555247454e543a20416c657274206b657920636f6d70726f6d697365642c207570677261646520726571756972656400"
        + "46" + "30440220653febd6410f470f6bae11cad19c48413becb1ac2c17f908fd0fd53bdc3abd5202206d0e9c96fe88d4a0f01ed9dedae2b6f9e00da94cad0fecaae66ecf689bf71b50";

    private static IEnumerable<GoldenVector> CompactBlocks =>
    [
        new("rust-bitcoin, test_compact_block_vector", TransactionVectors.CompactBlock,
            CompactBlockMessage.Create(Block.Decode(Convert.FromHexString(TransactionVectors.CompactBlockSource)), 18053200567810711460)),
        new("bitcoinrb, get_block_txn_spec",
            "ca8fb932735c229005040eeefed540f36dfab54c68acd92e54ad69c200000000" + "05" + "05" + "00" + "00" + "00" + "00",
            new GetBlockTransactionsMessage(Hash256.Parse("00000000c269ad542ed9ac684cb5fa6df340d5feee0e040590225c7332b98fca"), [5, 6, 7, 8, 9])),
        new("rust-bitcoin, blocktxn", TransactionVectors.BlockTransactions,
            new BlockTransactionsMessage(
                Wire("2e93c0cff39ff605020072d96bc3a8d20b8447e294d08092351c8583e08d9b5a"),
                [
                    Transaction.Create(
                        2,
                        [new TransactionInput(OutPoint.Null, Bytes.FromHex("02dc0000"), 0xFFFFFFFF, [new Bytes(new byte[32])])],
                        [
                            new TransactionOutput(2_500_000_000, Bytes.FromHex("76a9142b4569203694fc997e13f2c0a1383b9e16c77a0d88ac")),
                            new TransactionOutput(
                                0, Bytes.FromHex("6a24aa21a9ede2f61c3f71d1defd3fa999dfa36953755c690689799962b48bebd836974e8cf9")),
                        ],
                        0),
                ])),
    ];

    private static IEnumerable<GoldenVector> BloomFilters =>
    [
        new("Bitcoin Core, bloom_create_insert_serialize", "03" + "614e9b" + "05000000" + "00000000" + "01",
            new FilterLoadMessage(Bytes.FromHex("614e9b"), 5, 0, BloomUpdate.All)),
        new("bitcoinrb, filter_load_spec", "02" + "b50f" + "0b000000" + "00000000" + "00",
            new FilterLoadMessage(Bytes.FromHex("b50f"), 11, 0, BloomUpdate.None)),
        new("bitcoinrb, filter_add_spec", "20" + "fdacf9b3eb077412e7a968d2e4f11b9a9dee312d666187ed77ee7d26af16cb0b",
            new FilterAddMessage(Bytes.FromHex("fdacf9b3eb077412e7a968d2e4f11b9a9dee312d666187ed77ee7d26af16cb0b"))),
        new(Empty, "", FilterClearMessage.Instance),
        new("Bitcoin Core, merkle_block_3_and_serialize", TransactionVectors.MerkleBlockOfOne,
            new MerkleBlockMessage(
                new BlockHeader(
                    1, Wire("79cda856b143d9db2c1caff01d1aecc8630d30625d10e8b4b8b0000000000000"),
                    Wire("b50cc069d6a3e33e3ff84a5c41d9d3febe7c770fdcc96b2c3ff60abe184f1963"), 0x4D1B2967, 0x1B04864C, 0x635DA48F),
                new PartialMerkleTree(1, [Wire("b50cc069d6a3e33e3ff84a5c41d9d3febe7c770fdcc96b2c3ff60abe184f1963")], Bytes.FromHex("01")))),
    ];

    private static IEnumerable<GoldenVector> CompactFilters =>
    [
        new("bitcoinrb, get_cfilters_spec", "00" + "e8030000" + "4b75600dbb3ce35fa383b7439be10a66a2e7023bcb6b3a45bf83e57de020a954",
            new GetCompactFiltersMessage(
                CompactFilterType.Basic, 1_000, Wire("4b75600dbb3ce35fa383b7439be10a66a2e7023bcb6b3a45bf83e57de020a954"))),
        new("bitcoinrb, cfilter_spec", "00" + "037f1dcd4c46e1305ceaef7083a56c3824db5439e5d09e349eed59500ee6c867" + "04" + "011c9340",
            new CompactFilterMessage(
                CompactFilterType.Basic, Wire("037f1dcd4c46e1305ceaef7083a56c3824db5439e5d09e349eed59500ee6c867"), Bytes.FromHex("011c9340"))),
        new("bitcoinrb, get_cfheaders_spec", "00" + "01000000" + "eb07535100f930e08933a82705333cfbb0d4e0387b8bba78e0d4c5d1b0f3cb14",
            new GetCompactFilterHeadersMessage(
                CompactFilterType.Basic, 1, Wire("eb07535100f930e08933a82705333cfbb0d4e0387b8bba78e0d4c5d1b0f3cb14"))),
        new("litecoind 0.21.2.1",
            "00" + "f5cb09b2de17d9047847f1ec05e2a994c68a46c6e9a77e558e4b3da0a0379b5e"
            + "9c9ef068f189e01c25e93fca7aa087985bd6b72188f46f1fda23931afad2a1dd" + "02"
            + "c29c38297e9f51781ebee144f03716d189f79ba5272b5a925f6902160a4a5166" + "ee4d999776e893a825730a72e639ebf57ef1f5b2dd2e5eafaf033bcaf6e186b7",
            new CompactFilterHeadersMessage(
                CompactFilterType.Basic,
                Wire("f5cb09b2de17d9047847f1ec05e2a994c68a46c6e9a77e558e4b3da0a0379b5e"),
                Wire("9c9ef068f189e01c25e93fca7aa087985bd6b72188f46f1fda23931afad2a1dd"),
                [
                    Wire("c29c38297e9f51781ebee144f03716d189f79ba5272b5a925f6902160a4a5166"),
                    Wire("ee4d999776e893a825730a72e639ebf57ef1f5b2dd2e5eafaf033bcaf6e186b7"),
                ])),
        new("bitcoinrb, get_cfcheckpt_spec", "00" + "24b7278b7099b25da182ad89cdc6505ec1ee5a1a7124535963b86a8e37064648",
            new GetCompactFilterCheckpointsMessage(
                CompactFilterType.Basic, Wire("24b7278b7099b25da182ad89cdc6505ec1ee5a1a7124535963b86a8e37064648"))),
        new("bitcoinrb, cfcheckpt_spec",
            "00" + "3212f2fefbc11b3785b6b0747a89f645946a4fd97909f12d3f6b796ee9aea810" + "01"
            + "b8f0c5394bd31f1810b5b815943620b8a0bd4fa6717f6da8061a3fbdc51fca8d",
            new CompactFilterCheckpointsMessage(
                CompactFilterType.Basic,
                Wire("3212f2fefbc11b3785b6b0747a89f645946a4fd97909f12d3f6b796ee9aea810"),
                [Wire("b8f0c5394bd31f1810b5b815943620b8a0bd4fa6717f6da8061a3fbdc51fca8d")])),
    ];

    private static IEnumerable<GoldenVector> Retired =>
    [
        new("btcd, TestRejectWire", "07" + "76657273696f6e" + "12" + "11" + "6475706c69636174652076657273696f6e",
            new RejectMessage("version", RejectCode.Duplicate, "duplicate version", null)),
        new("btcd, TestRejectWire",
            "05" + "626c6f636b" + "12" + "0f" + "6475706c696361746520626c6f636b" + "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000",
            new RejectMessage("block", RejectCode.Duplicate, "duplicate block", BitcoinNetwork.Mainnet.GenesisHash)),
        new("bitcoinrb, reject_spec",
            "02" + "7478" + "10" + "08" + "636f696e62617365" + "b593848d99f41a45e9d29054993139f0582025bb45191986bc0d81327fc4ed4e",
            new RejectMessage(
                "tx", RejectCode.Invalid, "coinbase", Wire("b593848d99f41a45e9d29054993139f0582025bb45191986bc0d81327fc4ed4e"))),
        new("bitcoin-ex, alert_test", FinalAlertPayload,
            new AlertMessage(Bytes.FromHex(FinalAlertPayload[2..194]), Bytes.FromHex(FinalAlertPayload[196..]))),
    ];
}
