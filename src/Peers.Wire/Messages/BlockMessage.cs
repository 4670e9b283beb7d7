namespace Peers.Wire;

/// <summary>One block, asked for by <c>getdata</c>. With witnesses where the remote offers them (BIP 144).</summary>
/// <param name="Block">The block.</param>
public sealed record BlockMessage(Block Block) : Message
{
    /// <inheritdoc/>
    public override string Command => "block";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => Block.GetSize(protocol);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer) => Block.Write(ref writer);

    internal static BlockMessage Read(ref WireReader reader) => new(Block.Read(ref reader));
}
