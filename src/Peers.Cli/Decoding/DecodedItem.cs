using Peers.Wire;

namespace Peers.Cli;

/// <summary>One message of a captured stream, or the fault that stands in its place.</summary>
/// <param name="Offset">Bytes from the start of the input to the message.</param>
/// <param name="Length">Bytes that it takes there.</param>
/// <param name="Command">Its command; empty when the fault is before it.</param>
/// <param name="Time">When it was captured; null where the format does not say.</param>
/// <param name="Message">The message; null when there is a fault.</param>
/// <param name="Fault">What is wrong.</param>
internal sealed record DecodedItem(long Offset, long Length, string Command, DateTimeOffset? Time, Message? Message, DecodingFault? Fault);

/// <summary>What is wrong with the input.</summary>
/// <param name="Offset">Bytes from the start of the input to what is wrong.</param>
/// <param name="Error">The codec's word for it.</param>
/// <param name="Text">In a sentence.</param>
/// <param name="Fatal">Whether nothing behind it can be read.</param>
internal sealed record DecodingFault(long Offset, WireError Error, string Text, bool Fatal)
{
    public static DecodingFault Of(WireException fault, long frame, int headerLength, bool fatal)
    {
        // The codec counts from the frame in its header, from the payload behind it.
        var inHeader = fault.Field.StartsWith("header.", StringComparison.Ordinal);

        // Where the codec saw it is said by the offset in the input alone: two numbers would be one too many.
        var text = fault.Message.Replace($" at byte {fault.Offset}", "", StringComparison.Ordinal);
        return new DecodingFault(frame + fault.Offset + (inHeader ? 0 : headerLength), fault.Error, text, fatal);
    }
}
