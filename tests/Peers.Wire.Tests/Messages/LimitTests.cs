using System.Buffers.Binary;
using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Messages;

/// <summary>The caps of each message: the most is read, one more is refused by the error that its policy looks at.</summary>
public sealed class LimitTests
{
    [Theory(DisplayName = "A list at its cap is read, and one above it ends the connection under every policy")]
    [InlineData("inv", 0, 50_000, 36)]
    [InlineData("getdata", 0, 50_000, 36)]
    [InlineData("notfound", 0, 50_000, 36)]
    [InlineData("headers", 0, 2_000, 81)]
    [InlineData("cfheaders", 65, 2_000, 32)]
    [InlineData("cfcheckpt", 33, 100_000, 32)]
    [InlineData("cfilter", 33, 262_144, 1)]
    [InlineData("filteradd", 0, 520, 1)]
    [InlineData("filterload", 0, 36_000, 1, 9)]
    public void Lists_are_bounded(string command, int before, int most, int itemSize, int after = 0)
    {
        var payload = Filled(before, most, itemSize, after);
        Assert.Equal(payload, Payloads.Encode(Payloads.Decode(command, payload, StrictnessPolicy.Btcd)));
        Assert.Equal(payload.Length, MessageCatalog.Default.Find(command)!.MaximumPayload);
        AssertTooMany(command, Filled(before, most + 1, itemSize, after));
    }

    [Theory(DisplayName = "A locator has 101 hashes at most, and 500 as btcd has it")]
    [InlineData("getheaders")]
    [InlineData("getblocks")]
    public void Locators_are_bounded(string command)
    {
        Payloads.Decode(command, Filled(4, 101, 32, 32));
        Assert.Equal(WireError.TooMany, Payloads.Refused(command, Filled(4, 102, 32, 32)).Error);
        var most = Filled(4, 500, 32, 32);
        Assert.Equal(most, Payloads.Encode(Payloads.Decode(command, most, StrictnessPolicy.Btcd)));
        Assert.Equal(most.Length, MessageCatalog.Default.Find(command)!.MaximumPayload);
        Assert.Equal(WireError.TooMany, Payloads.Refused(command, Filled(4, 501, 32, 32), StrictnessPolicy.Btcd).Error);
    }

    [Fact(DisplayName = "A bloom filter has 50 hash functions at most, and none may be")]
    public void Hash_functions_are_bounded()
    {
        Assert.Equal(50u, Payloads.Decode<FilterLoadMessage>("filterload", "00" + "32000000" + "00000000" + "03").HashFunctions);
        Assert.Equal(0u, Payloads.Decode<FilterLoadMessage>("filterload", "01ff" + "00000000" + "00000000" + "00").HashFunctions);
        AssertTooMany("filterload", Convert.FromHexString("00" + "33000000" + "00000000" + "00"));
        AssertTooMany("filterload", Convert.FromHexString("00" + "ffffffff" + "00000000" + "00"));
        Assert.Equal(WireError.Truncated, Payloads.Refused("filterload", Convert.FromHexString("00" + "33000000")).Error);
        NotWritten(WireError.TooMany, new FilterLoadMessage(Bytes.Empty, 51, 0, BloomUpdate.None));
    }

    [Fact(DisplayName = "A feature has a name of 4 to 80 bytes and at most 512 bytes of data (BIP 434)")]
    public void Features_are_bounded()
    {
        var most = new FeatureMessage(new string('x', 80), new byte[512]);
        var payload = Payloads.Encode(most);
        Assert.Equal(most, Payloads.Decode("feature", payload, StrictnessPolicy.Btcd));
        Assert.Equal(payload.Length, MessageCatalog.Default.Find("feature")!.MaximumPayload);

        AssertRefused(WireError.InvalidValue, "feature.id", "feature", Convert.FromHexString("03" + "424950" + "00"));
        AssertRefused(WireError.TooLong, "feature.id", "feature", [81, .. new byte[81], 0]);
        AssertRefused(WireError.TooLong, "feature.data", "feature", [4, .. new byte[4], 0xFD, 0x01, 0x02, .. new byte[513]]);
        AssertRefused(WireError.Truncated, "feature.data", "feature", [4, .. new byte[4]]);
        NotWritten(WireError.InvalidValue, most with { FeatureId = "BIP" });
        NotWritten(WireError.TooLong, most with { FeatureId = new string('x', 81) });
        NotWritten(WireError.TooLong, most with { Data = new byte[513] });
    }

