using System.Runtime.InteropServices;

namespace Peers.Wire;

/// <summary>
/// A 256-bit hash: the id of a block or a transaction. A value of 32 bytes in the order of the wire,
/// printed in reverse as everywhere in Bitcoin.
/// </summary>
/// <remarks>Packed to four bytes, so that arrays of values that contain it have the layout of the wire.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = Length)]
public readonly struct Hash256 : IEquatable<Hash256>, IComparable<Hash256>
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = 32;

    private readonly ulong _0;
    private readonly ulong _1;
    private readonly ulong _2;
    private readonly ulong _3;

    /// <summary>Copies a hash from 32 bytes in the order of the wire.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public Hash256(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"a hash has {Length} bytes, not {bytes.Length}", nameof(bytes));
        }

        this = MemoryMarshal.Read<Hash256>(bytes);
    }

    /// <summary>32 zero bytes: no hash.</summary>
    public static Hash256 Zero => default;

    /// <summary>Reads the printed form: 64 hexadecimal digits, last byte first.</summary>
    /// <exception cref="FormatException">Not 64 hexadecimal digits.</exception>
    public static Hash256 Parse(string text) =>
        TryParse(text, out var hash) ? hash : throw new FormatException($"'{text}' is no hash: 64 hexadecimal digits are needed");

    /// <summary>Reads the printed form, if it is one.</summary>
    public static bool TryParse(string? text, out Hash256 hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (text is not { Length: 2 * Length }
            || Convert.FromHexString(text, bytes, out _, out var written) != System.Buffers.OperationStatus.Done || written != Length)
        {
            return false;
        }

        bytes.Reverse();
        hash = new Hash256(bytes);
        return true;
    }

    /// <summary>SHA-256 of the SHA-256 of the bytes: how Bitcoin hashes headers and transactions.</summary>
    public static Hash256 OfDouble(ReadOnlySpan<byte> bytes) => DoubleSha256.Hash(bytes);

    /// <summary>Copies the 32 bytes in the order of the wire.</summary>
    public void CopyTo(Span<byte> destination) => MemoryMarshal.Write(destination, in this);

    /// <summary>The 32 bytes in the order of the wire.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(Hash256 other) => _0 == other._0 && _1 == other._1 && _2 == other._2 && _3 == other._3;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hash256 other && Equals(other);

    /// <inheritdoc/>
    /// <remarks>The same in every process: simulations depend on it. Tables fed by remotes salt it themselves.</remarks>
    public override int GetHashCode()
    {
        var mixed = (_0 ^ (_1 * 0x9E3779B97F4A7C15)) + ((_2 ^ (_3 * 0xC2B2AE3D27D4EB4F)) * 0x165667B19E3779F9);
        return (int)(mixed ^ (mixed >> 32));
    }

    /// <summary>Orders as numbers are ordered: by the last byte of the wire first.</summary>
    public int CompareTo(Hash256 other)
    {
        Span<byte> mine = stackalloc byte[Length];
        Span<byte> its = stackalloc byte[Length];
        CopyTo(mine);
        other.CopyTo(its);
        mine.Reverse();
        its.Reverse();
        return mine.SequenceCompareTo(its);
    }

    /// <summary>64 hexadecimal digits, last byte first.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        bytes.Reverse();
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Whether both are the same hash.</summary>
    public static bool operator ==(Hash256 left, Hash256 right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Hash256 left, Hash256 right) => !left.Equals(right);

    /// <summary>Whether the left is the lower number.</summary>
    public static bool operator <(Hash256 left, Hash256 right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left is the higher number.</summary>
    public static bool operator >(Hash256 left, Hash256 right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left is not the higher number.</summary>
    public static bool operator <=(Hash256 left, Hash256 right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left is not the lower number.</summary>
    public static bool operator >=(Hash256 left, Hash256 right) => left.CompareTo(right) >= 0;
}
