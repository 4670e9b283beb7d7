using Peers.Wire;

namespace Peers.Crawler;

/// <summary>What the end of a connection says of a visit: the table from the engine's reasons to the closed set of outcomes.</summary>
internal static class VisitVerdict
{
    /// <summary>What is said of a visit that crashed: nothing of the node, unless it crashes each time.</summary>
    public const string OurFault = "a fault of ours";

    /// <summary>The outcome of a connection that ended by itself.</summary>
    /// <param name="reason">Why it ended.</param>
    /// <param name="heardVersion">Whether the remote had said its <c>version</c>.</param>
    /// <param name="hasAddresses">Whether it had told of other nodes.</param>
    public static (VisitOutcome Outcome, string Detail) Of(DisconnectReason reason, bool heardVersion, bool hasAddresses) => reason switch
    {
        DisconnectReason.RemoteClosed or DisconnectReason.ConnectionReset when hasAddresses => (VisitOutcome.Complete, "closed early"),
        DisconnectReason.RemoteClosed => (heardVersion ? VisitOutcome.ClosedAfterVersion : VisitOutcome.ClosedBeforeVersion, ""),
        DisconnectReason.ConnectionReset => (heardVersion ? VisitOutcome.ClosedAfterVersion : VisitOutcome.ClosedBeforeVersion, "reset"),
        DisconnectReason.ConnectFailed failed => (VisitOutcome.Unreachable, failed.Why),
        DisconnectReason.ProxyFailed failed => (VisitOutcome.ProxyError, failed.Why),
        DisconnectReason.HandshakeTimedOut { Awaiting: "version" } => (VisitOutcome.VersionTimedOut, ""),
        DisconnectReason.HandshakeTimedOut => (VisitOutcome.VerackTimedOut, ""),
        DisconnectReason.Unexpected unexpected => (VisitOutcome.ProtocolError, $"unexpected {Known(unexpected.Command)}"),
        DisconnectReason.Obsolete obsolete => (VisitOutcome.Obsolete, $"version {obsolete.Version}"),
        DisconnectReason.MissingServices => (VisitOutcome.ProtocolError, "missing services"),
        DisconnectReason.SelfConnection => (VisitOutcome.ProtocolError, "this is ourselves"),
        DisconnectReason.Refused refused => (VisitOutcome.Overloaded, refused.Why),
        DisconnectReason.Malformed { Error: WireError.WrongNetwork } when !heardVersion => (VisitOutcome.WrongNetwork, ""),
        DisconnectReason.Malformed { Error: WireError.NotBitcoin } when !heardVersion => (VisitOutcome.NotBitcoin, ""),
        DisconnectReason.Malformed malformed => (VisitOutcome.ProtocolError, malformed.Error.ToString()),
        DisconnectReason.Idle or DisconnectReason.Stalled or DisconnectReason.PingUnanswered when hasAddresses => (VisitOutcome.Complete, ""),
        DisconnectReason.Idle or DisconnectReason.Stalled or DisconnectReason.PingUnanswered => (VisitOutcome.AddressesTimedOut, ""),
        DisconnectReason.ServiceNotOffered offered => (VisitOutcome.ProtocolError, $"asked us for {Known(offered.Command)}"),
        DisconnectReason.Banned or DisconnectReason.Discouraged or DisconnectReason.Evicted => (VisitOutcome.Overloaded, "kept out by ourselves"),
        DisconnectReason.SlowReader or DisconnectReason.WriteTimedOut => (VisitOutcome.ProtocolError, "reads nothing"),
        DisconnectReason.RateExceeded exceeded => (VisitOutcome.ProtocolError, $"too much {Known(exceeded.Command)}"),
        DisconnectReason.OverBudget => (VisitOutcome.Overloaded, "the receive budget is exceeded"),
        DisconnectReason.InternalError => (VisitOutcome.ProtocolError, OurFault),
        DisconnectReason.Requested requested => (VisitOutcome.Overloaded, requested.Why),
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <summary>A command as it may be printed: one of ours, or none.</summary>
    private static string Known(string command) => MessageCatalog.Default.Find(command) is not null ? command : "message";
}
