using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Peers.TestKit;

/// <summary>What a SOCKS5 client says before its bytes go on (RFC 1928): methods, of which none is needed, and where to connect to.</summary>
internal sealed class SocksGreeting(SimulatedSocket client, ProxiedConnection connection)
{
    private const byte Version = 5;
    private const byte Connect = 1;

    private readonly List<byte> _heard = [];
    private bool _greeted;

    public void Read() => client.Receive(1, Received); // One byte at a time: what follows the request belongs to the target.

    private void Received(ReceiveOutcome outcome)
    {
        if (outcome.Error != SocketError.Success || outcome.IsEndOfStream || (_heard.Count == 0 && outcome.Bytes[0] != Version))
        {
            connection.Cut();
            return;
        }

        _heard.AddRange(outcome.Bytes);
        if (!_greeted && _heard.Count >= 2 && _heard.Count == 2 + _heard[1])
        {
            _greeted = true;
            _heard.Clear();
            client.Send([Version, 0], _ => Read());
        }
        else if (_greeted && _heard.Count >= 5 && _heard.Count == RequestLength())
        {
            Dial();
        }
        else
        {
            Read();
        }
    }

    // Version, command, reserved, kind of address, address, port.
    private int RequestLength() => 6 + _heard[3] switch
    {
        1 => 4,
        3 => 1 + _heard[4],
        _ => 16,
    };

    private void Dial()
    {
        var request = _heard.ToArray();
        var port = BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(request.Length - 2));
        EndPoint target = request[3] == 3
            ? new DnsEndPoint(Encoding.ASCII.GetString(request.AsSpan(5, request[4])), port)
            : new IPEndPoint(new IPAddress(request.AsSpan(4, request.Length - 6)), port);
        if (request[1] == Connect)
            connection.Dial(target, error => Answer(CodeOf(error), connection.Cut), () => Answer(0, () => { }));
        else
            Answer(7, connection.Cut);
    }

    private void Answer(byte code, Action then) => client.Send([Version, code, 0, 1, 0, 0, 0, 0, 0, 0], _ => then());

    private static byte CodeOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => 5,
        SocketError.TimedOut => 6,
        SocketError.NetworkUnreachable => 3,
        _ => 4,
    };
}
