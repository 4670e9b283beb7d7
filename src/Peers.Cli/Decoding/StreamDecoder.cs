using System.Buffers.Binary;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>Reads messages as they stand on the wire, one after another.</summary>
internal static class StreamDecoder
{
    public static IEnumerable<DecodedItem> Decode(byte[] bytes, BitcoinNetwork network)
    {
        using var codec = MessageCodec.For(network);
        codec.Append(bytes);
        long offset = 0;
        while (offset < bytes.Length)
        {
            var item = ReadNext(codec, bytes, offset);
            yield return item;
            if (item.Fault is { Fatal: true })
            {
                yield break;
            }

            offset += item.Length;
        }
    }

    private static DecodedItem ReadNext(MessageCodec codec, byte[] bytes, long offset)
    {
        try
        {
            if (!codec.TryRead(out var decoded))
            {
                return Truncated(bytes, offset);
            }

            var fault = decoded.Fault is { } tolerated ? DecodingFault.Of(tolerated, offset, WireLimits.HeaderBytes, fatal: false) : null;
            return new DecodedItem(offset, decoded.Length, decoded.Command, null, decoded.Message, fault);
        }
        catch (WireException fatal)
        {
            return new DecodedItem(offset, 0, "", null, null, DecodingFault.Of(fatal, offset, WireLimits.HeaderBytes, fatal: true));
        }
    }

    private static DecodedItem Truncated(byte[] bytes, long offset)
    {
        var left = bytes.AsSpan((int)offset);
        var text = left.Length < WireLimits.HeaderBytes
            ? $"the input ends inside a header: {left.Length} of {WireLimits.HeaderBytes} bytes"
            : $"the input ends inside a message: {left.Length - WireLimits.HeaderBytes} of {BinaryPrimitives.ReadUInt32LittleEndian(left[16..])} bytes of its payload";
        return new DecodedItem(offset, left.Length, "", null, null, new DecodingFault(bytes.Length, WireError.Truncated, text, Fatal: true));
    }
}
