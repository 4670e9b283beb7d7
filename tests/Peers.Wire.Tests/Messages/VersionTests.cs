using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Messages;

/// <summary>What a <c>version</c> may leave out, and what it may say.</summary>
public sealed class VersionTests
{
    private const int RequiredSize = 46;

    [Theory(DisplayName = "Each field from the end may be left out (btcd's TestVersionOptionalFields)")]
    [InlineData(RequiredSize, false, 0ul, "", 0)]
    [InlineData(RequiredSize + 26, true, 0ul, "", 0)]
    [InlineData(RequiredSize + 34, true, 123123ul, "", 0)]
    [InlineData(RequiredSize + 51, true, 123123ul, "/dcrdtest:0.0.1/", 0)]
    [InlineData(RequiredSize + 55, true, 123123ul, "/dcrdtest:0.0.1/", 234234)]
    public void Fields_may_be_left_out(int length, bool sender, ulong nonce, string userAgent, int height)
    {
        var expected = GoldenVectors.Version with
        {
            Sender = sender ? GoldenVectors.Version.Sender : null, Nonce = nonce, UserAgent = userAgent, StartHeight = height,
        };
        var payload = Convert.FromHexString(GoldenVectors.VersionPayload)[..length];

        Assert.Equal(expected, Payloads.Decode("version", payload, StrictnessPolicy.Core));
        Assert.Equal(expected, Payloads.Decode("version", payload, StrictnessPolicy.Btcd));
    }

    [Fact(DisplayName = "A version of 20 bytes is truncated, and with 100 more only btcd refuses it")]
    public void Other_lengths_follow_the_policy()
    {
        var payload = Convert.FromHexString(GoldenVectors.VersionPayload);
        Assert.Equal(WireError.Truncated, Payloads.Refused("version", payload[..20]).Error);
        Assert.Equal(WireError.Truncated, Payloads.Refused("version", payload[..(RequiredSize + 1)]).Error);

        byte[] longer = [.. payload, .. new byte[100]];
        Assert.Equal(GoldenVectors.Version, Payloads.Decode("version", longer));
        Assert.Equal(WireError.TrailingBytes, Payloads.Refused("version", longer, StrictnessPolicy.Btcd).Error);
    }

    [Fact(DisplayName = "A user agent of 256 bytes is read, one of 257 is too long, either way")]
    public void User_agents_are_bounded()
    {
        var most = GoldenVectors.Version with { UserAgent = new string('x', 256) };
        var payload = Payloads.Encode(most);
        Assert.Equal(most, Payloads.Decode("version", payload, StrictnessPolicy.Btcd));
        Assert.Equal(payload.Length, MessageCatalog.Default.Find("version")!.MaximumPayload);

        byte[] longer = [.. payload[..80], 0xFD, 0x01, 0x01, .. new byte[257], .. payload[^5..]];
        var refused = Payloads.Refused("version", longer);
        Assert.Equal((WireError.TooLong, "version.useragent", 80), (refused.Error, refused.Field, refused.Offset));
        Assert.True(StrictnessPolicy.Core.Tolerates(refused.Error));
        Assert.Equal(
            WireError.TooLong,
            Assert.Throws<WireException>(() => Payloads.Encode(most with { UserAgent = new string('x', 257) })).Error);
    }

    [Fact(DisplayName = "A user agent keeps its bytes and prints nothing that a terminal would obey")]
    public void User_agents_are_kept_and_escaped()
    {
        var version = GoldenVectors.Version with { UserAgent = new WireText(Bytes.FromHex("1b5b324aff0a2f5c")) };

        var decoded = Assert.IsType<VersionMessage>(Payloads.Decode("version", Payloads.Encode(version)));
        Assert.Equal("1b5b324aff0a2f5c", decoded.UserAgent.Bytes.ToString());
        Assert.Equal(@"\x1b[2J\xff\x0a/\\", decoded.UserAgent.ToString());
    }

    [Theory(DisplayName = "Any number is read: versions, heights and times that no honest node has")]
    [InlineData(0, -1, 0L)]
    [InlineData(-1, int.MaxValue, long.MinValue)]
    [InlineData(int.MaxValue, int.MinValue, long.MaxValue)]
    public void Any_number_is_read(int version, int height, long time)
    {
        var message = GoldenVectors.Version with { Version = version, StartHeight = height, Time = time, Services = (ServiceFlags)ulong.MaxValue };
        Assert.Equal(message, Payloads.Decode("version", Payloads.Encode(message), StrictnessPolicy.Btcd));
    }

    [Theory(DisplayName = "Any relay byte but zero is true, and so is none")]
    [InlineData("00", false)]
    [InlineData("01", true)]
    [InlineData("02", true)]
    [InlineData("", true)]
    public void Relay_is_a_flag(string relay, bool expected) =>
        Assert.Equal(expected, Payloads.Decode<VersionMessage>("version", GoldenVectors.VersionPayload[..^2] + relay).Relay);

    [Fact(DisplayName = "Below 70001 no relay flag is written but one that says no")]
    public void Old_versions_write_no_relay_flag()
    {
        var old = GoldenVectors.Version with { Version = 60002 };
        Assert.Equal(GoldenVectors.VersionPayload.Length - 2, Convert.ToHexString(Payloads.Encode(old)).Length);
        Assert.Equal(GoldenVectors.VersionPayload.Length, Convert.ToHexString(Payloads.Encode(old with { Relay = false })).Length);
    }
}
