namespace Peers.Wire;

/// <summary>A message whose command is in no catalog, or that settings leave undecoded. It can be sent, too.</summary>
public sealed record UnknownMessage : Message
{
    /// <summary>Creates the message.</summary>
    /// <param name="command">Up to 12 printable ASCII characters.</param>
    /// <param name="payload">What follows the header.</param>
    public UnknownMessage(string command, Bytes payload)
    {
        Command = command;
        Payload = payload;
    }

    /// <inheritdoc/>
    public override string Command { get; }

    /// <summary>What follows the header, undecoded.</summary>
    public Bytes Payload { get; }

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => Payload.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer) => writer.WriteBytes(Payload.Span);
}
