using System.Net;

namespace Peers.Wire.Tests.Addresses;

public sealed class EndpointFormTests
{
    [Theory(DisplayName = "An endpoint is read as .NET prints it, from a dual-mode socket too")]
    [InlineData("1.2.3.4", "1.2.3.4:8333")]
    [InlineData("::ffff:1.2.3.4", "1.2.3.4:8333")]
    [InlineData("2001:db8::1", "[2001:db8::1]:8333")]
    [InlineData("fc00::1", "[fc00::1]:8333")]
    public void Endpoints_are_read_as_printed_by_the_platform(string address, string expected)
    {
        var printed = new IPEndPoint(IPAddress.Parse(address), 8333).ToString();

        Assert.Equal(expected, NetworkEndpoint.Parse(printed).ToString());
    }

    [Theory(DisplayName = "Brackets are for IPv6 text alone")]
    [InlineData("[1.2.3.4]:8333")]
    [InlineData("::ffff:1.2.3.4:8333")]
    [InlineData("2001:db8::1:8333")]
    [InlineData("[[::1]]:8333")]
    [InlineData("[6hzph5hv6337r6p2.onion]:8333")]
    [InlineData("[unknown-9:0102]:8333")]
    public void Brackets_elsewhere_are_refused(string text) => Assert.False(NetworkEndpoint.TryParse(text, out _));

    [Theory(DisplayName = "Base 32 has digits of ASCII alone")]
    [InlineData("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd", true)]
    [InlineData("pg6mmjiyjmcrsslvy\u212Afwnntlaru7p5svn6y2ymmju6nubxndf4pscryd", false)]
    public void Only_ascii_digits_are_read(string digits, bool valid) =>
        Assert.Equal(valid, NetworkAddress.TryParse(digits + ".onion", out _));
}
