namespace Peers.Cli;

/// <summary>Why a connection ended, in a sentence for a person, who may not know the engine's words.</summary>
internal static class ReasonText
{
    /// <summary>How a node says no; it gives no reason.</summary>
    private const string Perhaps = "it may be of another network, full, or ban us";

    public static string Of(DisconnectReason reason) => reason switch
    {
        DisconnectReason.Requested requested => $"we disconnected: {requested.Why}",
        DisconnectReason.RemoteClosed { Phase: PeerPhase.Ready, InsideMessage: true } => "the remote closed the connection in the middle of a message",
        DisconnectReason.RemoteClosed { Phase: PeerPhase.Ready } => "the remote closed the connection",
        DisconnectReason.RemoteClosed => $"the remote closed the connection during the handshake: {Perhaps}",
        DisconnectReason.ConnectionReset { Phase: PeerPhase.Ready } reset => $"the connection broke: {reset.Why}",
        DisconnectReason.ConnectionReset reset => $"the connection broke during the handshake ({reset.Why}): {Perhaps}",
        DisconnectReason.ConnectFailed failed => $"cannot connect: {failed.Why}",
        DisconnectReason.ProxyFailed failed => $"cannot connect through the proxy {failed.Why}",
        DisconnectReason.HandshakeTimedOut timedOut => $"no {timedOut.Awaiting} came in time: is it a Bitcoin node of this network?",
        DisconnectReason.Unexpected unexpected => $"the remote sent '{unexpected.Command}' when it must not",
        DisconnectReason.Obsolete obsolete => $"the remote speaks protocol version {obsolete.Version}, we take {obsolete.Minimum} and up",
        DisconnectReason.MissingServices missing => $"the remote does not offer {missing.Missing}",
        DisconnectReason.SelfConnection => "the remote is this program itself",
        DisconnectReason.Refused refused => $"not admitted: {refused.Why}",
        DisconnectReason.Malformed malformed => $"the remote sent what cannot be read: {malformed.Detail}",
        DisconnectReason.Idle idle => $"the remote said nothing for {idle.After.TotalSeconds:0.#} s",
        DisconnectReason.PingUnanswered unanswered => $"a ping was not answered for {unanswered.After.TotalSeconds:0.#} s",
        DisconnectReason.Stalled { Awaiting: "getheaders" } stalled => $"{Stalled(stalled)}: it may still be syncing itself",
        DisconnectReason.Stalled stalled => Stalled(stalled),
        DisconnectReason.ServiceNotOffered refused => $"the remote sent '{refused.Command}', which needs a service that we do not offer: {refused.Service}",
        DisconnectReason.SlowReader slow => $"the remote reads too slowly: {slow.QueuedBytes} bytes waited",
        DisconnectReason.Banned banned => $"{banned.Ban.Subject} is banned until {banned.Ban.Until:u}: {banned.Ban.Why}",
        DisconnectReason.Discouraged discouraged => $"the remote is discouraged: {discouraged.Why}",
        DisconnectReason.Evicted evicted => $"all places were taken, and a newcomer got the one of this remote ({evicted.Neighbours} of its netgroup were here)",
        DisconnectReason.WriteTimedOut timedOut => $"the remote did not read what we wrote for {timedOut.After.TotalSeconds:0.#} s",
        DisconnectReason.RateExceeded exceeded => $"the remote sent more '{exceeded.Command}' than peers.rate-limits allows",
        DisconnectReason.OverBudget over => $"the receive budget of {over.Budget} bytes was exceeded, and the remote held {over.Unfinished} bytes of a message that it did not end",
        DisconnectReason.InternalError fault => $"a fault of ours: {fault.Exception.Message}",
        _ => reason.ToString(),
    };

    private static string Stalled(DisconnectReason.Stalled stalled) =>
        $"the remote stalled: no answer to '{stalled.Awaiting}' for {stalled.After.TotalSeconds:0.#} s";
}
