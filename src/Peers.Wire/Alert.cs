using System.Buffers.Binary;

namespace Peers.Wire;

/// <summary>What an <see cref="AlertMessage"/> said.</summary>
/// <param name="Version">The version of the format; 1.</param>
/// <param name="RelayUntil">Unix time in seconds after which it was no longer relayed.</param>
/// <param name="Expiration">Unix time in seconds after which it was void.</param>
/// <param name="Id">Its number.</param>
/// <param name="Cancel">Alerts up to this number became void.</param>
/// <param name="CancelledIds">These became void, too; at most 1,000.</param>
/// <param name="MinimumVersion">The lowest protocol version it was for.</param>
/// <param name="MaximumVersion">The highest protocol version it was for.</param>
/// <param name="UserAgents">The user agents it was for, at most 1,000; none for all.</param>
/// <param name="Priority">Its rank among alerts.</param>
/// <param name="Comment">A note that was not shown, at most 65,536 bytes.</param>
/// <param name="StatusBar">What was shown, at most 256 bytes.</param>
/// <param name="Reserved">Nothing, at most 256 bytes.</param>
public sealed record Alert(
    int Version, long RelayUntil, long Expiration, int Id, int Cancel, WireArray<int> CancelledIds, int MinimumVersion, int MaximumVersion,
    WireArray<WireText> UserAgents, int Priority, WireText Comment, WireText StatusBar, WireText Reserved)
{
    // Those of the texts are Bitcoin Core's; the lists had none, and ended nodes by filling their memory.
    private const int MaximumItems = 1_000;
    private const int MaximumComment = 65_536;
    private const int MaximumText = 256;

    internal static Alert Read(ref WireReader reader) => new(
        reader.ReadInt32("alert.version"),
        reader.ReadInt64("alert.relayuntil"),
        reader.ReadInt64("alert.expiration"),
        reader.ReadInt32("alert.id"),
        reader.ReadInt32("alert.cancel"),
        ReadIds(ref reader),
        reader.ReadInt32("alert.minimumversion"),
        reader.ReadInt32("alert.maximumversion"),
        ReadTexts(ref reader),
        reader.ReadInt32("alert.priority"),
        reader.ReadText(MaximumComment, "alert.comment"),
        reader.ReadText(MaximumText, "alert.statusbar"),
        reader.ReadText(MaximumText, "alert.reserved"));

    private static WireArray<int> ReadIds(ref WireReader reader)
    {
        var ids = new int[reader.ReadCount(MaximumItems, sizeof(int), "alert.cancelled.count")];
        var bytes = reader.ReadSpan(ids.Length * sizeof(int), "alert.cancelled");
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * sizeof(int))..]);
        }

        return WireArray.Own(ids);
    }

    private static WireArray<WireText> ReadTexts(ref WireReader reader)
    {
        var texts = new WireText[reader.ReadCount(MaximumItems, 1, "alert.useragents.count")];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.ReadText(MaximumText, "alert.useragents");
        }

        return WireArray.Own(texts);
    }
}
