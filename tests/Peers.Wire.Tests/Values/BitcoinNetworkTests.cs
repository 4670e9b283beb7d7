namespace Peers.Wire.Tests.Values;

public sealed class BitcoinNetworkTests
{
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