    [Fact(DisplayName = "A reject names a command of 12 bytes and gives a reason of 111 at most; its hash is whole or left out")]
    public void Rejects_are_bounded()
    {
        var most = new RejectMessage(new string('c', 12), (RejectCode)0xFF, new string('r', 111), Hash256.Zero);
        Assert.Equal(most, Payloads.Decode("reject", Payloads.Encode(most), StrictnessPolicy.Btcd));
        AssertRefused(WireError.TooLong, "reject.command", "reject", [13, .. new byte[13], 0, 0]);
        AssertRefused(WireError.TooLong, "reject.reason", "reject", [0, 0, 112, .. new byte[112]]);
        AssertRefused(WireError.Truncated, "reject.hash", "reject", [0, 0, 0, .. new byte[31]]);
        NotWritten(WireError.TooLong, most with { RejectedCommand = new string('c', 13) });
        NotWritten(WireError.TooLong, most with { Reason = new string('r', 112) });
    }

    [Fact(DisplayName = "A header that comes with transactions is refused by btcd only; what they are is not looked at")]
    public void Headers_come_without_transactions()
    {
        byte[] payload = [1, .. new byte[80], 1];
        Assert.Equal([1, .. new byte[80], 0], Payloads.Encode(Payloads.Decode("headers", payload)));
        Assert.Equal(WireError.InvalidValue, Payloads.Refused("headers", payload, StrictnessPolicy.Btcd).Error);
    }

    [Fact(DisplayName = "A list above its cap is not written")]
    public void Long_lists_are_not_written()
    {
        var items = new InventoryVector[50_001].ToWireArray();
        NotWritten(WireError.TooMany, new InvMessage(items));
        NotWritten(WireError.TooMany, new GetDataMessage(items));
        NotWritten(WireError.TooMany, new NotFoundMessage(items));
        NotWritten(WireError.TooMany, new HeadersMessage(new BlockHeader[2_001].ToWireArray()));
        NotWritten(WireError.TooMany, new AddrMessage(new AddressEntry[1_001].ToWireArray()));
        NotWritten(WireError.TooMany, new AddrV2Message(new AddressEntry[1_001].ToWireArray()));
        NotWritten(WireError.TooMany, new GetHeadersMessage(new Hash256[501].ToWireArray()));
        NotWritten(WireError.TooMany, new FilterLoadMessage(new byte[36_001], 1, 0, BloomUpdate.None));
        NotWritten(WireError.TooMany, new FilterAddMessage(new byte[521]));
    }

    [Theory(DisplayName = "Below the version in which a message appeared only btcd refuses it")]
    [InlineData("pong", 60000)]
    [InlineData("mempool", 60001)]
    [InlineData("filterclear", 70000)]
    [InlineData("sendheaders", 70011)]
    [InlineData("feefilter", 70012)]
    [InlineData("sendcmpct", 70013)]
    [InlineData("wtxidrelay", 70015)]
    [InlineData("sendaddrv2", 70015)]
    [InlineData("reject", 70001)]
    public void Old_versions_lack_messages(string command, int version)
    {
        var vector = GoldenVectors.All.First(vector => vector.Message.Command == command);
        var payload = Convert.FromHexString(vector.Payload);
        foreach (var (spoken, refused) in new[] { (version, true), (version + 1, false) })
        {
            var protocol = new WireProtocol(spoken, Witness: true);
            Assert.Equal(vector.Message, Payloads.Decode(command, payload, StrictnessPolicy.Core, protocol));
            if (refused)
            {
                var error = Assert.Throws<WireException>(() => Payloads.Decode(command, payload, StrictnessPolicy.Btcd, protocol));
                Assert.Equal(WireError.VersionTooLow, error.Error);
            }
            else
            {
                Assert.Equal(vector.Message, Payloads.Decode(command, payload, StrictnessPolicy.Btcd, protocol));
            }
        }
    }

    private static byte[] Filled(int before, int count, int itemSize, int after)
    {
        var size = new byte[5];
        size[0] = 0xFE;
        BinaryPrimitives.WriteInt32LittleEndian(size.AsSpan(1), count);
        size = count switch
        {
            < 0xFD => [size[1]],
            <= ushort.MaxValue => [0xFD, size[1], size[2]],
            _ => size,
        };
        return [.. new byte[before], .. size, .. new byte[(count * itemSize) + after]];
    }

    private static void AssertTooMany(string command, byte[] payload)
    {
        Assert.Equal(WireError.TooMany, Payloads.Refused(command, payload, StrictnessPolicy.Core).Error);
        Assert.Equal(WireError.TooMany, Payloads.Refused(command, payload, StrictnessPolicy.Btcd).Error);
        Assert.False(StrictnessPolicy.Core.Tolerates(WireError.TooMany));
    }

    private static void AssertRefused(WireError error, string field, string command, byte[] payload)
    {
        var refused = Payloads.Refused(command, payload);
        Assert.Equal((error, field), (refused.Error, refused.Field));
    }

    private static void NotWritten(WireError error, Message message) =>
        Assert.Equal(error, Assert.Throws<WireException>(() => Payloads.Encode(message)).Error);
}
