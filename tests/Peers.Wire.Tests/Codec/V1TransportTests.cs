using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;

namespace Peers.Wire.Tests.Codec;

/// <summary>Frames that are not as they should be. The numbers in names are those of the reliability study's table.</summary>
public sealed class V1TransportTests
{
    private static readonly BitcoinNetwork Network = BitcoinNetwork.Mainnet;
    private static readonly PingMessage Ping = new(0x0102030405060708);

    public static TheoryData<string> InvalidCommandFields =>
    [
        "70696e6701000000" + "00000000", // A control character.
        "70696e67007f0000" + "00000000", // Something after the NUL.
        "70696e6700000000" + "00000070",
        "ff696e6700000000" + "00000000",
        "1b5b324a00000000" + "00000000", // A terminal's escape sequence.
    ];

    [Fact(DisplayName = "A frame is magic, command, length, checksum and payload")]
    public void A_frame_has_the_documented_layout()
    {
        using var codec = MessageCodec.For(Network);

        // The verack of the protocol documentation.
        Assert.Equal("f9beb4d976657261636b00000000000000000000" + "5df6e0e2", Hex(codec.Encode(VerAckMessage.Instance)));
        Assert.StartsWith("f9beb4d9" + "70696e670000000000000000" + "08000000", Hex(codec.Encode(Ping)), StringComparison.Ordinal);
        Assert.EndsWith("0807060504030201", Hex(codec.Encode(Ping)), StringComparison.Ordinal);
        Assert.Equal(32, codec.GetFrameSize(Ping));
        Assert.Equal("v1", codec.Transport.Name);
    }

    [Fact(DisplayName = "Row 31: another network's magic ends the connection after four bytes, and the network is named")]
    public void A_wrong_magic_is_seen_after_four_bytes()
    {
        using var testnet = MessageCodec.For(BitcoinNetwork.Testnet3);
        var frame = testnet.Encode(Ping);
        for (var length = 4; length <= frame.Length; length++)
        {
            using var codec = MessageCodec.For(Network);
            var error = Fails(codec, frame[..length]);
            Assert.Equal(WireError.WrongNetwork, error.Error);
            Assert.Contains("testnet3", error.Message, StringComparison.Ordinal);
        }

        using var patient = MessageCodec.For(Network);
        Assert.Empty(ReadAll(patient, frame[..3]));
        Assert.Equal(WireError.WrongNetwork, Fails(patient, frame[3..4]).Error);
    }

