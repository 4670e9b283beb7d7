using System.Buffers.Binary;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>What a user gave to be decoded, and in which form it came.</summary>
/// <param name="Form">In words.</param>
/// <param name="Bytes">The bytes, where digits were turned into bytes.</param>
/// <param name="Items">The messages.</param>
internal sealed record CapturedInput(string Form, byte[] Bytes, IEnumerable<DecodedItem> Items)
{
    /// <summary>Finds out what it is. A network that the user named is believed, else the magic says it.</summary>
    /// <exception cref="CommandFailedException">It is nothing that could be decoded.</exception>
    public static CapturedInput Detect(byte[] input, BitcoinNetwork? network)
    {
        if (input.Length == 0)
        {
            throw new CommandFailedException("the input is empty");
        }

        var (bytes, encoding) = HexText.Looks(input) ? (DecodeHex(input), "hexadecimal") : (input, "binary");
        if (bytes.Length >= sizeof(uint) && BitcoinNetwork.WithMagic(BinaryPrimitives.ReadUInt32LittleEndian(bytes)) is { } found)
        {
            return Stream(bytes, encoding, network ?? found);
        }

        if (CaptureDecoder.Looks(bytes))
        {
            return new CapturedInput($"{encoding}, captured by a node (-capturemessages)", bytes, CaptureDecoder.Decode(bytes));
        }

        if (network is null)
        {
            throw new CommandFailedException(
                $"byte 0: {Convert.ToHexStringLower(bytes.AsSpan(0, Math.Min(4, bytes.Length)))} begins no message of a known network; name yours with --network or --config");
        }

        return Stream(bytes, encoding, network);
    }

    private static CapturedInput Stream(byte[] bytes, string encoding, BitcoinNetwork network) =>
        new($"{encoding}, {network.Name}", bytes, StreamDecoder.Decode(bytes, network));

    private static byte[] DecodeHex(byte[] input)
    {
        try
        {
            return HexText.Decode(input);
        }
        catch (FormatException fault)
        {
            throw new CommandFailedException(fault.Message);
        }
    }
}
