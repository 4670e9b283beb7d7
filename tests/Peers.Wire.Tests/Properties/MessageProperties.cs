using CsCheck;
using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Properties;

/// <summary>What holds for every message type of the catalog, whichever it is.</summary>
public sealed class MessageProperties
{
    public static TheoryData<string> Commands => MessageCorpus.CommandData;

    private static readonly WireProtocol[] Protocols =
    [
        WireProtocol.Latest, WireProtocol.Latest with { Witness = false }, new(ProtocolVersion.Bip31, Witness: false),
        new(ProtocolVersion.AddressTime - 1, Witness: false), new(ProtocolVersion.MultipleAddresses, Witness: false),
    ];

    [Theory(DisplayName = "A message is what its bytes say, and its bytes are what it says")]
    [MemberData(nameof(Commands))]
    public void Messages_survive_a_round_trip(string command) => MessageCorpus.Of(command).Sample(
        message =>
        {
            var payload = Payloads.Encode(message);
            foreach (var policy in new[] { StrictnessPolicy.Core, StrictnessPolicy.Btcd })
            {
                var decoded = Payloads.Decode(command, payload, policy);
                Assert.Equal(message, decoded);
                Assert.Equal(message.GetHashCode(), decoded.GetHashCode());
                Assert.Equal(payload, Payloads.Encode(decoded));
                Assert.Equal(command, decoded.Command);
                Assert.Equal(MessageCorpus.TypeOf(command).Type, decoded.GetType());
                Assert.NotEmpty(decoded.ToString());
            }
        },
        iter: 200);

    [Theory(DisplayName = "In every protocol version the bytes of a message come back the same")]
    [MemberData(nameof(Commands))]
    public void Bytes_survive_a_round_trip_in_every_version(string command) => MessageCorpus.Of(command).Sample(
        message =>
        {
            foreach (var protocol in Protocols)
            {
                var payload = Payloads.Encode(message, protocol);
                var decoded = Payloads.Decode(command, payload, StrictnessPolicy.Core, protocol);
                Assert.Equal(payload, Payloads.Encode(decoded, protocol));
            }
        },
        iter: 50);

    [Theory(DisplayName = "A payload above the maximum of its type is never made")]
    [MemberData(nameof(Commands))]
    public void Samples_fit_the_maximum_of_their_type(string command) => MessageCorpus.Of(command).Sample(
        message => Assert.InRange(message.GetPayloadSize(WireProtocol.Latest), 0, MessageCorpus.TypeOf(command).MaximumPayload), iter: 50);

    [Theory(DisplayName = "A payload that ends early is truncated, or ends where the protocol lets it")]
    [MemberData(nameof(Commands))]
    public void Every_truncation_is_named(string command) => MessageCorpus.Of(command).Sample(
        message =>
        {
            var payload = Payloads.Encode(message);
            for (var length = 0; length < payload.Length; length++)
            {
                if (TryDecode(command, payload[..length], StrictnessPolicy.Core, out var decoded, out var error))
                {
                    AssertStable(command, decoded!);
                }
                else
                {
                    Assert.Equal(WireError.Truncated, error!.Error);
                    Assert.InRange(error.Offset, 0, length);
                    Assert.NotEmpty(error.Field);
                }
            }
        },
        iter: 4);

