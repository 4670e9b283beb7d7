using System.Buffers.Binary;

namespace Peers.Wire;

/// <summary>What tells one network from another. A plain record: define your own as you need it.</summary>
/// <param name="Name">The name in settings and logs.</param>
/// <param name="Magic">The first four bytes of each frame, as a little-endian number (<c>f9 be b4 d9</c> is 0xD9B4BEF9).</param>
/// <param name="DefaultPort">Where nodes listen unless told otherwise.</param>
/// <param name="GenesisHash">Hash of the first block.</param>
public sealed record BitcoinNetwork(string Name, uint Magic, int DefaultPort, Hash256 GenesisHash)
{
    private static readonly Hash256 SignetGenesis = Hash256.Parse("00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6");

    /// <summary>The names under which nodes of the network are found, as Bitcoin Core's chainparams have them (October 2025); none where it has none.</summary>
    public IReadOnlyList<string> DnsSeeds { get; init; } = [];

    /// <summary>Bitcoin.</summary>
    public static BitcoinNetwork Mainnet { get; } =
        new("mainnet", 0xD9B4BEF9, 8333, Hash256.Parse("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"))
        {
            DnsSeeds =
            [
                "seed.bitcoin.sipa.be", "dnsseed.bluematt.me", "seed.bitcoin.jonasschnelli.ch", "seed.btc.petertodd.net", "seed.bitcoin.sprovoost.nl",
                "dnsseed.emzy.de", "seed.bitcoin.wiz.biz", "seed.mainnet.achownodes.xyz",
            ],
        };

    /// <summary>The third test network.</summary>
    public static BitcoinNetwork Testnet3 { get; } =
        new("testnet3", 0x0709110B, 18333, Hash256.Parse("000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"))
        {
            DnsSeeds = ["testnet-seed.bitcoin.jonasschnelli.ch", "seed.tbtc.petertodd.net", "seed.testnet.bitcoin.sprovoost.nl", "seed.testnet.achownodes.xyz"],
        };

    /// <summary>The fourth test network (BIP 94).</summary>
    public static BitcoinNetwork Testnet4 { get; } =
        new("testnet4", 0x283F161C, 48333, Hash256.Parse("00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043"))
        {
            DnsSeeds = ["seed.testnet4.bitcoin.sprovoost.nl", "seed.testnet4.wiz.biz"],
        };

    /// <summary>The default signed test network (BIP 325).</summary>
    public static BitcoinNetwork Signet { get; } =
        new("signet", 0x40CF030A, 38333, SignetGenesis) { DnsSeeds = ["seed.signet.bitcoin.sprovoost.nl", "seed.signet.achownodes.xyz"] };

    /// <summary>A network of one's own, where blocks cost nothing.</summary>
    public static BitcoinNetwork Regtest { get; } =
        new("regtest", 0xDAB5BFFA, 18444, Hash256.Parse("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"));

    /// <summary>btcd's simulation network.</summary>
    public static BitcoinNetwork Simnet { get; } =
        new("simnet", 0x12141C16, 18555, Hash256.Parse("683e86bd5c6d110d91b94b97137ba6bfe02dbbdb8e3dff722a669b5d69d77af6"));

    /// <summary>The networks above.</summary>
    public static IReadOnlyList<BitcoinNetwork> All { get; } = [Mainnet, Testnet3, Testnet4, Signet, Regtest, Simnet];

    /// <summary>A signet with a challenge of its own: the magic is the start of the challenge's hash (BIP 325).</summary>
    /// <param name="challenge">The script that signs blocks.</param>
    public static BitcoinNetwork CustomSignet(ReadOnlySpan<byte> challenge)
    {
        var serialized = new byte[CompactSize.SizeOf(challenge.Length) + challenge.Length];
        var writer = new WireWriter(serialized, WireProtocol.Latest);
        writer.WriteCompactSize((ulong)challenge.Length);
        writer.WriteBytes(challenge);
        return new BitcoinNetwork("signet", DoubleSha256.Checksum(serialized), 38333, SignetGenesis);
    }

    /// <summary>The network of that name; null when there is none.</summary>
    public static BitcoinNetwork? Named(string name) => All.FirstOrDefault(network => network.Name == name);

    /// <summary>The network with that magic; null when none of ours has it.</summary>
    public static BitcoinNetwork? WithMagic(uint magic) => All.FirstOrDefault(network => network.Magic == magic);

    /// <summary>The magic as it stands on the wire, in hexadecimal.</summary>
    public string MagicText
    {
        get
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
            return Convert.ToHexStringLower(bytes);
        }
    }
}
