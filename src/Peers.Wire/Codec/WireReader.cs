using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Peers.Wire;

/// <summary>
/// Reads the fields of one payload. Every count is checked against its cap and against the bytes that are left
/// before anything is allocated. All numbers are little-endian unless a method says otherwise.
/// </summary>
public ref struct WireReader
{
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly ReadOnlySpan<byte> _span;
    private readonly bool _owned;
    private int _position;

    /// <summary>Reads that payload.</summary>
    /// <param name="payload">The bytes.</param>
    /// <param name="protocol">What both sides agreed on.</param>
    /// <param name="policy">What is forgiven.</param>
    /// <param name="owned">Whether nobody will change the bytes, so that messages may refer to them instead of copying.</param>
    public WireReader(ReadOnlyMemory<byte> payload, WireProtocol protocol, StrictnessPolicy policy, bool owned)
    {
        _memory = payload;
        _span = payload.Span;
        _owned = owned;
        Protocol = protocol;
        Policy = policy;
    }

    /// <summary>What both sides agreed on.</summary>
    public WireProtocol Protocol { get; }

    /// <summary>What is forgiven.</summary>
    public StrictnessPolicy Policy { get; }

    /// <summary>Bytes read.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _span.Length - _position;

    /// <summary>Reads one byte.</summary>
    public byte ReadByte(string field) => Take(1, field)[0];

    /// <summary>Reads one byte as a flag: any value but zero is true.</summary>
    public bool ReadBoolean(string field) => ReadByte(field) != 0;

    /// <summary>Reads two bytes.</summary>
    public ushort ReadUInt16(string field) => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, field));

    /// <summary>Reads two bytes, big-endian: ports are.</summary>
    public ushort ReadUInt16BigEndian(string field) => BinaryPrimitives.ReadUInt16BigEndian(Take(2, field));

    /// <summary>Reads four bytes.</summary>
    public int ReadInt32(string field) => BinaryPrimitives.ReadInt32LittleEndian(Take(4, field));

    /// <summary>Reads four bytes.</summary>
    public uint ReadUInt32(string field) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, field));

    /// <summary>Reads eight bytes.</summary>
    public long ReadInt64(string field) => BinaryPrimitives.ReadInt64LittleEndian(Take(8, field));

    /// <summary>Reads eight bytes.</summary>
    public ulong ReadUInt64(string field) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, field));

    /// <summary>Reads 32 bytes.</summary>
    public Hash256 ReadHash(string field) => MemoryMarshal.Read<Hash256>(Take(Hash256.Length, field));

    /// <summary>Reads the 80 bytes of a block header.</summary>
    public BlockHeader ReadHeader(string field) => MemoryMarshal.Read<BlockHeader>(Take(BlockHeader.Size, field));

    /// <summary>Reads a CompactSize of any value.</summary>
    /// <exception cref="WireException"><see cref="WireError.NonCanonicalCount"/>: a shorter form exists.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadCompactSize(string field)
    {
        var first = ReadByte(field);
        return first < 0xFD ? first : ReadLongCompactSize(first, field);
    }

    /// <summary>Reads the count of a list.</summary>
    /// <param name="maximum">The cap that the protocol gives the list.</param>
    /// <param name="itemSize">Bytes of the smallest item.</param>
    /// <param name="field">The field, for the error.</param>
    /// <exception cref="WireException">
    /// <see cref="WireError.Truncated"/>: the items cannot be there; <see cref="WireError.TooMany"/>: they are, but above the cap.
    /// </exception>
    public int ReadCount(int maximum, int itemSize, string field)
    {
        var start = _position;
        var count = ReadCompactSize(field);

        // A product is many times faster than a quotient; it cannot overflow once the count itself fits.
        if (count > (uint)Remaining || count * (uint)itemSize > (uint)Remaining)
        {
            Fail(WireError.Truncated, start, field);
        }

        if (count > (uint)maximum)
        {
            Fail(WireError.TooMany, start, field, $"{count} of at most {maximum}");
        }

        return (int)count;
    }

    /// <summary>Reads bytes without a copy; they are gone when the reader is.</summary>
    public ReadOnlySpan<byte> ReadSpan(int length, string field) => Take(length, field);

    /// <summary>Reads bytes that a message keeps: refers to an owned payload, copies from any other.</summary>
    public Bytes ReadBytes(int length, string field)
    {
        var start = _position;
        var bytes = Take(length, field);
        return _owned ? new Bytes(_memory.Slice(start, length)) : new Bytes(bytes.ToArray());
    }

    /// <summary>Reads a CompactSize and as many bytes.</summary>
    /// <exception cref="WireException"><see cref="WireError.TooMany"/>: the bytes are there, but above the cap.</exception>
    public Bytes ReadVariableBytes(int maximum, string field) => ReadBytes(ReadCount(maximum, 1, field), field);

    /// <summary>Reads text: a CompactSize and as many bytes.</summary>
    /// <exception cref="WireException"><see cref="WireError.TooLong"/>: above the cap.</exception>
    public WireText ReadText(int maximum, string field)
    {
        var start = _position;
        var length = ReadCount(WireLimits.AnyCount, 1, field);
        if (length > maximum)
        {
            Fail(WireError.TooLong, start, field, $"{length} of at most {maximum} bytes");
        }

        return new WireText(ReadBytes(length, field));
    }

    /// <summary>Reads the hashes of a list whose count was read before.</summary>
    public WireArray<Hash256> ReadHashes(int count, string field) => ReadPacked<Hash256>(count, field);

    /// <summary>Reads everything that is left.</summary>
    public Bytes ReadRemaining() => ReadBytes(Remaining, "remaining");

    /// <summary>Throws about a field that was just read.</summary>
    /// <param name="error">What is wrong.</param>
    /// <param name="field">The field.</param>
    /// <param name="detail">What was found.</param>
    [DoesNotReturn]
    public readonly void Fail(WireError error, string field, string? detail = null) => Fail(error, _position, field, detail);

    /// <summary>One copy for a whole list: values laid out as on the wire need no decoding.</summary>
    internal WireArray<T> ReadPacked<T>(int count, string field)
        where T : unmanaged
    {
        var bytes = Take(count * Unsafe.SizeOf<T>(), field);
        if (count == 0)
        {
            return default;
        }

        var items = GC.AllocateUninitializedArray<T>(count);
        bytes.CopyTo(MemoryMarshal.AsBytes(items.AsSpan()));
        return WireArray.Own(items);
    }

    /// <summary>Reads past bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Skip(int length, string field) => Take(length, field);

    /// <summary>Reads past a CompactSize and as many bytes: no cap, for nothing is made of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SkipVariableBytes(string field)
    {
        var start = _position;
        var length = ReadCompactSize(field);
        if (length > (uint)Remaining)
        {
            Fail(WireError.Truncated, start, field);
        }

        _position += (int)length;
    }

    /// <summary>The bytes from there to here, as a message may keep them.</summary>
    internal readonly Bytes Since(int start) =>
        _owned ? new Bytes(_memory[start.._position]) : new Bytes(_span[start.._position].ToArray());

    [DoesNotReturn]
    internal static void Fail(WireError error, int offset, string field, string? detail = null) =>
        throw new WireException(error, offset, field, detail);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong ReadLongCompactSize(byte first, string field)
    {
        var start = _position - 1;
        var (value, least) = first switch
        {
            0xFD => (ReadUInt16(field), 0xFDUL),
            0xFE => (ReadUInt32(field), 0x1_0000UL),
            _ => (ReadUInt64(field), 0x1_0000_0000UL),
        };
        if (value < least)
        {
            Fail(WireError.NonCanonicalCount, start, field);
        }

        return value;
    }

    [DoesNotReturn]
    private static void FailTruncated(int start, int length, int left, string field) =>
        Fail(WireError.Truncated, start, field, $"{length} bytes needed, {left} left");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int length, string field)
    {
        var start = _position;
        if ((uint)length > (uint)(_span.Length - start))
        {
            FailTruncated(start, length, _span.Length - start, field);
        }

        _position = start + length;
        return _span.Slice(start, length);
    }
}
