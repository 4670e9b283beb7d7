namespace Peers.Wire.Tests.Values;

public sealed class BitcoinNetworkTests
{
    /// <summary>The merkle root of the coinbase that quotes The Times of 3 January 2009.</summary>
    private const string Message2009 = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b";

    [Theory(DisplayName = "Networks are known by name and by magic")]
    [InlineData("mainnet", "f9beb4d9", 8333)]
    [InlineData("testnet3", "0b110907", 18333)]
    [InlineData("testnet4", "1c163f28", 48333)]
    [InlineData("signet", "0a03cf40", 38333)]
    [InlineData("regtest", "fabfb5da", 18444)]
    [InlineData("simnet", "161c1412", 18555)]
    public void Networks_are_known(string name, string magic, int port)
    {
        var network = BitcoinNetwork.Named(name)!;
        Assert.Equal(magic, network.MagicText);
        Assert.Equal(port, network.DefaultPort);
        Assert.Same(network, BitcoinNetwork.WithMagic(network.Magic));
    }

    [Theory(DisplayName = "The genesis hash of a network is that of the header in the parameters of Bitcoin Core (simnet: of btcd)")]
    [InlineData("mainnet", 1_231_006_505, 0x1D00FFFF, 2_083_236_893, Message2009)]
    [InlineData("testnet3", 1_296_688_602, 0x1D00FFFF, 414_098_458, Message2009)]
    [InlineData("testnet4", 1_714_777_860, 0x1D00FFFF, 393_743_547, "7aa0a7ae1e223414cb807e40cd57e667b718e42aaf9306db9102fe28912b7b4e")]
    [InlineData("signet", 1_598_918_400, 0x1E0377AE, 52_613_770, Message2009)]
    [InlineData("regtest", 1_296_688_602, 0x207FFFFF, 2, Message2009)]
    [InlineData("simnet", 1_401_292_357, 0x207FFFFF, 2, Message2009)]
    public void Genesis_hashes_are_those_of_their_headers(string name, uint time, uint bits, uint nonce, string merkleRoot) =>
        Assert.Equal(
            new BlockHeader(1, Hash256.Zero, Hash256.Parse(merkleRoot), time, bits, nonce).ComputeHash(), BitcoinNetwork.Named(name)!.GenesisHash);

    [Fact(DisplayName = "A signet of one's own speaks its own magic on the wire, and the default signet's challenge gives 0a03cf40")]
    public void A_custom_signet_speaks_its_own_magic()
    {
        var challenge = Convert.FromHexString(
            "512103ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be430210359ef5021964fe22d6f8e05b2463c9540ce96883fe3b278760f04"
            + "8f5189f2e6c452ae");
        using var signet = MessageCodec.For(BitcoinNetwork.CustomSignet(challenge));
        Assert.Equal("0a03cf40", Convert.ToHexStringLower(signet.Encode(VerAckMessage.Instance)[..4]));

        // Any other challenge is another network: its frames are refused.
        using var other = MessageCodec.For(BitcoinNetwork.CustomSignet(new byte[300]));
        other.Append(signet.Encode(VerAckMessage.Instance));
        Assert.Equal(WireError.WrongNetwork, Assert.Throws<WireException>(() => other.TryRead(out _)).Error);
    }

    [Fact(DisplayName = "Other names and magics are none")]
    public void Unknown_networks_are_null()
    {
        Assert.Null(BitcoinNetwork.Named("dogecoin"));
        Assert.Null(BitcoinNetwork.WithMagic(1));
    }

    [Fact(DisplayName = "The magic of a signet follows from its challenge (BIP 325)")]
    public void A_signets_magic_follows_from_its_challenge()
    {
        // The challenge of the default signet, from Bitcoin Core's chain parameters.
        var challenge = Convert.FromHexString(
            "512103ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be430210359ef5021964fe22d6f8e05b2463c9540ce96883fe3b278760f04"
            + "8f5189f2e6c452ae");
        Assert.Equal(BitcoinNetwork.Signet.Magic, BitcoinNetwork.CustomSignet(challenge).Magic);
        Assert.NotEqual(BitcoinNetwork.Signet.Magic, BitcoinNetwork.CustomSignet([0x51]).Magic);
    }
}
