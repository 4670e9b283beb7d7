using Peers.Wire;

namespace Peers;

/// <summary>
/// The table from why a connection ended to what that says of the remote. Misbehaviour is what Bitcoin Core discourages for, and no more: it forgives what it
/// cannot read, and only disconnects for damaged frames and broken terms.
/// </summary>
internal static class ConductTable
{
    public static Conduct Of(DisconnectReason reason) => reason switch
    {
        DisconnectReason.Requested => Conduct.Fair,
        DisconnectReason.RemoteClosed { Phase: PeerPhase.Ready } => Conduct.Fair,
        DisconnectReason.RemoteClosed => Conduct.Failure, // How a full node says no: it may have room later.
        DisconnectReason.ConnectionReset => Conduct.Failure,
        DisconnectReason.ConnectFailed => Conduct.Failure,
        DisconnectReason.ProxyFailed { Code: (>= 3 and <= 6) or >= 0xF0 } => Conduct.Failure, // The proxy's word on the remote; else it is the proxy's fault.
        DisconnectReason.ProxyFailed => Conduct.Fair,
        DisconnectReason.HandshakeTimedOut { Awaiting: "admission" } => Conduct.Fair, // Our own answer was late.
        DisconnectReason.HandshakeTimedOut => Conduct.Failure,
        DisconnectReason.Unexpected { Command: "filteradd" } => Conduct.Misbehaviour, // Bitcoin Core: "bad filteradd message".
        DisconnectReason.Unexpected => Conduct.Failure,
        DisconnectReason.Obsolete => Conduct.Unsuitable,
        DisconnectReason.MissingServices => Conduct.Unsuitable,
        DisconnectReason.SelfConnection => Conduct.Unsuitable,
        DisconnectReason.Refused => Conduct.Fair,
        DisconnectReason.Malformed malformed => Of(malformed.Error, malformed.Field),
        DisconnectReason.Idle => Conduct.Failure,
        DisconnectReason.Stalled => Conduct.Failure,
        DisconnectReason.ServiceNotOffered => Conduct.Unsuitable,
        DisconnectReason.PingUnanswered => Conduct.Failure,
        DisconnectReason.SlowReader => Conduct.Failure,
        DisconnectReason.WriteTimedOut => Conduct.Failure,
        DisconnectReason.RateExceeded => Conduct.Misbehaviour, // Where rates end connections, they are a term of ours.
        DisconnectReason.OverBudget => Conduct.Failure, // A large message is no fault; there were too many of them.
        DisconnectReason.Banned => Conduct.Fair, // What led to it was counted then.
        DisconnectReason.Discouraged => Conduct.Fair,
        DisconnectReason.Evicted => Conduct.Fair,
        DisconnectReason.InternalError => Conduct.Fair,
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <param name="error">What was wrong.</param>
    /// <param name="field">Where; empty when that is not known.</param>
    public static Conduct Of(WireError error, string field) => error switch
    {
        WireError.WrongNetwork or WireError.NotBitcoin => Conduct.Unsuitable,
        WireError.TooMany when field.EndsWith(".locator", StringComparison.Ordinal) => Conduct.Failure, // Bitcoin Core disconnects, and no more.
        WireError.TooMany => Conduct.Misbehaviour,
        WireError.OversizedMessage or WireError.InvalidCommand or WireError.BadChecksum or WireError.Truncated or WireError.TrailingBytes
            or WireError.NonCanonicalCount or WireError.TooLong or WireError.InvalidValue or WireError.VersionTooLow => Conduct.Failure,
        _ => throw new ArgumentOutOfRangeException(nameof(error)),
    };
}
