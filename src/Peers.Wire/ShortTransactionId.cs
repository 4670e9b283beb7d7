using System.Runtime.InteropServices;

namespace Peers.Wire;

/// <summary>Six bytes that stand for a transaction inside one compact block (BIP 152).</summary>
/// <remarks>Six bytes with the layout of the wire.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2, Size = Size)]
public readonly record struct ShortTransactionId
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 6;

    private readonly uint _low;
    private readonly ushort _high;

    /// <summary>Takes the lower 48 bits.</summary>
    public ShortTransactionId(ulong value)
    {
        _low = (uint)value;
        _high = (ushort)(value >> 32);
    }

    /// <summary>The id as a number of 48 bits.</summary>
    public ulong Value => ((ulong)_high << 32) | _low;

    /// <summary>12 hexadecimal digits, highest first.</summary>
    public override string ToString() => Value.ToString("x12", null);
}
