using System.Buffers.Binary;
using System.Text;
using Peers.Wire;

namespace Peers.Cli.Tests;

public class DecodeCommandTests
{
    private static readonly Block Block = DemoChain.Make(101).Blocks[101];

    private static readonly Message[] Conversation =
    [
        VerAckMessage.Instance,
        new PingMessage(7),
        new InvMessage([InventoryVector.Block(Block.Hash), InventoryVector.Transaction(Block.Transactions[1].Id)]),
        new BlockMessage(Block),
        new UnknownMessage("strange", new byte[] { 1, 2, 3 }),
    ];

    public static TheoryData<string> Forms => ["binary", "hexadecimal", "capture", "capture-hexadecimal"];

    /// <summary>The headers of both forms have 24 bytes, of different meaning.</summary>
    [Theory(DisplayName = "Every form of a stream is recognised and decoded, with the offset of each message")]
    [MemberData(nameof(Forms))]
    public async Task Every_form_is_decoded(string form)
    {
        var input = form.StartsWith("capture", StringComparison.Ordinal) ? Capture(Conversation) : Stream(Conversation);
        using var run = CommandRun.StartWithInput(form.EndsWith("hexadecimal", StringComparison.Ordinal) ? Hex(input) : input, "decode", "-", "--json");

        Assert.Equal(0, await run.Exit);
        Assert.Empty(run.ErrorLines);
        var messages = run.Events.Where(happened => (string?)happened["event"] == "message").ToList();
        Assert.Equal(["verack", "ping", "inv", "block", "strange"], messages.Select(message => (string?)message["command"]));
        Assert.Equal([0, 24, 24 + 32], messages.Take(3).Select(message => (int)message["offset"]!));
        Assert.Equal(7, (int)messages[1]["message"]!["nonce"]!);
        Assert.Equal(Block.Hash.ToString(), (string?)messages[2]["message"]!["items"]![0]!["hash"]);
        var block = messages[3]["message"]!["block"]!;
        Assert.Equal(Block.Hash.ToString(), (string?)block["hash"]);
        Assert.Equal(Block.Transactions[2].Id.ToString(), (string?)block["transactions"]![2]!["id"]);
        Assert.Equal("010203", (string?)messages[4]["message"]!["payload"]);
        Assert.Equal(5, (int)run.Event("end")["messages"]!);
    }

    [Fact(DisplayName = "The text names each message, its offset and its fields, and cuts long lists short unless all is wanted")]
    public async Task The_text_names_fields()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("stream", Stream([new InvMessage(Enumerable.Repeat(InventoryVector.Block(Block.Hash), 30).ToWireArray())]));
        using var run = CommandRun.Start("decode", file);
        using var all = CommandRun.Start("decode", file, "--all");

