namespace Peers.Wire;

/// <summary>Asks whether the remote is there; answered by <c>pong</c> with the same nonce (BIP 31).</summary>
/// <param name="Nonce">Any number; not on the wire up to version 60000, where nothing answers.</param>
public sealed record PingMessage(ulong Nonce) : Message
{
    /// <inheritdoc/>
    public override string Command => "ping";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => protocol.Version > ProtocolVersion.Bip31 ? sizeof(ulong) : 0;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        if (writer.Protocol.Version > ProtocolVersion.Bip31)
        {
            writer.WriteUInt64(Nonce);
        }
    }

    internal static PingMessage Read(ref WireReader reader) =>
        new(reader.Protocol.Version > ProtocolVersion.Bip31 ? reader.ReadUInt64("ping.nonce") : 0);
}
