using System.Buffers.Binary;

namespace Peers.Wire;

/// <summary>The 24 bytes before each payload of the v1 transport, judged before anything is allocated.</summary>
/// <param name="Command">The command.</param>
/// <param name="Type">Its type in the catalog; null when unknown.</param>
/// <param name="Length">Bytes of the payload.</param>
/// <param name="Checksum">What the payload must hash to.</param>
/// <param name="Fault">Why the payload is to be dropped; null when it is not.</param>
internal readonly record struct FrameHeader(string Command, MessageType? Type, int Length, uint Checksum, WireException? Fault)
{
    /// <summary>The command of a frame whose command field is not one.</summary>
    public const string InvalidCommand = "*invalid*";

    /// <summary>Whether the payload need not be kept while it arrives.</summary>
    public bool Skipped => Fault is not null;

    public static FrameHeader Read(ReadOnlySpan<byte> header, uint magic, MessageCatalog catalog, WireOptions options)
    {
        CheckMagic(header, magic);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        if (length > (uint)options.MaximumMessageSize)
        {
            throw new WireException(WireError.OversizedMessage, 16, "header.length", $"{length} of at most {options.MaximumMessageSize} bytes");
        }

        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        var field = header.Slice(4, WireLimits.CommandBytes);
        if (!CommandKey.IsValid(field))
        {
            var fault = options.Policy.Or(new WireException(WireError.InvalidCommand, 4, "header.command"));
            return new FrameHeader(InvalidCommand, null, (int)length, checksum, fault);
        }

        var key = CommandKey.Read(field);
        var type = catalog.Find(key);
        return new FrameHeader(type?.Command ?? key.ToString(), type, (int)length, checksum, CheckLength(type, (int)length, options));
    }

    public static void CheckMagic(ReadOnlySpan<byte> header, uint magic)
    {
        var found = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (found != magic)
        {
            var name = BitcoinNetwork.WithMagic(found)?.Name;
            throw new WireException(
                name is null && IsForeign(header) ? WireError.NotBitcoin : WireError.WrongNetwork, 0, "header.magic",
                $"{Convert.ToHexStringLower(header[..4])}{(name is null ? "" : $" ({name})")}");
        }
    }

    /// <summary>
    /// Whether those who sent this likely speak no dialect of the protocol at all: greetings of other services begin with text, which no magic is,
    /// and behind the magic of a network that we do not know there is still a command.
    /// </summary>
    private static bool IsForeign(ReadOnlySpan<byte> header) =>
        !header[..4].ContainsAnyExceptInRange((byte)' ', (byte)'~')
        || (header.Length >= 4 + WireLimits.CommandBytes && !CommandKey.IsValid(header.Slice(4, WireLimits.CommandBytes)));

    private static WireException? CheckLength(MessageType? type, int length, WireOptions options) => type switch
    {
        // Whoever wants long messages of a new type registers the type; to anyone else they are a waste of memory.
        null when length > WireLimits.UnknownPayloadBytes =>
            new WireException(WireError.OversizedMessage, 16, "header.length", $"unknown command, {length} bytes"),
        not null when options.Policy.MaximumPayloadPerType && length > type.MaximumPayload =>
            throw new WireException(WireError.OversizedMessage, 16, "header.length", $"{length} of at most {type.MaximumPayload} bytes"),
        _ => null,
    };
}
