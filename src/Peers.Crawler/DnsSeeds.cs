using Peers.Wire;

namespace Peers.Crawler;

/// <summary>The names under which nodes of a network are found, as Bitcoin Core's chainparams have them (October 2025).</summary>
public static class DnsSeeds
{
    /// <summary>The DNS seeds of a network; none where it has none.</summary>
    public static IReadOnlyList<string> Of(BitcoinNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Name switch
        {
            "mainnet" =>
            [
                "seed.bitcoin.sipa.be", "dnsseed.bluematt.me", "seed.bitcoin.jonasschnelli.ch", "seed.btc.petertodd.net", "seed.bitcoin.sprovoost.nl",
                "dnsseed.emzy.de", "seed.bitcoin.wiz.biz", "seed.mainnet.achownodes.xyz",
            ],
            "testnet3" => ["testnet-seed.bitcoin.jonasschnelli.ch", "seed.tbtc.petertodd.net", "seed.testnet.bitcoin.sprovoost.nl", "seed.testnet.achownodes.xyz"],
            "testnet4" => ["seed.testnet4.bitcoin.sprovoost.nl", "seed.testnet4.wiz.biz"],
            "signet" => ["seed.signet.bitcoin.sprovoost.nl", "seed.signet.achownodes.xyz"],
            _ => [],
        };
    }
}
