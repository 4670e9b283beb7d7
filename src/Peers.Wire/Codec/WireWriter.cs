using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Peers.Wire;

/// <summary>
/// Writes the fields of one payload into a span of exactly its size. All numbers are little-endian unless a method says otherwise.
/// </summary>
public ref struct WireWriter
{
    private readonly Span<byte> _span;
    private int _position;

    /// <summary>Writes to that span.</summary>
    public WireWriter(Span<byte> destination, WireProtocol protocol)
    {
        _span = destination;
        Protocol = protocol;
    }

    /// <summary>What both sides agreed on.</summary>
    public WireProtocol Protocol { get; }

    /// <summary>Bytes written.</summary>
    public readonly int Position => _position;

    /// <summary>Writes one byte.</summary>
    public void WriteByte(byte value) => Take(1)[0] = value;

    /// <summary>Writes 1 or 0.</summary>
    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>Writes two bytes.</summary>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

    /// <summary>Writes two bytes, big-endian: ports are.</summary>
    public void WriteUInt16BigEndian(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    /// <summary>Writes four bytes.</summary>
    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    /// <summary>Writes four bytes.</summary>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    /// <summary>Writes eight bytes.</summary>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    /// <summary>Writes eight bytes.</summary>
    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    /// <summary>Writes 32 bytes.</summary>
    public void WriteHash(Hash256 hash) => hash.CopyTo(Take(Hash256.Length));

    /// <summary>Writes the 80 bytes of a block header.</summary>
    public void WriteHeader(in BlockHeader header) => MemoryMarshal.Write(Take(BlockHeader.Size), in header);

    /// <summary>Writes a CompactSize in its shortest form.</summary>
    public void WriteCompactSize(ulong value)
    {
        switch (CompactSize.SizeOf(value))
        {
            case 1:
                WriteByte((byte)value);
                break;
            case 3:
                WriteByte(0xFD);
                WriteUInt16((ushort)value);
                break;
            case 5:
                WriteByte(0xFE);
                WriteUInt32((uint)value);
                break;
            default:
                WriteByte(0xFF);
                WriteUInt64(value);
                break;
        }
    }

    /// <summary>Writes the count of a list.</summary>
    /// <exception cref="WireException"><see cref="WireError.TooMany"/>: above the cap, the remote would not take it.</exception>
    public void WriteCount(int count, int maximum, string field)
    {
        if (count > maximum)
        {
            throw new WireException(WireError.TooMany, _position, field, $"{count} of at most {maximum}");
        }

        WriteCompactSize((ulong)count);
    }

    /// <summary>Writes bytes.</summary>
    public void WriteBytes(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Writes a CompactSize and the bytes.</summary>
    /// <exception cref="WireException"><see cref="WireError.TooMany"/>: above the cap.</exception>
    public void WriteVariableBytes(Bytes bytes, int maximum, string field)
    {
        WriteCount(bytes.Length, maximum, field);
        WriteBytes(bytes.Span);
    }

    /// <summary>Writes text: a CompactSize and the bytes.</summary>
    /// <exception cref="WireException"><see cref="WireError.TooLong"/>: above the cap.</exception>
    public void WriteText(WireText text, int maximum, string field)
    {
        if (text.Length > maximum)
        {
            throw new WireException(WireError.TooLong, _position, field, $"{text.Length} of at most {maximum} bytes");
        }

        WriteCompactSize((ulong)text.Length);
        WriteBytes(text.Bytes.Span);
    }

    /// <summary>Writes the hashes of a list whose count was written before.</summary>
    public void WriteHashes(WireArray<Hash256> hashes) => WritePacked(hashes.Span);

    /// <summary>One copy for a whole list: values laid out as on the wire need no encoding.</summary>
    internal void WritePacked<T>(ReadOnlySpan<T> items)
        where T : unmanaged => WriteBytes(MemoryMarshal.AsBytes(items));

    /// <summary>Room for bytes that the caller writes itself.</summary>
    internal Span<byte> Reserve(int length) => Take(length);

    private Span<byte> Take(int length)
    {
        var taken = _span.Slice(_position, length);
        _position += length;
        return taken;
    }
}
