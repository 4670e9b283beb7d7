namespace Peers.Wire.Tests.Codec;

public sealed class WireReaderTests
{
    private delegate T Read<out T>(ref WireReader reader);

    [Fact(DisplayName = "Numbers are little-endian, ports alone are big-endian")]
    public void Numbers_are_little_endian()
    {
        var reader = Reader("01" + "02" + "0102" + "0102" + "01020304" + "ffffffff" + "0102030405060708" + "feffffffffffffff");
        Assert.Equal(1, reader.ReadByte("f"));
        Assert.True(reader.ReadBoolean("f"));
        Assert.Equal(0x0201, reader.ReadUInt16("f"));
        Assert.Equal(0x0102, reader.ReadUInt16BigEndian("f"));
        Assert.Equal(0x04030201, reader.ReadInt32("f"));
        Assert.Equal(uint.MaxValue, reader.ReadUInt32("f"));
        Assert.Equal(0x0807060504030201ul, reader.ReadUInt64("f"));
        Assert.Equal(-2, reader.ReadInt64("f"));
        Assert.Equal(30, reader.Position);
        Assert.Equal(0, reader.Remaining);
        Assert.False(Reader("00").ReadBoolean("f"));
    }

    [Fact(DisplayName = "What is written is read")]
    public void What_is_written_is_read()
    {
        var bytes = new byte[200];
        var writer = new WireWriter(bytes, WireProtocol.Latest);
        var hash = Hash256.OfDouble([1]);
        var header = new BlockHeader(1, hash, Hash256.OfDouble([2]), 3, 4, 5);
        writer.WriteByte(7);
        writer.WriteBoolean(true);
        writer.WriteBoolean(false);
        writer.WriteUInt16(0x1234);
        writer.WriteUInt16BigEndian(0x1234);
        writer.WriteInt32(-3);
        writer.WriteUInt32(0xFFFFFFFE);
        writer.WriteInt64(long.MinValue);
        writer.WriteUInt64(ulong.MaxValue);
        writer.WriteHash(hash);
        writer.WriteHeader(header);
        writer.WriteVariableBytes(new byte[] { 1, 2 }, 2, "f");
        writer.WriteText("text", 4, "f");
        var written = writer.Position;

        var reader = new WireReader(bytes.AsMemory(0, written), WireProtocol.Latest, StrictnessPolicy.Core, owned: true);
        Assert.Equal(7, reader.ReadByte("f"));
        Assert.True(reader.ReadBoolean("f"));
        Assert.False(reader.ReadBoolean("f"));
        Assert.Equal(0x1234, reader.ReadUInt16("f"));
        Assert.Equal(0x1234, reader.ReadUInt16BigEndian("f"));
        Assert.Equal(-3, reader.ReadInt32("f"));
        Assert.Equal(0xFFFFFFFE, reader.ReadUInt32("f"));
        Assert.Equal(long.MinValue, reader.ReadInt64("f"));
        Assert.Equal(ulong.MaxValue, reader.ReadUInt64("f"));
        Assert.Equal(hash, reader.ReadHash("f"));
        Assert.Equal(header, reader.ReadHeader("f"));
        Assert.Equal(new byte[] { 1, 2 }, reader.ReadVariableBytes(2, "f"));
        Assert.Equal("text", reader.ReadText(4, "f").ToString());
        Assert.Equal(0, reader.ReadRemaining().Length);
    }

    [Theory(DisplayName = "A CompactSize has one form, the shortest")]
    [InlineData("00", 0ul)]
    [InlineData("fc", 0xFCul)]
    [InlineData("fdfd00", 0xFDul)]
    [InlineData("fdffff", 0xFFFFul)]
    [InlineData("fe00000100", 0x10000ul)]
    [InlineData("feffffffff", 0xFFFFFFFFul)]
    [InlineData("ff0000000001000000", 0x1_0000_0000ul)]
    [InlineData("ffffffffffffffffff", ulong.MaxValue)]
    public void Compact_sizes_are_read_and_written(string hex, ulong value)
    {
        Assert.Equal(value, Reader(hex).ReadCompactSize("f"));
        Assert.Equal(hex.Length / 2, CompactSize.SizeOf(value));
        var bytes = new byte[CompactSize.SizeOf(value)];
        new WireWriter(bytes, WireProtocol.Latest).WriteCompactSize(value);
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
    }

    [Theory(DisplayName = "A longer form of a CompactSize is refused")]
    [InlineData("fd0000")]
    [InlineData("fdfc00")]
    [InlineData("fe00000000")]
    [InlineData("feffff0000")]
    [InlineData("ff0000000000000000")]
    [InlineData("ffffffffff00000000")]
    public void Longer_compact_sizes_are_refused(string hex)
    {
        var error = Fails(hex, (ref WireReader reader) => reader.ReadCompactSize("count"));
        Assert.Equal((WireError.NonCanonicalCount, 0, "count"), (error.Error, error.Offset, error.Field));
    }

