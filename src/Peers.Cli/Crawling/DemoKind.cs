using Peers.Crawler;

namespace Peers.Cli;

/// <summary>What a node of the demo network does.</summary>
internal enum DemoKind
{
    /// <summary>A whole engine that answers with the addresses that it knows.</summary>
    Ordinary,

    /// <summary>It announces itself, and then answers.</summary>
    SelfAnnouncing,

    /// <summary>It answers late, and within the time that it has.</summary>
    Slow,

    /// <summary>It answers with a thousand addresses that nobody has.</summary>
    Lying,

    /// <summary>It does the handshake and never tells an address.</summary>
    Mute,

    /// <summary>It closes when it has heard who we are.</summary>
    Evicting,

    /// <summary>It speaks a protocol version from long ago.</summary>
    Obsolete,

    /// <summary>Nobody listens there.</summary>
    Dead,

    /// <summary>It accepts and closes at once.</summary>
    Full,

    /// <summary>It accepts and says nothing.</summary>
    Silent,

    /// <summary>It sends its version one byte at a time.</summary>
    Dripping,

    /// <summary>It says its version and nothing more.</summary>
    HalfSilent,

    /// <summary>It announces a message of 4 MB and never sends it.</summary>
    Hoarding,

    /// <summary>It is a node of another network.</summary>
    OtherNetwork,

    /// <summary>It is no node: a server of another kind.</summary>
    OtherService,
}

/// <summary>What the demo knows of its kinds: how many there are, and how a visit has to end.</summary>
internal static class DemoKinds
{
    /// <summary>Of a hundred nodes; the rest are ordinary.</summary>
    private static readonly (DemoKind Kind, int Percent)[] Shares =
    [
        (DemoKind.SelfAnnouncing, 5), (DemoKind.Slow, 3), (DemoKind.Lying, 1), (DemoKind.Mute, 2), (DemoKind.Evicting, 2), (DemoKind.Obsolete, 1),
        (DemoKind.Dead, 12), (DemoKind.Full, 5), (DemoKind.Silent, 2), (DemoKind.Dripping, 1), (DemoKind.HalfSilent, 1), (DemoKind.Hoarding, 1),
        (DemoKind.OtherNetwork, 2), (DemoKind.OtherService, 2),
    ];

    /// <summary>The kinds of so many nodes: the first are ordinary, for there a crawl begins.</summary>
    public static IReadOnlyList<DemoKind> Draw(int nodes, int ordinaryFirst, Random random)
    {
        var odd = Shares.SelectMany(share => Enumerable.Repeat(share.Kind, Math.Max(1, nodes * share.Percent / 100))).Take(nodes - ordinaryFirst).ToArray();
        random.Shuffle(odd);
        var rest = odd.Concat(Enumerable.Repeat(DemoKind.Ordinary, nodes - ordinaryFirst - odd.Length)).ToArray();
        random.Shuffle(rest);
        return [.. Enumerable.Repeat(DemoKind.Ordinary, ordinaryFirst), .. rest];
    }

    /// <summary>How a visit of it has to end.</summary>
    public static VisitOutcome Truth(this DemoKind kind) => kind switch
    {
        DemoKind.Mute => VisitOutcome.AddressesTimedOut,
        DemoKind.Evicting => VisitOutcome.ClosedAfterVersion,
        DemoKind.Obsolete => VisitOutcome.Obsolete,
        DemoKind.Dead => VisitOutcome.Refused,
        DemoKind.Full => VisitOutcome.ClosedBeforeVersion,
        DemoKind.Silent or DemoKind.Dripping => VisitOutcome.VersionTimedOut,
        DemoKind.HalfSilent or DemoKind.Hoarding => VisitOutcome.VerackTimedOut,
        DemoKind.OtherNetwork => VisitOutcome.WrongNetwork,
        DemoKind.OtherService => VisitOutcome.NotBitcoin,
        _ => VisitOutcome.Complete,
    };

    /// <summary>The kind in words.</summary>
    public static string Text(this DemoKind kind) => kind switch
    {
        DemoKind.Ordinary => "ordinary",
        DemoKind.SelfAnnouncing => "announces itself first",
        DemoKind.Slow => "slow",
        DemoKind.Lying => "tells 1,000 addresses that do not exist",
        DemoKind.Mute => "tells no addresses",
        DemoKind.Evicting => "closes after its version",
        DemoKind.Obsolete => "obsolete version",
        DemoKind.Dead => "dead",
        DemoKind.Full => "full",
        DemoKind.Silent => "silent",
        DemoKind.Dripping => "drips its version",
        DemoKind.HalfSilent => "silent after its version",
        DemoKind.Hoarding => "announces 4 MB, sends nothing",
        DemoKind.OtherNetwork => "of another network",
        _ => "another service",
    };
}
