namespace Peers.Wire;

/// <summary>One message of the protocol. Derive from it to add one of your own (see <see cref="MessageCatalog.With"/>).</summary>
public abstract record Message
{
    /// <summary>The command on the wire: up to 12 printable ASCII characters.</summary>
    public abstract string Command { get; }

    /// <summary>The exact bytes that <see cref="WritePayload"/> will write.</summary>
    public abstract int GetPayloadSize(WireProtocol protocol);

    /// <summary>Writes the payload.</summary>
    /// <exception cref="WireException">The message holds more than the protocol allows.</exception>
    public abstract void WritePayload(ref WireWriter writer);
}

/// <summary>A message without a payload.</summary>
public abstract record EmptyMessage : Message
{
    /// <summary>None.</summary>
    public sealed override int GetPayloadSize(WireProtocol protocol) => 0;

    /// <summary>Writes nothing.</summary>
    public sealed override void WritePayload(ref WireWriter writer)
    {
    }
}
