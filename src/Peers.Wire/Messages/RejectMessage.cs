namespace Peers.Wire;

/// <summary>
/// Says that a message was rejected, and why (BIP 61). Bitcoin Core sends none since 0.20; btcd does. Read for analysis: nothing follows from it.
/// </summary>
/// <param name="RejectedCommand">The command of the message that was rejected, at most 12 bytes.</param>
/// <param name="Code">Why.</param>
/// <param name="Reason">The same in words of the sender's choosing, at most 111 bytes.</param>
/// <param name="Hash">The transaction or block that was rejected; null when left out.</param>
public sealed record RejectMessage(WireText RejectedCommand, RejectCode Code, WireText Reason, Hash256? Hash) : Message
{
    /// <inheritdoc/>
    public override string Command => "reject";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) =>
        CompactSize.SizeOf(RejectedCommand.Length) + RejectedCommand.Length + 1
        + CompactSize.SizeOf(Reason.Length) + Reason.Length
        + (Hash is null ? 0 : Hash256.Length);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteText(RejectedCommand, WireLimits.CommandBytes, "reject.command");
        writer.WriteByte((byte)Code);
        writer.WriteText(Reason, WireLimits.RejectReasonBytes, "reject.reason");
        if (Hash is { } hash)
        {
            writer.WriteHash(hash);
        }
    }

    internal static RejectMessage Read(ref WireReader reader) => new(
        reader.ReadText(WireLimits.CommandBytes, "reject.command"),
        (RejectCode)reader.ReadByte("reject.code"),
        reader.ReadText(WireLimits.RejectReasonBytes, "reject.reason"),
        reader.Remaining > 0 ? reader.ReadHash("reject.hash") : null);
}
