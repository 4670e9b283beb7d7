using System.Text;
using Peers.Wire;

namespace Peers.Fuzz;

/// <summary>
/// A command and a payload, decoded: a message or a <see cref="WireException"/>. What was decoded is written, and read again it is the same.
/// Input: one byte of choices (see <see cref="Choices"/>), 12 bytes of command, the payload.
/// </summary>
internal sealed class DecodeAny : FuzzTarget
{
    /// <summary>The bits of the first byte.</summary>
    [Flags]
    public enum Choices : byte
    {
        None = 0,

        /// <summary>The strictness of btcd; else Bitcoin Core's.</summary>
        Btcd = 1,

        /// <summary>The remote does not offer witnesses.</summary>
        NoWitness = 2,

        /// <summary>With <see cref="OldVersion2"/> which of four protocol versions is spoken.</summary>
        OldVersion1 = 4,

        /// <summary>See <see cref="OldVersion1"/>.</summary>
        OldVersion2 = 8,

        /// <summary>The message may refer to the payload.</summary>
        Owned = 16,
    }

    private static readonly int[] Versions =
        [ProtocolVersion.Latest, ProtocolVersion.Bip31, ProtocolVersion.AddressTime - 1, ProtocolVersion.MultipleAddresses];

    public override string Name => "decode_any";

    public override IEnumerable<byte[]> Words => MessageCatalog.Default.Select(type => InputOf(Choices.None, type.Command, [])[1..]).Concat(WireWords.Counts);

    public override byte[] Sample => InputOf(Choices.None, "ping", new byte[8]);

    /// <summary>The input that decodes that payload.</summary>
    public static byte[] InputOf(Choices choices, string command, ReadOnlySpan<byte> payload) =>
        [(byte)choices, .. Encoding.ASCII.GetBytes(command.PadRight(WireLimits.CommandBytes, '\0')), .. payload];

    public override void Run(byte[] input)
    {
        if (input.Length <= WireLimits.CommandBytes || WireWords.CommandAt(input.AsSpan(1)) is not { } command || MessageCatalog.Default.Find(command) is not { } type)
        {
            return;
        }

        var choices = (Choices)input[0];
        var policy = choices.HasFlag(Choices.Btcd) ? StrictnessPolicy.Btcd : StrictnessPolicy.Core;
        var protocol = new WireProtocol(Versions[(input[0] >> 2) & 3], !choices.HasFlag(Choices.NoWitness));
        Message message;
        try
        {
            message = MessageCodec.Decode(type, input.AsMemory(1 + WireLimits.CommandBytes), protocol, policy, choices.HasFlag(Choices.Owned));
        }
        catch (WireException)
        {
            return;
        }

        var bytes = Encode(message, protocol);
        var again = Decode(type, bytes, protocol, policy);

        // From a remote without witnesses Bitcoin Core reads them all the same, and does not write them back.
        if (protocol.Witness && !message.Equals(again))
        {
            throw new FindException($"{message} was written and read again: {again}");
        }

        if (protocol.Witness && message.GetHashCode() != again.GetHashCode())
        {
            throw new FindException($"{message} equals what was written and read again, and its hash code does not");
        }

        if (!bytes.AsSpan().SequenceEqual(Encode(again, protocol)))
        {
            throw new FindException($"{message} was written, read and written again, and the bytes differ");
        }

        Reading.Everything(message);
    }

    private static byte[] Encode(Message message, WireProtocol protocol)
    {
        try
        {
            var payload = new byte[message.GetPayloadSize(protocol)];
            var writer = new WireWriter(payload, protocol);
            message.WritePayload(ref writer);
            return writer.Position == payload.Length
                ? payload
                : throw new FindException($"{message} said it has {payload.Length} bytes and wrote {writer.Position}");
        }
        catch (WireException fault)
        {
            throw new FindException($"{message} was read and cannot be written", fault);
        }
    }

    private static Message Decode(MessageType type, byte[] payload, WireProtocol protocol, StrictnessPolicy policy)
    {
        try
        {
            return MessageCodec.Decode(type, payload, protocol, policy, owned: false);
        }
        catch (WireException fault)
        {
            throw new FindException($"{type.Command} was written and cannot be read", fault);
        }
    }
}
