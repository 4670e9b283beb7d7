using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// The client's side of SOCKS5 (RFC 1928), with a user name of its own for each connection (RFC 1929): Tor then gives each its own circuit, so that no
/// exit sees two visits as one visitor's.
/// </summary>
internal static class SocksClient
{
    private const byte Version = 5;
    private const byte NoAuthentication = 0;
    private const byte UserNameAndPassword = 2;
    private const byte ConnectCommand = 1;
    private const byte IPv4Address = 1;
    private const byte DomainName = 3;
    private const byte IPv6Address = 4;

    /// <exception cref="SocksException">The proxy does not open the connection.</exception>
    /// <exception cref="SocketException">The connection to the proxy broke.</exception>
    public static async Task ConnectAsync(Socket proxy, NetworkEndpoint endpoint, Random random, CancellationToken cancellation)
    {
        await SendAsync(proxy, new byte[] { Version, 2, NoAuthentication, UserNameAndPassword }, cancellation).ConfigureAwait(false);
        var room = new byte[4 + 1 + byte.MaxValue + sizeof(ushort)];
        var chosen = await ReceiveAsync(proxy, room, 2, cancellation).ConfigureAwait(false);
        Check(chosen[0] == Version, "the proxy does not speak SOCKS5");
        if (chosen[1] == UserNameAndPassword)
        {
            await SendAsync(proxy, Credentials(random), cancellation).ConfigureAwait(false);
            var welcome = await ReceiveAsync(proxy, room, 2, cancellation).ConfigureAwait(false);
            Check(welcome[1] == 0, "the proxy refuses the user name");
        }
        else
        {
            Check(chosen[1] == NoAuthentication, "the proxy wants an authentication that we do not have");
        }

        await SendAsync(proxy, Request(endpoint), cancellation).ConfigureAwait(false);
        var reply = await ReceiveAsync(proxy, room, 4, cancellation).ConfigureAwait(false);
        Check(reply[0] == Version, "the proxy does not speak SOCKS5");
        if (reply[1] != 0)
        {
            throw Explain(reply[1]);
        }

        var rest = reply[3] switch
        {
            IPv4Address => 4,
            IPv6Address => 16,
            DomainName => (await ReceiveAsync(proxy, room, 1, cancellation).ConfigureAwait(false))[0],
            _ => throw new SocksException(VisitOutcome.ProxyError, "the proxy names an address of no kind"),
        };
        await ReceiveAsync(proxy, room, rest + sizeof(ushort), cancellation).ConfigureAwait(false);
    }

    /// <summary>What a proxy's refusal says: of the node, or of the proxy. Codes from 0xF0 are Tor's own (its proposal 304).</summary>
    internal static SocksException Explain(byte code) => code switch
    {
        0x03 or 0x04 => new SocksException(VisitOutcome.Unreachable, "by the proxy's word"),
        0x05 => new SocksException(VisitOutcome.Refused, "by the proxy's word"),
        0x06 => new SocksException(VisitOutcome.ConnectTimedOut, "by the proxy's word"),
        >= 0xF0 and <= 0xF6 => new SocksException(VisitOutcome.Unreachable, $"onion service error {code:x2}"),
        0xF7 => new SocksException(VisitOutcome.ConnectTimedOut, "onion service error f7"),
        _ => new SocksException(VisitOutcome.ProxyError, $"the proxy's reply {code:x2}"),
    };

    internal static byte[] Request(NetworkEndpoint endpoint)
    {
        var (address, port) = endpoint;
        byte[] name = address.Kind switch
        {
            NetworkKind.IPv4 => [IPv4Address, .. address.ToArray()],
            NetworkKind.IPv6 or NetworkKind.Cjdns => [IPv6Address, .. address.ToArray()],
            _ => [DomainName, (byte)address.ToString().Length, .. Encoding.ASCII.GetBytes(address.ToString())],
        };
        byte[] request = [Version, ConnectCommand, 0, .. name, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(^sizeof(ushort)), port);
        return request;
    }

    private static byte[] Credentials(Random random)
    {
        var name = Encoding.ASCII.GetBytes(random.NextNonce().ToString("x16"));
        return [1, (byte)name.Length, .. name, 1, (byte)'x'];
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new SocksException(VisitOutcome.ProxyError, otherwise);
        }
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, cancellation).ConfigureAwait(false)..];
        }
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, byte[] room, int count, CancellationToken cancellation)
    {
        for (var read = 0; read < count;)
        {
            var more = await socket.ReceiveAsync(room.AsMemory(read, count - read), cancellation).ConfigureAwait(false);
            read += more > 0 ? more : throw new SocksException(VisitOutcome.ProxyError, "the proxy closed the connection");
        }

        return room;
    }
}

/// <summary>The proxy did not open the connection.</summary>
internal sealed class SocksException(VisitOutcome outcome, string message) : Exception(message)
{
    /// <summary>What that says of the node.</summary>
    public VisitOutcome Outcome { get; } = outcome;
}
