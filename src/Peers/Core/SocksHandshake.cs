using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Peers;

/// <summary>What follows from what a proxy said.</summary>
internal abstract record SocksStep
{
    /// <summary>More must come.</summary>
    public sealed record Wait : SocksStep
    {
        public static Wait Instance { get; } = new();
    }

    /// <summary>Say this to it, and read on.</summary>
    public sealed record Say(byte[] Bytes) : SocksStep;

    /// <summary>From here on the bytes are the remote's.</summary>
    public sealed record Done : SocksStep
    {
        public static Done Instance { get; } = new();
    }

    /// <summary>It does not open the connection.</summary>
    /// <param name="Code">The code of its reply; null when it did not come so far, or made no sense.</param>
    /// <param name="Why">In words.</param>
    public sealed record Refused(int? Code, string Why) : SocksStep;
}

/// <summary>
/// The client's side of SOCKS5 (RFC 1928), with a user name where connections are to be kept apart (RFC 1929: Tor gives each name its own circuit).
/// Bytes in, bytes out; it holds 262 bytes at most, which is the longest reply there is, and takes no byte that is the remote's.
/// </summary>
internal sealed class SocksHandshake
{
    private const byte Version = 5;
    private const byte LoginVersion = 1;
    private const byte NoAuthentication = 0;
    private const byte UserNameAndPassword = 2;
    private const byte Nothing = 0xFF;
    private const byte IPv4 = 1;
    private const byte Name = 3;
    private const byte IPv6 = 4;
    private const int ReplyHead = 4;

    private readonly byte[] _request;
    private readonly string? _user;
    private readonly byte[] _buffer = new byte[ReplyHead + 1 + byte.MaxValue + sizeof(ushort)];
    private int _held;
    private State _state;

    /// <param name="target">Where to; a name is resolved by the proxy.</param>
    /// <param name="user">The name to give when the proxy wants one; null to offer none.</param>
    /// <exception cref="ArgumentException">No proxy could be asked for that target.</exception>
    public SocksHandshake(EndPoint target, string? user)
    {
        _request = Request(target);
        _user = user;
        Greeting = user is null ? [Version, 1, NoAuthentication] : [Version, 2, NoAuthentication, UserNameAndPassword];
    }

    private enum State
    {
        Method,
        Login,
        Reply,
        Over,
    }

    /// <summary>What is said first.</summary>
    public byte[] Greeting { get; }

    /// <summary>Takes what has come; to be called again with the rest until it wants more, or is over.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="taken">How much of it was taken.</param>
    public SocksStep Take(ReadOnlySpan<byte> bytes, out int taken)
    {
        taken = 0;
        while (_state != State.Over && _held < Needed())
        {
            if (taken == bytes.Length)
            {
                return SocksStep.Wait.Instance;
            }

            _buffer[_held++] = bytes[taken++];
            if (Wrong() is { } refused)
            {
                _state = State.Over;
                return refused;
            }
        }

        return Next();
    }

    /// <summary>What a code says: those of RFC 1928, and Tor's own (its proposal 304).</summary>
    public static string Explain(int code) => code switch
    {
        0x01 => "general failure",
        0x02 => "not allowed by its rules",
        0x03 => "network unreachable",
        0x04 => "host unreachable",
        0x05 => "connection refused",
        0x06 => "no answer in time",
        0x07 => "it cannot connect",
        0x08 => "it does not know that kind of address",
        0xF0 => "the onion service is not known",
        0xF1 => "the descriptor of the onion service is not valid",
        0xF2 => "the introduction to the onion service failed",
        0xF3 => "the rendezvous with the onion service failed",
        0xF4 => "the onion service wants an authorization",
        0xF5 => "the onion service refuses the authorization",
        0xF6 => "that is no address of an onion service",
        0xF7 => "the introduction to the onion service took too long",
        _ => string.Create(CultureInfo.InvariantCulture, $"reply 0x{code:x2}"),
    };

    private SocksStep Next()
    {
        var state = _state;
        var method = _buffer[1];
        _held = 0;
        _state = state == State.Method && method == UserNameAndPassword ? State.Login : state is State.Method or State.Login ? State.Reply : State.Over;
        return (state, _state) switch
        {
            (State.Method, State.Login) => new SocksStep.Say(Login(_user!)),
            (State.Method or State.Login, _) => new SocksStep.Say(_request),
            (State.Reply, _) => SocksStep.Done.Instance,
            _ => SocksStep.Wait.Instance,
        };
    }

    /// <summary>The length of what comes now, as far as that is known.</summary>
    private int Needed() => _state != State.Reply ? 2 : _held <= ReplyHead ? ReplyHead + 1 : _buffer[3] switch
    {
        IPv4 => ReplyHead + 4 + sizeof(ushort),
        IPv6 => ReplyHead + 16 + sizeof(ushort),
        _ => ReplyHead + 1 + _buffer[ReplyHead] + sizeof(ushort),
    };

    /// <summary>What is wrong about the byte that came last.</summary>
    private SocksStep.Refused? Wrong() => (_state, _held) switch
    {
        (State.Method or State.Reply, 1) when _buffer[0] != Version => new SocksStep.Refused(null, "it does not speak SOCKS5"),
        (State.Login, 1) when _buffer[0] != LoginVersion => new SocksStep.Refused(null, "it does not speak SOCKS5"),
        (State.Method, 2) when _buffer[1] == Nothing || (_buffer[1] != NoAuthentication && (_buffer[1] != UserNameAndPassword || _user is null)) =>
            new SocksStep.Refused(null, "it wants an authentication that we do not have"),
        (State.Login, 2) when _buffer[1] != 0 => new SocksStep.Refused(null, "it refuses our user name"),
        (State.Reply, 2) when _buffer[1] != 0 => new SocksStep.Refused(_buffer[1], Explain(_buffer[1])),
        (State.Reply, 3) when _buffer[2] != 0 => new SocksStep.Refused(null, "its reply makes no sense"),
        (State.Reply, 4) when _buffer[3] is not (IPv4 or Name or IPv6) => new SocksStep.Refused(null, "its reply makes no sense"),
        _ => null,
    };

    private static byte[] Login(string user) => [LoginVersion, (byte)user.Length, .. Encoding.ASCII.GetBytes(user), 1, (byte)'x'];

    private static byte[] Request(EndPoint target)
    {
        var (address, port) = target switch
        {
            IPEndPoint { Address: { IsIPv4MappedToIPv6: true } mapped } endpoint => ([IPv4, .. mapped.MapToIPv4().GetAddressBytes()], endpoint.Port),
            IPEndPoint endpoint => ([endpoint.Address.GetAddressBytes().Length == 4 ? IPv4 : IPv6, .. endpoint.Address.GetAddressBytes()], endpoint.Port),
            DnsEndPoint { Host: var host } name when host.Length is > 0 and <= byte.MaxValue && Ascii.IsValid(host) =>
                ((byte[])[Name, (byte)host.Length, .. Encoding.ASCII.GetBytes(host)], name.Port),
            _ => throw new ArgumentException($"{target} is neither an address nor a name that a proxy can be asked for", nameof(target)),
        };
        byte[] request = [Version, 1, 0, .. address, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(^sizeof(ushort)), (ushort)port);
        return request;
    }
}
