using System.Buffers.Binary;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>Frames of the v1 transport with one fault each.</summary>
internal static class ForgedFrame
{
    private const int LengthOffset = 16;
    private const int ChecksumOffset = 20;

    public static byte[] Of(byte[] frame, Forgery forgery)
    {
        switch (forgery)
        {
            case Forgery.WrongChecksum:
                frame[ChecksumOffset] ^= 1;
                return frame;
            case Forgery.WrongMagic:
                frame[0] ^= 1;
                return frame;
            case Forgery.TooLong:
                BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(LengthOffset), WireLimits.MessageBytes + 1);
                return frame;
            case Forgery.CutShort when frame.Length > WireLimits.HeaderBytes:
                var cut = frame[..^1];
                BinaryPrimitives.WriteInt32LittleEndian(cut.AsSpan(LengthOffset), cut.Length - WireLimits.HeaderBytes);
                Hash256.OfDouble(cut.AsSpan(WireLimits.HeaderBytes)).ToArray().AsSpan(0, sizeof(uint)).CopyTo(cut.AsSpan(ChecksumOffset));
                return cut;
            case Forgery.HalfSaid:
                return frame[..(frame.Length / 2)];
            default:
                throw new ArgumentException("The message has no payload that could be cut short.", nameof(forgery));
        }
    }
}
