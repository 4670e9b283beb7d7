namespace Peers.Wire;

/// <summary>"I can reconcile sets of transactions" (BIP 330); sent between <c>version</c> and <c>verack</c>.</summary>
/// <param name="Version">The highest version of reconciliation that the sender speaks; at least 1.</param>
/// <param name="Salt">The sender's half of the salt of short transaction ids.</param>
public sealed record SendReconciliationMessage(uint Version, ulong Salt) : Message
{
    internal const int Size = sizeof(uint) + sizeof(ulong);

    /// <inheritdoc/>
    public override string Command => "sendtxrcncl";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => Size;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteUInt32(Version);
        writer.WriteUInt64(Salt);
    }

    internal static SendReconciliationMessage Read(ref WireReader reader) =>
        new(reader.ReadUInt32("sendtxrcncl.version"), reader.ReadUInt64("sendtxrcncl.salt"));
}
