using System.Collections.Frozen;
using Peers.Wire;

namespace Peers.Fuzz;

/// <summary>
/// Bytes through the frame decoder: however they are cut, the same messages and faults come out, and nothing but a <see cref="WireException"/>
/// is thrown. Input: one byte of choices (see <see cref="Choices"/>), two bytes by which the stream is cut, the stream.
/// </summary>
internal sealed class V1Stream : FuzzTarget
{
    private const int Preamble = 3;
    private const int SmallestRun = 1;

    /// <summary>The bits of the first byte.</summary>
    [Flags]
    public enum Choices : byte
    {
        None = 0,

        /// <summary>The strictness of btcd; else Bitcoin Core's.</summary>
        Btcd = 1,

        /// <summary>Payloads are hashed, as by default: a fuzzer that cannot hash gets further without.</summary>
        Checksum = 2,

        /// <summary>The largest payload has 1,000 bytes.</summary>
        Small = 4,

        /// <summary>Commands that come in bulk are left undecoded, as by a crawler.</summary>
        Raw = 8,

        /// <summary>The remote does not offer witnesses.</summary>
        NoWitness = 16,
    }

    private static readonly FrozenSet<string> Raw = ((string[])["block", "tx", "cmpctblock"]).ToFrozenSet();

    public override string Name => "v1_stream";

    public override IEnumerable<byte[]> Words =>
    [
        [0xFA, 0xBF, 0xB5, 0xDA],
        .. MessageCatalog.Default.Select(type => (byte[])[0xFA, 0xBF, 0xB5, 0xDA, .. DecodeAny.InputOf(DecodeAny.Choices.None, type.Command, [])[1..]]),
        .. WireWords.Counts,
    ];

    public override byte[] Sample
    {
        get
        {
            using var codec = MessageCodec.For(BitcoinNetwork.Regtest);
            return InputOf(Choices.Checksum, 7, codec.Encode(new PingMessage(1)));
        }
    }

    /// <summary>The input that reads that stream.</summary>
    public static byte[] InputOf(Choices choices, ushort cut, ReadOnlySpan<byte> stream) => [(byte)choices, (byte)cut, (byte)(cut >> 8), .. stream];

    public override void Run(byte[] input)
    {
        if (input.Length < Preamble)
        {
            return;
        }

        var choices = (Choices)input[0];
        var cut = input[1] | (input[2] << 8);
        var options = new WireOptions(
            choices.HasFlag(Choices.Btcd) ? StrictnessPolicy.Btcd : StrictnessPolicy.Core,
            choices.HasFlag(Choices.Small) ? 1_000 : WireLimits.MessageBytes,
            choices.HasFlag(Choices.Checksum),
            choices.HasFlag(Choices.Raw) ? Raw : FrozenSet<string>.Empty);
        var stream = input.AsMemory(Preamble);
        var whole = Read(stream, _ => int.MaxValue, options, choices);
        foreach (var (how, size) in Cuts(cut))
        {
            var read = Read(stream, size, options, choices);
            if (!read.SequenceEqual(whole))
            {
                throw new FindException($"{how} the stream is read otherwise:\n  {string.Join("\n  ", read)}\nin one run it is\n  {string.Join("\n  ", whole)}");
            }
        }
    }

    private static IEnumerable<(string How, Func<int, int> Size)> Cuts(int cut)
    {
        yield return ("cut in two", run => run == 0 ? cut : int.MaxValue);
        yield return ("in runs of one size", _ => SmallestRun + (cut & 0xFF));

        // Sizes that differ from run to run, by the same two bytes.
        yield return ("in runs of many sizes", run => SmallestRun + (((cut * 31) + (run * run * 7)) & 0x3F));
    }

    /// <summary>What comes out, as words that can be compared.</summary>
    private static List<string> Read(ReadOnlyMemory<byte> stream, Func<int, int> size, WireOptions options, Choices choices)
    {
        using var codec = new MessageCodec(new V1Transport(BitcoinNetwork.Regtest, MessageCatalog.Default, options), options)
        {
            Protocol = WireProtocol.Latest with { Witness = !choices.HasFlag(Choices.NoWitness) },
        };
        var read = new List<string>();
        var said = 0L;
        for (var run = 0; !stream.IsEmpty; run++)
        {
            // A copy that is wiped before anybody looks, as a pooled buffer is: no message may refer to it.
            var taken = Math.Clamp(size(run), 0, stream.Length);
            var received = stream[..taken].ToArray();
            stream = stream[taken..];
            var fatal = Read(codec, received, out var messages);
            Array.Fill(received, (byte)0xCC);
            foreach (var decoded in messages)
            {
                said += decoded.Length;
                if (decoded.Message is null == decoded.Fault is null)
                {
                    throw new FindException($"{decoded.Command} is both a message and a fault, or neither");
                }

                read.Add($"{said} {decoded.Command} {decoded.Message?.GetHashCode()} {decoded.Fault?.Message}");
            }

            if (fatal is not null)
            {
                // Strangers are known by their first four bytes; with more of them it may be known who they are.
                read.Add($"{said} ends: {(fatal.Error is WireError.NotBitcoin or WireError.WrongNetwork ? "another magic" : fatal.Message)}");
                break;
            }
        }

        return read;
    }

    /// <returns>What ends the stream; null when nothing does.</returns>
    private static WireException? Read(MessageCodec codec, byte[] received, out List<DecodedMessage> messages)
    {
        messages = [];
        try
        {
            codec.Append(received);
            while (codec.TryRead(out var decoded))
            {
                messages.Add(decoded);
            }

            return null;
        }
        catch (WireException fatal)
        {
            return fatal;
        }
    }
}
