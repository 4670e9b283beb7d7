using System.Collections.Immutable;
using Peers.Wire;

namespace Peers;

/// <summary>Which addresses one message tells a remote.</summary>
internal static class AddressSelection
{
    /// <summary>
    /// Those that the remote can read and BIP 155 lets be told on, in their order; of too many a uniform random choice.
    /// </summary>
    /// <param name="addresses">What is known.</param>
    /// <param name="addressV2">Whether the remote wants <c>addrv2</c>; else there is no form for Tor v3, I2P and CJDNS.</param>
    /// <param name="random">What chooses.</param>
    /// <param name="most">How many go at most.</param>
    public static ImmutableArray<AddressEntry> Select(IReadOnlyList<AddressEntry> addresses, bool addressV2, Random random, int most = WireLimits.Addresses)
    {
        AddressEntry[] fit = [.. addresses.Where(entry => entry.Endpoint.Address is { IsRelayable: true } address && (addressV2 || HasV1Form(address)))];
        if (fit.Length <= most)
        {
            return [.. fit];
        }

        // As many steps of Fisher and Yates as are wanted, each a swap: an assignment alone doubles some and loses others (as in btcd).
        for (var i = 0; i < most; i++)
        {
            var j = random.Next(i, fit.Length);
            (fit[i], fit[j]) = (fit[j], fit[i]);
        }

        return [.. fit.AsSpan(0, most)];
    }

    /// <summary>Whether somebody could be dialled there, whom anybody may hear of. I2P has no ports (as Bitcoin Core).</summary>
    public static bool IsDiallable(AddressEntry entry, BitcoinNetwork network) =>
        entry.Endpoint.Address.IsRelayable && (entry.Endpoint.Port != 0 || entry.Endpoint.Address.Kind == NetworkKind.I2P)
        && Routing.MayBeDialled(entry.Endpoint.Address, network);

    /// <summary>Whether <c>addr</c> has a form for it.</summary>
    public static bool HasV1Form(NetworkAddress address) => address.Kind is NetworkKind.IPv4 or NetworkKind.IPv6 or NetworkKind.TorV2;
}
