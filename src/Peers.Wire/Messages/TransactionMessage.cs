namespace Peers.Wire;

/// <summary>One transaction, asked for by <c>getdata</c> or pushed. With witnesses where the remote offers them (BIP 144).</summary>
/// <param name="Transaction">The transaction.</param>
public sealed record TransactionMessage(Transaction Transaction) : Message
{
    /// <inheritdoc/>
    public override string Command => "tx";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => protocol.Witness ? Transaction.Size : Transaction.StrippedSize;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer) => Transaction.Layout.Write(ref writer, Transaction.Bytes.Span);

    internal static TransactionMessage Read(ref WireReader reader) => new(Transaction.Read(ref reader));
}
