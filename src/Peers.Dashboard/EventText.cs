using System.Text.RegularExpressions;

namespace Peers.Dashboard;

/// <summary>What happened, in the words of the page; null for what it does not tell.</summary>
internal static partial class EventText
{
    public static EventRow? Of(PeerEvent happened, DateTimeOffset now) => happened switch
    {
        PeerReady ready => new EventRow(now, "ready", ready.Id.Value, $"{ready.Remote.Endpoint}", $"{ready.Remote.UserAgent}, version {ready.Remote.Version}, height {ready.Remote.StartHeight}"),
        PeerStopped stopped => new EventRow(now, "stopped", stopped.Id.Value, $"{stopped.Endpoint}", Of(stopped.Reason)),
        PeerStalled stalled => new EventRow(now, "stalled", stalled.Id.Value, "", $"owes {stalled.Awaiting} since {stalled.After.TotalSeconds:0} s"),
        SubnetBanned banned => new EventRow(now, "banned", null, $"{banned.Ban.Subject}", banned.Ban.Why),
        SubnetUnbanned { WasBanned: true } unbanned => new EventRow(now, "unbanned", null, $"{unbanned.Subject}", ""),
        Listening listening => new EventRow(now, "listening", null, $"{listening.Local}", ""),
        ListenFailed failed => new EventRow(now, "failed", null, $"{failed.Local}", failed.Why),
        _ => null,
    };

    /// <summary>The name of a reason in words, and what it holds.</summary>
    private static string Of(DisconnectReason reason)
    {
        var text = reason.ToString();
        var open = text.IndexOf(" { ", StringComparison.Ordinal);
        var (name, rest) = open < 0 ? (text, "") : (text[..open], text[(open + 3)..].TrimEnd(' ', '}'));
        var words = Capital().Replace(name, " $0").ToLowerInvariant().Trim();
        return rest.Length == 0 ? words : $"{words}: {rest}";
    }

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
