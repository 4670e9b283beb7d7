using System.Text;
using Peers.Wire;

namespace Peers;

/// <summary>What a remote is told before it is dropped (BIP 61), where that is switched on: as btcd.</summary>
internal static class Rejection
{
    /// <summary>The reason why a connection ends, as a <c>reject</c>; null when it is none of the remote's doing.</summary>
    public static RejectMessage? For(DisconnectReason reason) => reason switch
    {
        DisconnectReason.Unexpected { Phase: PeerPhase.Ready, Command: "version" or "verack" } duplicate =>
            Of(duplicate.Command, RejectCode.Duplicate, $"duplicate {duplicate.Command} message"),
        DisconnectReason.Unexpected { Phase: PeerPhase.Handshaking } => Of("version", RejectCode.Malformed, "a version message must precede all others"),
        DisconnectReason.Obsolete { Version: >= ProtocolVersion.Reject } obsolete => Of("version", RejectCode.Obsolete, $"protocol version must be {obsolete.Minimum} or greater"),
        DisconnectReason.MissingServices missing => Of("version", RejectCode.NonStandard, $"required services not offered: {missing.Missing}"),
        DisconnectReason.Refused refused => Of("version", RejectCode.NonStandard, refused.Why), // By the user: what a limit refuses is never spoken to.
        DisconnectReason.Malformed malformed => Of("malformed", RejectCode.Malformed, malformed.Detail),
        _ => null,
    };

    /// <summary>A <c>reject</c>: the hash only for what has one, zero when it is not told, and words only as long as they may be.</summary>
    public static RejectMessage Of(string command, RejectCode code, string reason, Hash256? hash = null) => new(
        command, code, Limited(reason), command is "tx" or "block" ? hash ?? Hash256.Zero : null);

    private static WireText Limited(string reason)
    {
        var bytes = Encoding.UTF8.GetBytes(reason);
        return new WireText(bytes[..Math.Min(bytes.Length, WireLimits.RejectReasonBytes)]);
    }
}
