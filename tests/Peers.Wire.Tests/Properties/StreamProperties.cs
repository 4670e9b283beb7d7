using CsCheck;
using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Properties;

/// <summary>However a stream of frames is cut into received runs, the same messages come out.</summary>
public sealed class StreamProperties
{
    private static readonly Gen<Message[]> Conversation = MessageCorpus.Any.Array[1, 6];

    [Fact(DisplayName = "All frames in one run: the messages that were sent")]
    public void Frames_in_one_run() => Conversation.Sample(
        messages =>
        {
            var stream = Encode(messages);
            Assert.Equal(messages, Read([stream]));
        },
        iter: 300);

    [Fact(DisplayName = "One byte at a time: the messages that were sent")]
    public void Frames_byte_by_byte() => Conversation.Sample(
        messages => Assert.Equal(messages, Read(Encode(messages).Chunk(1))), iter: 60);

    [Fact(DisplayName = "Cut at every point: the messages that were sent")]
    public void Frames_cut_at_every_point() => Conversation.Sample(
        messages =>
        {
            var stream = Encode(messages);
            for (var cut = 0; cut <= stream.Length; cut++)
            {
                Assert.Equal(messages, Read([stream[..cut], stream[cut..]]));
            }
        },
        iter: 4);

    [Fact(DisplayName = "Cut at any points: the messages that were sent")]
    public void Frames_cut_at_random_points() => Gen.Select(Conversation, Gen.Int[1, 200].Array[1, 40]).Sample(
        (messages, sizes) => Assert.Equal(messages, Read(Cut(Encode(messages), sizes))), iter: 300);

    [Fact(DisplayName = "Messages far longer than a run are gathered and read")]
    public void Long_messages_are_gathered()
    {
        var items = Enumerable.Range(0, 50_000).Select(i => InventoryVector.Block(Hash256.OfDouble([(byte)i, (byte)(i >> 8)])));
        var transaction = Transaction.Create(
            1, [new TransactionInput(OutPoint.Null, new byte[1_000_000], 0, [new byte[700_000]])], [], 0);
        Message[] messages =
        [
            new InvMessage(items.ToWireArray()), new PingMessage(1), new TransactionMessage(transaction),
            new UnknownMessage("other", new byte[WireLimits.UnknownPayloadBytes]), new PingMessage(2),
        ];
        var stream = Encode(messages);
        foreach (var size in new[] { 1_000, 65_536, WireLimits.ReceiveAhead, WireLimits.ReceiveAhead + 1, 1_000_000 })
        {
            Assert.Equal(messages, Read(stream.Chunk(size)));
        }
    }

    [Fact(DisplayName = "A stream with any one bit flipped gives messages, faults or a typed error, never another exception")]
    public void Damaged_streams_fail_with_wire_errors() => Conversation.Sample(
        messages =>
        {
            var stream = Encode(messages);
            for (var bit = 0; bit < stream.Length * 8; bit += 3)
            {
                stream[bit / 8] ^= (byte)(1 << (bit % 8));
                foreach (var policy in new[] { StrictnessPolicy.Core, StrictnessPolicy.Btcd })
                {
                    var options = WireOptions.Protocol with { Policy = policy, VerifyChecksum = bit % 2 == 0 };
                    ReadToTheEnd(stream, options);
                }

                stream[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        },
        iter: 4);

    [Fact(DisplayName = "Received bytes may change once they were read: no message refers to them")]
    public void Messages_do_not_refer_to_the_receive_buffer() => Conversation.Sample(
        messages =>
        {
            using var codec = MessageCodec.For(BitcoinNetwork.Regtest);
            var stream = Encode(messages);
            codec.Append(stream);
            var read = new List<Message>();
            while (codec.TryRead(out var decoded))
            {
                read.Add(decoded.Message!);
            }

            Array.Fill(stream, (byte)0xCC);
            Assert.Equal(messages, read);
        },
        iter: 200);

    private static byte[] Encode(Message[] messages)
    {
        using var codec = MessageCodec.For(BitcoinNetwork.Regtest);
        return [.. messages.SelectMany(message => codec.Encode(message))];
    }

    private static List<Message> Read(IEnumerable<byte[]> runs)
    {
        using var codec = MessageCodec.For(BitcoinNetwork.Regtest);
        var (messages, total, length) = (new List<Message>(), 0, 0);
        foreach (var run in runs)
        {
            // A copy that is wiped afterwards, as a pooled receive buffer is.
            var received = run.ToArray();
            total += run.Length;
            codec.Append(received);
            while (codec.TryRead(out var decoded))
            {
                Assert.Null(decoded.Fault);
                Assert.Equal(decoded.Message!.Command, decoded.Command);
                length += decoded.Length;
                messages.Add(decoded.Message);
            }

            Array.Clear(received);
        }

        Assert.Equal(total, length);
        Assert.False(codec.Transport.IsInsideFrame);
        return messages;
    }

    private static void ReadToTheEnd(byte[] stream, WireOptions options)
    {
        using var codec = new MessageCodec(new V1Transport(BitcoinNetwork.Regtest, MessageCatalog.Default, options), options);
        try
        {
            codec.Append(stream);
            while (codec.TryRead(out var decoded))
            {
                Assert.True(decoded.Message is null != decoded.Fault is null);
            }
        }
        catch (WireException)
        {
            // The connection would end here.
        }
    }

    private static IEnumerable<byte[]> Cut(byte[] stream, int[] sizes)
    {
        var start = 0;
        for (var i = 0; start < stream.Length; i++)
        {
            var end = Math.Min(stream.Length, start + sizes[i % sizes.Length]);
            yield return stream[start..end];
            start = end;
        }
    }
}