    [Theory(DisplayName = "With any one bit flipped a payload is a message that holds together, or a typed error")]
    [MemberData(nameof(Commands))]
    public void Every_bit_flip_parses_or_fails_with_a_wire_error(string command) => MessageCorpus.Of(command).Sample(
        message =>
        {
            var payload = Payloads.Encode(message);
            for (var bit = 0; bit < payload.Length * 8; bit++)
            {
                payload[bit / 8] ^= (byte)(1 << (bit % 8));
                if (TryDecode(command, payload, StrictnessPolicy.Core, out var decoded, out _))
                {
                    AssertStable(command, decoded!);
                }

                payload[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        },
        iter: 3);

    [Theory(DisplayName = "Bytes after the last field are ignored by core and refused by btcd")]
    [MemberData(nameof(Commands))]
    public void Trailing_bytes_follow_the_policy(string command)
    {
        // Only where a message may end early can bytes after its end be a field that is out of bounds.
        var optionalTail = HasOptionalTail(command);
        Gen.Select(MessageCorpus.Of(command), Gen.Byte.Array[1, 100]).Sample(
            (message, trailing) => AssertTrailing(command, message, trailing, optionalTail), iter: 100);
    }

    [Theory(DisplayName = "A count that is longer than it need be is refused")]
    [MemberData(nameof(Commands))]
    public void Non_canonical_counts_are_refused(string command)
    {
        var (found, sizes) = (0, new HashSet<int>());
        MessageCorpus.Of(command).Sample(
            message =>
            {
                var payload = Payloads.Encode(message);
                sizes.Add(payload.Length);
                for (var i = 0; i < payload.Length; i++)
                {
                    foreach (var longer in LongerForms(payload[i]))
                    {
                        byte[] changed = [.. payload[..i], .. longer, .. payload[(i + 1)..]];
                        if (TryDecode(command, changed, StrictnessPolicy.Core, out var decoded, out var error))
                        {
                            AssertStable(command, decoded!);
                        }

                        found += error?.Error == WireError.NonCanonicalCount ? 1 : 0;
                    }
                }
            },
            iter: 4, threads: 1);

        // A type whose payloads differ in length has a count somewhere.
        Assert.True(sizes.Count == 1 || found > 0, $"no count of {command} was seen to be refused");
    }

    [Theory(DisplayName = "Random bytes are a message that holds together, or a typed error")]
    [MemberData(nameof(Commands))]
    public void Random_bytes_parse_or_fail_with_a_wire_error(string command) =>
        Gen.OneOf(Gen.Byte.Array[0, 300], Gen.Frequency((3, Gen.Byte[0, 2]), (1, Gen.Byte)).Array[0, 600]).Sample(
            payload =>
            {
                if (TryDecode(command, payload, StrictnessPolicy.Core, out var decoded, out _))
                {
                    AssertStable(command, decoded!);
                }
            },
            iter: 500);

    /// <summary>Whether messages of this type may end before their last field.</summary>
    private static bool HasOptionalTail(string command)
    {
        var found = false;
        MessageCorpus.Of(command).Sample(
            message =>
            {
                var payload = Payloads.Encode(message);
                for (var length = 0; length < payload.Length && !found; length++)
                {
                    found = TryDecode(command, payload[..length], StrictnessPolicy.Core, out _, out _);
                }
            },
            iter: 20, threads: 1);
        return found;
    }

    private static void AssertTrailing(string command, Message message, byte[] trailing, bool optionalTail)
    {
        byte[] longer = [.. Payloads.Encode(message), .. trailing];
        if (TryDecode(command, longer, StrictnessPolicy.Core, out var decoded, out var refused))
        {
            AssertStable(command, decoded!);
        }

        Assert.True(refused is null || optionalTail, refused?.Message);
        if (TryDecode(command, longer, StrictnessPolicy.Btcd, out _, out var error))
        {
            Assert.True(optionalTail, $"{command} took {trailing.Length} trailing bytes");
        }
        else
        {
            Assert.True(error!.Error == WireError.TrailingBytes || optionalTail, error.Message);
        }
    }

    private static IEnumerable<byte[]> LongerForms(byte value) =>
    [
        [0xFD, value, 0], [0xFE, value, 0, 0, 0], [0xFF, value, 0, 0, 0, 0, 0, 0, 0],
    ];

    private static bool TryDecode(
        string command, byte[] payload, StrictnessPolicy policy, out Message? decoded, out WireException? error)
    {
        (decoded, error) = (null, null);
        try
        {
            decoded = Payloads.Decode(command, payload, policy);
            return true;
        }
        catch (WireException fault)
        {
            error = fault;
            return false;
        }
    }

    /// <summary>What was read can be written, and reads the same.</summary>
    private static void AssertStable(string command, Message decoded) =>
        Assert.Equal(decoded, Payloads.Decode(command, Payloads.Encode(decoded)));
}