    [Theory(DisplayName = "A field that is not there is truncated, and named with its place")]
    [InlineData("fd01")]
    [InlineData("fe010203")]
    [InlineData("ff01020304050607")]
    [InlineData("")]
    public void Truncated_fields_are_named(string hex)
    {
        var error = Fails("00" + hex, (ref WireReader reader) => reader.ReadByte("first") + (long)reader.ReadCompactSize("second"));
        Assert.Equal((WireError.Truncated, "second"), (error.Error, error.Field));
        Assert.InRange(error.Offset, 1, 2);
        Assert.Contains("second", error.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A count is checked against the bytes left before its cap")]
    public void Counts_are_checked()
    {
        Assert.Equal(2, Reader("02" + "0000").ReadCount(2, 1, "f"));
        Assert.Equal(WireError.Truncated, Fails("03" + "0000", (ref WireReader reader) => reader.ReadCount(2, 1, "f")).Error);
        Assert.Equal(WireError.Truncated, Fails("02" + "000000", (ref WireReader reader) => reader.ReadCount(2, 2, "f")).Error);
        Assert.Equal(WireError.TooMany, Fails("03" + "000000", (ref WireReader reader) => reader.ReadCount(2, 1, "f")).Error);
        Assert.Equal(WireError.Truncated, Fails("ffffffffffffffffff", (ref WireReader reader) => reader.ReadCount(2, 1, "f")).Error);
    }

    [Fact(DisplayName = "Text above its cap is too long, bytes above theirs are too many")]
    public void Lengths_are_checked()
    {
        Assert.Equal(WireError.TooLong, Fails("03" + "616263", (ref WireReader reader) => reader.ReadText(2, "f")).Error);
        Assert.Equal(WireError.Truncated, Fails("03" + "6162", (ref WireReader reader) => reader.ReadText(2, "f")).Error);
        Assert.Equal(WireError.TooMany, Fails("03" + "616263", (ref WireReader reader) => reader.ReadVariableBytes(2, "f")).Error);
    }

    [Fact(DisplayName = "Bytes of an owned payload are referred to, those of any other are copied")]
    public void Owned_bytes_are_not_copied()
    {
        byte[] payload = [1, 2, 3, 4];
        var owned = new WireReader(payload, WireProtocol.Latest, StrictnessPolicy.Core, owned: true);
        var borrowed = new WireReader(payload, WireProtocol.Latest, StrictnessPolicy.Core, owned: false);
        var (reference, copy) = (owned.ReadBytes(2, "f"), borrowed.ReadBytes(2, "f"));
        var (referenceToAll, copyOfAll) = (owned.Since(0), borrowed.Since(0));
        Assert.True(owned.ReadSpan(1, "f").SequenceEqual(borrowed.ReadSpan(1, "f")));

        payload[0] = 9;
        Assert.Equal(9, reference.Span[0]);
        Assert.Equal(9, referenceToAll.Span[0]);
        Assert.Equal(1, copy.Span[0]);
        Assert.Equal(1, copyOfAll.Span[0]);
        Assert.Equal(Bytes.FromHex("04"), borrowed.ReadRemaining());
    }

    [Fact(DisplayName = "A list of hashes is read in one piece")]
    public void Hashes_are_read()
    {
        byte[] bytes = [.. Hash256.OfDouble([1]).ToArray(), .. Hash256.OfDouble([2]).ToArray()];
        var reader = Reader(Convert.ToHexString(bytes));
        Assert.Equal([Hash256.OfDouble([1]), Hash256.OfDouble([2])], reader.ReadHashes(2, "f"));
        Assert.Equal(0, reader.ReadHashes(0, "f").Length);

        var written = new byte[64];
        new WireWriter(written, WireProtocol.Latest).WriteHashes([Hash256.OfDouble([1]), Hash256.OfDouble([2])]);
        Assert.Equal(bytes, written);
    }

    [Fact(DisplayName = "What the remote would refuse is not written")]
    public void Caps_hold_for_what_is_written()
    {
        Assert.Equal(WireError.TooMany, NotWritten(() => new WireWriter(new byte[9], WireProtocol.Latest).WriteCount(3, 2, "f")).Error);
        Assert.Equal(
            WireError.TooMany, NotWritten(() => new WireWriter(new byte[9], WireProtocol.Latest).WriteVariableBytes(new byte[3], 2, "f")).Error);
        Assert.Equal(WireError.TooLong, NotWritten(() => new WireWriter(new byte[9], WireProtocol.Latest).WriteText("abc", 2, "f")).Error);
    }

    [Fact(DisplayName = "A reader fails where it stands")]
    public void A_reader_fails_where_it_stands()
    {
        var error = Fails("0000", (ref WireReader reader) =>
        {
            reader.ReadByte("f");
            reader.Fail(WireError.InvalidValue, "field", "detail");
            return 0;
        });
        Assert.Equal((WireError.InvalidValue, 1, "field"), (error.Error, error.Offset, error.Field));
        Assert.Equal("InvalidValue in field at byte 1: detail", error.Message);
        Assert.Equal("TooMany in field at byte 2", new WireException(WireError.TooMany, 2, "field").Message);
    }

    private static WireReader Reader(string hex) =>
        new(Convert.FromHexString(hex), WireProtocol.Latest, StrictnessPolicy.Core, owned: true);

    private static WireException Fails<T>(string hex, Read<T> read) => Assert.Throws<WireException>(() =>
    {
        var reader = Reader(hex);
        read(ref reader);
    });

    private static WireException NotWritten(Action write) => Assert.Throws<WireException>(write);
}
