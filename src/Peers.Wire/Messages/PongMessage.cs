namespace Peers.Wire;

/// <summary>Answers a <c>ping</c> (BIP 31).</summary>
/// <param name="Nonce">That of the ping.</param>
public sealed record PongMessage(ulong Nonce) : Message
{
    /// <inheritdoc/>
    public override string Command => "pong";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => sizeof(ulong);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer) => writer.WriteUInt64(Nonce);

    internal static PongMessage Read(ref WireReader reader) => new(reader.ReadUInt64("pong.nonce"));
}
