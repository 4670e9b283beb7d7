namespace Peers.Wire;

/// <summary>Bitcoin's variable-length count: 1, 3, 5 or 9 bytes.</summary>
public static class CompactSize
{
    /// <summary>Bytes that the count takes on the wire.</summary>
    public static int SizeOf(ulong value) => value switch
    {
        < 0xFD => 1,
        <= ushort.MaxValue => 3,
        <= uint.MaxValue => 5,
        _ => 9,
    };

    /// <summary>Bytes that the count takes on the wire.</summary>
    public static int SizeOf(int value) => SizeOf((ulong)value);
}