    [Fact(DisplayName = "Row 8: what is no protocol of ours is refused after four bytes")]
    public void Garbage_is_refused()
    {
        using var codec = MessageCodec.For(Network);
        var error = Fails(codec, Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n"));
        Assert.Equal(WireError.NotBitcoin, error.Error);
        Assert.Contains("47455420", error.Message, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Row 33: a length above 4,000,000 is refused on the header, and nothing is allocated for it")]
    [InlineData(4_000_001u)]
    [InlineData(0x7FFF_FFFFu)]
    [InlineData(0x8000_0000u)]
    [InlineData(0xFFFF_FFFFu)]
    public void Oversized_lengths_are_refused_on_the_header(uint length)
    {
        var header = Header("block", length);
        Fails(MessageCodec.For(Network), header);
        using var codec = MessageCodec.For(Network);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Fails(codec, header);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
        Assert.Equal(WireError.OversizedMessage, error.Error);
        Assert.Equal(16, error.Offset);
    }

    [Fact(DisplayName = "4,000,000 bytes are announced with a few sent: no more is held than arrived and a segment")]
    public void An_announced_length_costs_nothing()
    {
        using var codec = MessageCodec.For(Network);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(ReadAll(codec, [.. Header("block", 4_000_000), .. new byte[100]]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, WireLimits.ReceiveAhead + 8192);
        Assert.True(codec.Transport.IsInsideFrame);

        // A header alone does not even cost a segment.
        using var idle = MessageCodec.For(Network);
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(ReadAll(idle, Header("block", 4_000_000)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
        Assert.True(idle.Transport.IsInsideFrame);
    }

    [Fact(DisplayName = "Row 32: core drops a message with a bad checksum and reads the next; btcd ends the connection")]
    public void Bad_checksums_follow_the_policy()
    {
        using var writer = MessageCodec.For(Network);
        var damaged = writer.Encode(Ping);
        damaged[^1] ^= 1;
        byte[] stream = [.. damaged, .. writer.Encode(Ping)];

        foreach (var runs in new[] { stream.Chunk(stream.Length), stream.Chunk(7) })
        {
            using var core = MessageCodec.For(Network);
            var read = runs.SelectMany(run => ReadAll(core, run)).ToList();
            Assert.Equal(2, read.Count);
            Assert.Equal((null, "ping", 32, WireError.BadChecksum), (read[0].Message, read[0].Command, read[0].Length, read[0].Fault!.Error));
            Assert.Equal(Ping, read[1].Message);
        }

        using var btcd = Codec(StrictnessPolicy.Btcd);
        Assert.Equal(WireError.BadChecksum, Fails(btcd, stream).Error);

        using var careless = Codec(WireOptions.Protocol with { VerifyChecksum = false });
        Assert.All(ReadAll(careless, stream), decoded => Assert.IsType<PingMessage>(decoded.Message));
    }

    [Theory(DisplayName = "Row 36: core drops a frame whose command is not printable ASCII and NULs; btcd ends the connection")]
    [MemberData(nameof(InvalidCommandFields))]
    public void Invalid_command_fields_follow_the_policy(string field)
    {
        using var writer = MessageCodec.For(Network);
        var frame = writer.Encode(Ping);
        Convert.FromHexString(field).CopyTo(frame, 4);
        byte[] stream = [.. frame, .. writer.Encode(Ping)];

        using var core = MessageCodec.For(Network);
        var read = stream.Chunk(5).SelectMany(run => ReadAll(core, run)).ToList();
        Assert.Equal(2, read.Count);
        Assert.Equal((null, "*invalid*", WireError.InvalidCommand), (read[0].Message, read[0].Command, read[0].Fault!.Error));
        Assert.Equal(Ping, read[1].Message);

        using var btcd = Codec(StrictnessPolicy.Btcd);
        Assert.Equal(WireError.InvalidCommand, Fails(btcd, stream).Error);
    }

    [Theory(DisplayName = "Row 36: twelve characters and none at all are unknown commands, and kept as such")]
    [InlineData("abcdefghijkl")]
    [InlineData("x")]
    [InlineData("")]
    public void Unknown_commands_are_kept(string command)
    {
        using var codec = Codec(StrictnessPolicy.Btcd);
        var read = Assert.Single(ReadAll(codec, [.. Header(command, 0, 0xE2E0F65D)]));
        Assert.Equal(command, Assert.IsType<UnknownMessage>(read.Message).Command);
    }

    [Fact(DisplayName = "An unknown message is read, keeps its bytes, and can be sent")]
    public void Unknown_messages_are_sent_and_read()
    {
        var message = new UnknownMessage("fancy new", Bytes.FromHex("c0ffee"));
        using var codec = MessageCodec.For(Network);
        var frame = codec.Encode(message);

        Assert.Equal(message, Assert.Single(ReadAll(codec, frame)).Message);
        Assert.Throws<WireException>(() => codec.Encode(new UnknownMessage("much too long a name", Bytes.Empty)));
        Assert.Throws<WireException>(() => codec.Encode(new UnknownMessage("", Bytes.Empty)));
        Assert.Throws<WireException>(() => codec.Encode(new UnknownMessage("bell\a", Bytes.Empty)));
    }

    [Fact(DisplayName = "Row 34: an unknown message above 256 KiB is skipped as it arrives, and the next is read")]
    public void Long_unknown_messages_are_skipped()
    {
        const int length = 4_000_000;
        using var writer = MessageCodec.For(Network);
        byte[] stream = [.. Header("junk", length), .. new byte[length], .. writer.Encode(Ping)];
        var runs = stream.Chunk(65_536).ToList();
        using var codec = MessageCodec.For(Network);
        var read = new List<DecodedMessage>(4);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var run in runs)
        {
            codec.Append(run);
            while (codec.TryRead(out var decoded))
            {
                read.Add(decoded);
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
        Assert.Equal((null, "junk", 24 + length, WireError.OversizedMessage), (read[0].Message, read[0].Command, read[0].Length, read[0].Fault!.Error));
        Assert.Equal(Ping, read[1].Message);

        using var whole = MessageCodec.For(Network);
        Assert.Equal(2, ReadAll(whole, stream).Count);
    }

    [Fact(DisplayName = "Commands can be left undecoded")]
    public void Raw_commands_are_left_undecoded()
    {
        using var codec = Codec(WireOptions.Protocol with { RawCommands = new[] { "ping", "tx" }.ToFrozenSet() });
        var transaction = new TransactionMessage(Transaction.Create(1, [], [], 0));
        byte[] stream = [.. codec.Encode(Ping), .. codec.Encode(transaction), .. codec.Encode(VerAckMessage.Instance)];
        var read = ReadAll(codec, stream);

        Assert.Equal(new UnknownMessage("ping", Bytes.FromHex("0807060504030201")), read[0].Message);
        Assert.Equal(new UnknownMessage("tx", transaction.Transaction.Bytes), read[1].Message);
        Assert.Same(VerAckMessage.Instance, read[2].Message);
    }

    [Fact(DisplayName = "A message type of one's own is read and written like any other")]
    public void Types_of_ones_own_are_registered()
    {
        var catalog = MessageCatalog.Default.With(MessageType.Of<GreetingMessage>("greeting", GreetingMessage.Read));
        using var codec = new MessageCodec(new V1Transport(Network, catalog, WireOptions.Protocol), WireOptions.Protocol);
        var message = new GreetingMessage("hello");

        Assert.Equal(message, Assert.Single(ReadAll(codec, codec.Encode(message))).Message);
        Assert.Equal(MessageCatalog.Default.Count + 1, catalog.Count);
        Assert.Equal(typeof(GreetingMessage), catalog.Find("greeting")!.Type);
        Assert.Null(MessageCatalog.Default.Find("greeting"));
        Assert.Throws<ArgumentException>(() => catalog.With(MessageType.Of<GreetingMessage>("ping", GreetingMessage.Read)));
        Assert.Throws<ArgumentException>(() => MessageType.Of<GreetingMessage>("thirteen chars", GreetingMessage.Read));
    }

    [Fact(DisplayName = "A payload above the maximum of its type is refused on the header by btcd alone")]
    public void Maximum_payloads_per_type_follow_the_policy()
    {
        byte[] payload = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        byte[] frame = [.. Header("ping", 9, BinaryPrimitives.ReadUInt32LittleEndian(Hash256.OfDouble(payload).ToArray())), .. payload];

        using var core = MessageCodec.For(Network);
        Assert.Equal(new PingMessage(0x0807060504030201), Assert.Single(ReadAll(core, frame)).Message);
        using var btcd = Codec(StrictnessPolicy.Btcd);
        Assert.Equal(WireError.OversizedMessage, Fails(btcd, frame).Error);
    }

    [Fact(DisplayName = "A message below its protocol version is refused by btcd alone")]
    public void Minimum_versions_follow_the_policy()
    {
        var message = new MerkleBlockMessage(default, PartialMerkleTree.Create([Hash256.Zero], [true]));
        var old = new WireProtocol(ProtocolVersion.Bloom - 1, Witness: false);
        using var core = MessageCodec.For(Network);
        using var btcd = Codec(StrictnessPolicy.Btcd);
        var frame = core.Encode(message);
        (core.Protocol, btcd.Protocol) = (old, old);

        Assert.Equal(message, Assert.Single(ReadAll(core, frame)).Message);
        Assert.Equal(WireError.VersionTooLow, Fails(btcd, frame).Error);
    }

    [Fact(DisplayName = "Core drops a payload that cannot be read, and btcd ends the connection")]
    public void Faulty_payloads_follow_the_policy()
    {
        using var writer = MessageCodec.For(Network);
        var frame = writer.Encode(new UnknownMessage("ping", Bytes.FromHex("01")));
        byte[] stream = [.. frame, .. writer.Encode(Ping)];

        using var core = MessageCodec.For(Network);
        var read = ReadAll(core, stream);
        Assert.Equal((null, "ping", WireError.Truncated), (read[0].Message, read[0].Command, read[0].Fault!.Error));
        Assert.Equal(Ping, read[1].Message);
        using var btcd = Codec(StrictnessPolicy.Btcd);
        Assert.Equal(WireError.Truncated, Fails(btcd, stream).Error);
    }

    [Fact(DisplayName = "A broken cap is never forgiven")]
    public void Broken_caps_end_the_connection()
    {
        byte[] payload = [0xFD, 0x51, 0xC3, .. new byte[50_001 * 36]];
        using var codec = MessageCodec.For(Network);
        Assert.Equal(WireError.TooMany, Fails(codec, codec.Encode(new UnknownMessage("inv", payload))).Error);
        Assert.Throws<WireException>(() => codec.Encode(new InvMessage(new InventoryVector[50_001].ToWireArray())));
    }

    [Fact(DisplayName = "A message larger than any may be is not written, and one that miscounts is a fault of its type")]
    public void Impossible_messages_are_not_written()
    {
        using var codec = Codec(WireOptions.Protocol with { MaximumMessageSize = 8 });
        Assert.Equal(32, codec.Encode(Ping).Length);
        Assert.Equal(
            WireError.OversizedMessage,
            Assert.Throws<WireException>(() => codec.Encode(new UnknownMessage("long", new byte[9]))).Error);
        Assert.Throws<InvalidOperationException>(() => codec.Encode(new MiscountingMessage()));
        Assert.Equal(WireError.OversizedMessage, Fails(codec, Header("ping", 9)).Error);
    }

    [Fact(DisplayName = "Bytes that are left must be read before more are appended")]
    public void Runs_are_read_to_their_end()
    {
        using var codec = MessageCodec.For(Network);
        codec.Append(codec.Encode(Ping));
        Assert.Throws<InvalidOperationException>(() => codec.Append(new byte[1]));
    }

    [Fact(DisplayName = "Whether a frame has begun is known after its first byte, until its last")]
    public void The_middle_of_a_frame_is_known()
    {
        using var codec = MessageCodec.For(Network);
        var frame = codec.Encode(Ping);
        Assert.False(codec.Transport.IsInsideFrame);
        for (var i = 0; i < frame.Length - 1; i++)
        {
            Assert.Empty(ReadAll(codec, frame[i..(i + 1)]));
            Assert.True(codec.Transport.IsInsideFrame);
        }

        Assert.Single(ReadAll(codec, frame[^1..]));
        Assert.False(codec.Transport.IsInsideFrame);
    }

    [Fact(DisplayName = "Disposing gives back what was buffered")]
    public void Buffers_are_given_back()
    {
        var mark = Enumerable.Range(0, 5_000).Select(i => (byte)(i * 31)).ToArray();
        var codec = MessageCodec.For(Network);
        Assert.Empty(ReadAll(codec, [.. Header("unknown", 200_000), .. mark]));
        codec.Dispose();
        codec.Dispose();

        // The pool gives the array that was returned last to the thread that returned it.
        var rented = ArrayPool<byte>.Shared.Rent(200_000);
        Assert.Equal(mark, rented[..mark.Length]);
        ArrayPool<byte>.Shared.Return(rented);
    }

    [Fact(DisplayName = "A gathered message is good until the next, and its buffer is given back")]
    public void Gathered_payloads_are_released()
    {
        using var codec = MessageCodec.For(Network);
        var message = new UnknownMessage("unknown", Enumerable.Range(0, 150_000).Select(i => (byte)(i * 7)).ToArray());
        var frame = codec.Encode(message);
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(message, Assert.Single(frame.Chunk(50_000).SelectMany(run => ReadAll(codec, run))).Message);
        }

        Assert.False(codec.TryRead(out _));
    }

    private static List<DecodedMessage> ReadAll(MessageCodec codec, byte[] run)
    {
        var read = new List<DecodedMessage>();
        codec.Append(run);
        while (codec.TryRead(out var decoded))
        {
            read.Add(decoded);
        }

        return read;
    }

    private static WireException Fails(MessageCodec codec, byte[] run) => Assert.Throws<WireException>(() => ReadAll(codec, run));

    private static MessageCodec Codec(StrictnessPolicy policy) => Codec(WireOptions.Protocol with { Policy = policy });

    private static MessageCodec Codec(WireOptions options) => new(new V1Transport(Network, MessageCatalog.Default, options), options);

    private static byte[] Header(string command, uint length, uint checksum = 0)
    {
        var header = new byte[WireLimits.HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Network.Magic);
        Encoding.ASCII.GetBytes(command, header.AsSpan(4, WireLimits.CommandBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), checksum);
        return header;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private sealed record GreetingMessage(WireText Text) : Message
    {
        public override string Command => "greeting";

        public override int GetPayloadSize(WireProtocol protocol) => CompactSize.SizeOf(Text.Length) + Text.Length;

        public override void WritePayload(ref WireWriter writer) => writer.WriteText(Text, 100, "greeting.text");

        public static GreetingMessage Read(ref WireReader reader) => new(reader.ReadText(100, "greeting.text"));
    }

    private sealed record MiscountingMessage : Message
    {
        public override string Command => "miscount";

        public override int GetPayloadSize(WireProtocol protocol) => 2;

        public override void WritePayload(ref WireWriter writer) => writer.WriteByte(1);
    }
}
