using Peers.Wire;

namespace Peers.Crawler;

/// <summary>Services by name; a bit without a name by its place, so that nothing is lost.</summary>
internal static class ServiceNames
{
    public static string Of(ServiceFlags services)
    {
        var names = new List<string>();
        for (var bit = 0; bit < 64; bit++)
        {
            if (((ulong)services >> bit & 1) != 0)
            {
                names.Add(OfBit(bit));
            }
        }

        return string.Join(' ', names);
    }

    /// <summary>The names of Bitcoin Core, without <c>NODE_</c>.</summary>
    public static string OfBit(int bit) => bit switch
    {
        0 => "NETWORK",
        1 => "GETUTXO",
        2 => "BLOOM",
        3 => "WITNESS",
        6 => "COMPACT_FILTERS",
        10 => "NETWORK_LIMITED",
        11 => "P2P_V2",
        _ => $"BIT_{bit}",
    };
}
