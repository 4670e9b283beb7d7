using System.Net;
using Akka.Configuration;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class LocalSideTests
{
    [Theory(DisplayName = "The receiver of our version is the remote as we reached it; never the proxy, and nobody where nobody was told")]
    [InlineData("", "192.0.2.7:8333", "192.0.2.7:8333")]
    [InlineData("", "[2001:db8::1]:8333", "[2001:db8::1]:8333")]
    [InlineData("", "127.0.0.1:9050", "127.0.0.1:9050")]
    [InlineData("", "0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("127.0.0.1:9050", "127.0.0.1:9050", "0.0.0.0:0")]
    [InlineData("127.0.0.1:9050", "127.0.0.1:4711", "0.0.0.0:0")]
    [InlineData("127.0.0.1:9050", "127.0.0.2:9050", "127.0.0.2:9050")]
    [InlineData("127.0.0.1:9050", "192.0.2.7:8333", "192.0.2.7:8333")]
    [InlineData("127.0.0.1:9050", "0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("[::1]:9050", "[::1]:4711", "0.0.0.0:0")]
    [InlineData("[::1]:9050", "127.0.0.1:9050", "127.0.0.1:9050")]
    [InlineData("[::ffff:127.0.0.1]:9050", "127.0.0.1:9050", "0.0.0.0:0")]
    public void Receiver(string proxy, string remote, string told)
    {
        var settings = PeerSettings.From(
            ConfigurationFactory.ParseString($"peers.proxy = \"{proxy}\"").WithFallback(PeerEngine.DefaultConfig));
        foreach (var direction in new[] { Direction.Inbound, Direction.Outbound })
        {
            var version = HandshakeActor.LocalSide(settings, direction, IPEndPoint.Parse(remote), nonce: 1).Version;
            Assert.Equal(told, version.Receiver.Endpoint.ToString());
            Assert.Equal(ServiceFlags.None, version.Receiver.Services);
        }
    }
}