        Assert.Equal(0, await run.Exit);
        Assert.Equal("1,105 bytes, binary, regtest", run.OutputLines[0]);
        Assert.Equal("byte 0  inv  1,105 bytes", run.OutputLines[1]);
        Assert.Contains(run.OutputLines, line => line.Contains("… and 20 more (--all shows them)", StringComparison.Ordinal));
        Assert.Equal(0, await all.Exit);
        Assert.Equal(30, all.OutputLines.Count(line => line.Contains(Block.Hash.ToString(), StringComparison.Ordinal)));
    }

    [Fact(DisplayName = "A tolerated fault is told with its offset, and the messages behind it are decoded")]
    public async Task A_tolerated_fault_is_passed()
    {
        var input = Stream([new PingMessage(1), new PingMessage(2), new PingMessage(3)]);
        input[32 + 24] ^= 1;
        using var run = CommandRun.StartWithInput(input, "decode", "--json");

        Assert.Equal(0, await run.Exit);
        var fault = run.Event("fault");
        Assert.Equal((32, 32 + 20, "BadChecksum"), ((int)fault["offset"]!, (int)fault["fault"]!["offset"]!, (string?)fault["fault"]!["error"]));
        Assert.Equal((2, 1), ((int)run.Event("end")["messages"]!, (int)run.Event("end")["faults"]!));
    }

    [Theory(DisplayName = "Wherever a stream is cut, the fault is where it ends, and the messages before it are decoded")]
    [InlineData("stream", 1, 23)]
    [InlineData("stream", 1, 25)]
    [InlineData("stream", 0, 5)]
    [InlineData("capture", 1, 30)]
    [InlineData("capture", 1, 10)]
    public async Task A_cut_stream_is_a_fault(string form, int whole, int cut)
    {
        var make = form == "stream" ? (Func<IReadOnlyList<Message>, byte[]>)Stream : Capture;
        var before = make([.. Enumerable.Repeat<Message>(VerAckMessage.Instance, whole)]);
        byte[] input = [.. before, .. make([new InvMessage([InventoryVector.Block(Block.Hash)])]).AsSpan(0, cut)];
        using var run = CommandRun.StartWithInput(input, "decode");

        Assert.Equal(1, await run.Exit);
        Assert.StartsWith($"peers decode: byte {input.Length}: the input ends inside", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Contains($"{whole} message{(whole == 1 ? "" : "s")}, 1 fault", run.OutputLines);
    }

    [Fact(DisplayName = "A frame of another network ends the decoding at its offset")]
    public async Task Another_magic_is_fatal()
    {
        byte[] input = [.. Stream([VerAckMessage.Instance]), 0xF9, 0xBE, 0xB4, 0xD9, .. new byte[20]];
        using var run = CommandRun.StartWithInput(input, "decode");

        Assert.Equal(1, await run.Exit);
        Assert.Equal("peers decode: byte 24: WrongNetwork in header.magic: f9beb4d9 (mainnet)", Assert.Single(run.ErrorLines));
    }

    [Fact(DisplayName = "A payload that cannot be read is told with the offset of its field")]
    public async Task A_bad_payload_has_its_offset()
    {
        var input = Stream([new UnknownMessage("ping", new byte[] { 1, 2 }), VerAckMessage.Instance]);
        using var run = CommandRun.StartWithInput(input, "decode", "--json");

        Assert.Equal(0, await run.Exit);
        Assert.Equal((24, "Truncated"), ((int)run.Event("fault")["fault"]!["offset"]!, (string?)run.Event("fault")["fault"]!["error"]));
        Assert.Equal("verack", (string?)run.Event("message")["command"]);
    }

    [Theory(DisplayName = "What is no message of any network is told in one line")]
    [InlineData("", "the input is empty")]
    [InlineData("0", "the number of hexadecimal digits is odd")]
    [InlineData("fabfb5da76657261636b00xy", "character 23 ('x') is no hexadecimal digit")]
    [InlineData("00112233445566778899", "byte 0: 00112233 begins no message of a known network")]
    [InlineData("hello there", "byte 0: 68656c6c begins no message of a known network")]
    public async Task No_message_is_one_line(string input, string says)
    {
        using var run = CommandRun.StartWithInput(Encoding.ASCII.GetBytes(input), "decode");

        Assert.Equal(1, await run.Exit);
        Assert.Contains(says, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A network of one's own is named by its settings")]
    public async Task A_network_of_ones_own()
    {
        using var folder = new TemporaryFolder();
        var network = BitcoinNetwork.CustomSignet([0x51]);
        using var codec = MessageCodec.For(network);
        var config = folder.Write("own.conf", "peers { network = signet, signet-challenge = \"51\" }");
        using var run = CommandRun.StartWithInput(codec.Encode(new PingMessage(1)), "decode", "--config", config);

        Assert.Equal(0, await run.Exit);
        Assert.Contains("byte 0  ping  32 bytes", run.OutputLines);
    }

    [Fact(DisplayName = "Text of the remote's choosing is escaped")]
    public async Task Text_of_the_remote_is_escaped()
    {
        var version = new VersionMessage(
            70016, ServiceFlags.Network | (ServiceFlags)(1UL << 40), 0, new VersionAddress(ServiceFlags.None, default),
            new VersionAddress(ServiceFlags.None, default), 1, "/\e[31mred/", 5, true);
        using var run = CommandRun.StartWithInput(Stream([version]), "decode");

        Assert.Equal(0, await run.Exit);
        Assert.Contains(@"    userAgent: /\x1b[31mred/", run.OutputLines);
        Assert.Contains("    services: Network, Bit40", run.OutputLines);
    }

    private static byte[] Hex(byte[] bytes) => Encoding.ASCII.GetBytes(string.Join('\n', Convert.ToHexString(bytes).Chunk(64).Select(line => new string(line))));

    private static byte[] Stream(IReadOnlyList<Message> messages)
    {
        using var codec = MessageCodec.For(BitcoinNetwork.Regtest);
        return [.. messages.SelectMany(codec.Encode)];
    }

    private static byte[] Capture(IReadOnlyList<Message> messages)
    {
        using var codec = MessageCodec.For(BitcoinNetwork.Regtest);
        List<byte> captured = [];
        foreach (var message in messages)
        {
            var frame = codec.Encode(message);
            var time = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(time, 1_700_000_000_000_000);
            captured.AddRange([.. time, .. frame.AsSpan(4, 16), .. frame.AsSpan(24)]);
        }

        return [.. captured];
    }
}
