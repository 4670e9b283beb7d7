namespace Peers.Wire;

/// <summary>Bytes to messages and back, for one connection. Pure: no sockets, no time, no threads.</summary>
/// <example>
/// <code>
/// using var codec = new MessageCodec(new V1Transport(network, catalog, options), options);
/// codec.Append(received);
/// while (codec.TryRead(out var decoded)) { … }
/// </code>
/// </example>
public sealed class MessageCodec(WireTransport transport, WireOptions options) : IDisposable
{
    /// <summary>What both sides agreed on; everything read or written from now on follows it.</summary>
    public WireProtocol Protocol { get; set; } = WireProtocol.Latest;

    /// <summary>The transport below.</summary>
    public WireTransport Transport { get; } = transport;

    /// <summary>A codec of the v1 transport with the default catalog and options.</summary>
    public static MessageCodec For(BitcoinNetwork network) =>
        new(new V1Transport(network, MessageCatalog.Default, WireOptions.Protocol), WireOptions.Protocol);

    /// <summary>Takes received bytes. They must not change until <see cref="TryRead"/> has returned false.</summary>
    public void Append(ReadOnlyMemory<byte> received) => Transport.Append(received);

    /// <summary>Reads the next message, or the fault for which one was dropped.</summary>
    /// <returns>False when more bytes are needed.</returns>
    /// <exception cref="WireException">The policy does not forgive it: the connection is to end.</exception>
    public bool TryRead(out DecodedMessage decoded)
    {
        decoded = default;
        if (!Transport.TryReadFrame(out var frame))
        {
            return false;
        }

        if (frame.Fault is not null)
        {
            decoded = new DecodedMessage(null, frame.Command, frame.Length, frame.Fault);
            return true;
        }

        try
        {
            decoded = new DecodedMessage(Decode(frame), frame.Command, frame.Length, null);
        }
        catch (WireException fault) when (options.Policy.Tolerates(fault.Error))
        {
            decoded = new DecodedMessage(null, frame.Command, frame.Length, fault);
        }

        return true;
    }

    /// <summary>The exact bytes of the message's frame.</summary>
    /// <exception cref="WireException">The message is larger than any may be, or its command is none.</exception>
    public int GetFrameSize(Message message)
    {
        if (!CommandKey.IsValid(message.Command))
        {
            throw new WireException(WireError.InvalidCommand, 0, "header.command", "1 to 12 printable ASCII characters are needed");
        }

        var size = message.GetPayloadSize(Protocol);
        if (size > options.MaximumMessageSize)
        {
            throw new WireException(WireError.OversizedMessage, 0, message.Command, $"{size} of at most {options.MaximumMessageSize} bytes");
        }

        return Transport.GetFrameSize(message.Command, size);
    }

    /// <summary>Writes the message's frame.</summary>
    /// <param name="message">The message.</param>
    /// <param name="frame">Exactly <see cref="GetFrameSize"/> bytes.</param>
    /// <exception cref="WireException">The message holds more than the protocol allows.</exception>
    public void Write(Message message, Span<byte> frame)
    {
        var payload = frame.Slice(Transport.GetPayloadOffset(message.Command), message.GetPayloadSize(Protocol));
        var writer = new WireWriter(payload, Protocol);
        message.WritePayload(ref writer);
        if (writer.Position != payload.Length)
        {
            throw new InvalidOperationException($"{message.Command} said it has {payload.Length} bytes and wrote {writer.Position}");
        }

        Transport.Seal(message.Command, frame);
    }

    /// <summary>The message's frame in an array of its own.</summary>
    /// <exception cref="WireException">The message holds more than the protocol allows.</exception>
    public byte[] Encode(Message message)
    {
        var frame = new byte[GetFrameSize(message)];
        Write(message, frame);
        return frame;
    }

    /// <summary>Gives back what was buffered.</summary>
    public void Dispose() => Transport.Dispose();

    private Message Decode(in WireFrame frame)
    {
        if (frame.Type is not { } type || options.RawCommands.Contains(frame.Command))
        {
            return new UnknownMessage(frame.Command, frame.Owned ? new Bytes(frame.Payload) : new Bytes(frame.Payload.ToArray()));
        }

        return Decode(type, frame.Payload, Protocol, options.Policy, frame.Owned);
    }

    /// <summary>Decodes one payload.</summary>
    /// <param name="type">The type that its command names.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="protocol">What both sides agreed on.</param>
    /// <param name="policy">What is forgiven.</param>
    /// <param name="owned">Whether nobody will change the payload, so that the message may refer to it.</param>
    /// <exception cref="WireException">The payload is not one of this type.</exception>
    public static Message Decode(MessageType type, ReadOnlyMemory<byte> payload, WireProtocol protocol, StrictnessPolicy policy, bool owned)
    {
        if (policy.MinimumVersionPerType && protocol.Version < type.MinimumVersion)
        {
            throw new WireException(WireError.VersionTooLow, 0, type.Command, $"{protocol.Version} is below {type.MinimumVersion}");
        }

        // One copy up front instead of one for each thing that the message keeps.
        var copied = type.KeepsPayload && !owned;
        var reader = new WireReader(copied ? payload.ToArray() : payload, protocol, policy, owned || copied);
        var message = Read(type, ref reader);
        if (reader.Remaining > 0 && !policy.TrailingBytesAllowed)
        {
            reader.Fail(WireError.TrailingBytes, type.Command, $"{reader.Remaining} bytes");
        }

        return message;
    }

    /// <summary>A reader of the user's own may throw anything; to the connection it is one more payload that cannot be read.</summary>
    private static Message Read(MessageType type, ref WireReader reader)
    {
#pragma warning disable CA1031
        try
        {
            return type.Read(ref reader);
        }
        catch (Exception exception) when (exception is not WireException)
        {
            throw new WireException(WireError.InvalidValue, reader.Position, type.Command, $"{exception.GetType().Name}: {exception.Message}");
        }
#pragma warning restore CA1031
    }
}
