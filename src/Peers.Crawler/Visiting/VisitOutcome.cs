namespace Peers.Crawler;

/// <summary>How one visit ended. A closed set; the numbers are what stores and other machines know them by.</summary>
public enum VisitOutcome : byte
{
    /// <summary>The handshake is done, and the addresses came if they were asked for.</summary>
    Complete = 1,

    /// <summary>The host answered that nobody listens there.</summary>
    Refused = 2,

    /// <summary>The network has no way to the host, or the host no way to us.</summary>
    Unreachable = 3,

    /// <summary>Nobody answered the dial in time.</summary>
    ConnectTimedOut = 4,

    /// <summary>The connection opened, and no <c>version</c> came in time.</summary>
    VersionTimedOut = 5,

    /// <summary>A <c>version</c> came, and no <c>verack</c> in time.</summary>
    VerackTimedOut = 6,

    /// <summary>The handshake was done, and no answer to <c>getaddr</c> came in time.</summary>
    AddressesTimedOut = 7,

    /// <summary>The remote closed before it said its <c>version</c>: so a full node says no.</summary>
    ClosedBeforeVersion = 8,

    /// <summary>The remote closed after its <c>version</c> and before its addresses came: so a node evicts one that it does not need.</summary>
    ClosedAfterVersion = 9,

    /// <summary>The remote speaks the protocol on another network.</summary>
    WrongNetwork = 10,

    /// <summary>The remote's protocol version is below the least that we speak.</summary>
    Obsolete = 11,

    /// <summary>Something else listens there.</summary>
    NotBitcoin = 12,

    /// <summary>The proxy, or what it speaks to, failed before the remote was asked.</summary>
    ProxyError = 13,

    /// <summary>The remote broke the protocol; the detail says how.</summary>
    ProtocolError = 14,

    /// <summary>We had no socket, port or memory for it: nothing is said about the remote, and the visit is made again.</summary>
    Overloaded = 15,
}

/// <summary>What an outcome says.</summary>
public static class VisitOutcomes
{
    /// <summary>The outcomes, in the order of their numbers.</summary>
    public static IReadOnlyList<VisitOutcome> All { get; } = Enum.GetValues<VisitOutcome>();

    /// <summary>Whether a node of our network was there: what speaks for a place in a list of reachable nodes.</summary>
    public static bool IsReachable(this VisitOutcome outcome) =>
        outcome is VisitOutcome.Complete or VisitOutcome.AddressesTimedOut or VisitOutcome.ClosedAfterVersion or VisitOutcome.Obsolete;

    /// <summary>The outcome in lower case with hyphens, as in <c>closed-before-version</c>: for files, metrics and the terminal.</summary>
    public static string Text(this VisitOutcome outcome) => Texts[(int)outcome];

    /// <summary>The outcome with that text; null when there is none.</summary>
    public static VisitOutcome? FromText(string text) => Array.IndexOf(Texts, text) is > 0 and var number ? (VisitOutcome)number : null;

    private static readonly string[] Texts =
    [
        "", "complete", "refused", "unreachable", "timeout-connect", "timeout-version", "timeout-verack", "timeout-addresses",
        "closed-before-version", "closed-after-version", "wrong-network", "obsolete", "not-bitcoin", "proxy-error", "protocol-error", "overloaded",
    ];
}
