using System.Buffers.Binary;
using System.Text;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>
/// Reads what Bitcoin Core writes with <c>-capturemessages</c>: for each message the time in microseconds (8 bytes), its type
/// (12 bytes) and the length of its payload (4 bytes), all little-endian, then the payload. There is no magic and no checksum.
/// </summary>
internal static class CaptureDecoder
{
    private const int HeaderBytes = sizeof(ulong) + WireLimits.CommandBytes + sizeof(uint);
    private const int LengthOffset = sizeof(ulong) + WireLimits.CommandBytes;

    /// <summary>Whether the bytes begin as such a file does: a time between 2009 and 2100 and the type of a message.</summary>
    public static bool Looks(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderBytes && ReadTime(bytes) is { Year: >= 2009 and < 2100 } && ReadCommand(bytes) is not null;

    public static IEnumerable<DecodedItem> Decode(byte[] bytes)
    {
        long offset = 0;
        while (offset < bytes.Length)
        {
            var item = ReadNext(bytes, offset);
            yield return item;
            if (item.Fault is { Fatal: true })
            {
                yield break;
            }

            offset += item.Length;
        }
    }

    private static DecodedItem ReadNext(byte[] bytes, long offset)
    {
        var left = bytes.AsSpan((int)offset);
        if (left.Length < HeaderBytes)
        {
            return Fatal(bytes.Length, WireError.Truncated, $"the input ends inside a header: {left.Length} of {HeaderBytes} bytes");
        }

        if (ReadCommand(left) is not { } command || ReadTime(left) is not { } time)
        {
            return Fatal(offset, WireError.InvalidCommand, "no captured message begins here: a time and the type of a message are expected");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(left[LengthOffset..]);
        if (length > WireLimits.MessageBytes)
        {
            return Fatal(offset + LengthOffset, WireError.OversizedMessage, $"{command} of {length} bytes, of at most {WireLimits.MessageBytes}");
        }

        if (length > left.Length - HeaderBytes)
        {
            return Fatal(bytes.Length, WireError.Truncated, $"the input ends inside {command}: {left.Length - HeaderBytes} of {length} bytes of its payload");
        }

        var payload = bytes.AsMemory((int)offset + HeaderBytes, (int)length);
        try
        {
            return new DecodedItem(offset, HeaderBytes + length, command, time, Decode(command, payload), null);
        }
        catch (WireException fault)
        {
            // Each message has its length, so the next one can always be found.
            return new DecodedItem(offset, HeaderBytes + length, command, time, null, DecodingFault.Of(fault, offset, HeaderBytes, fatal: false));
        }

        DecodedItem Fatal(long where, WireError error, string text) => new(offset, 0, "", null, null, new DecodingFault(where, error, text, Fatal: true));
    }

    private static Message Decode(string command, ReadOnlyMemory<byte> payload) => MessageCatalog.Default.Find(command) is { } type
        ? MessageCodec.Decode(type, payload, WireProtocol.Latest, StrictnessPolicy.Core, owned: true)
        : new UnknownMessage(command, new Bytes(payload));

    private static DateTimeOffset? ReadTime(ReadOnlySpan<byte> header)
    {
        var microseconds = BinaryPrimitives.ReadUInt64LittleEndian(header);
        return microseconds < long.MaxValue / 10 && microseconds / 1_000_000 < 253_402_300_800
            ? DateTimeOffset.UnixEpoch.AddTicks((long)microseconds * 10)
            : null;
    }

    /// <summary>The type: printable characters, then zeros.</summary>
    private static string? ReadCommand(ReadOnlySpan<byte> header)
    {
        var field = header.Slice(sizeof(ulong), WireLimits.CommandBytes);
        var end = field.IndexOf((byte)0);
        var text = end < 0 ? field : field[..end];
        return text.IsEmpty || text.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E) || field[text.Length..].ContainsAnyExcept((byte)0)
            ? null
            : Encoding.ASCII.GetString(text);
    }
}
