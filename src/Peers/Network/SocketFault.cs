using System.Net.Sockets;

namespace Peers;

/// <summary>What the operating system says of a socket, in words that a user can act on.</summary>
internal static class SocketFault
{
    public static string Explain(SocketError fault) => fault switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable or SocketError.HostDown => "host unreachable",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "network unreachable",
        SocketError.TimedOut => "no answer from the remote's system",
        SocketError.ConnectionReset => "reset by the remote",
        SocketError.AddressNotAvailable => "no local port or address is free for it",
        SocketError.TooManyOpenSockets => "too many open files: raise the limit of this process (ulimit -n)",
        SocketError.NoBufferSpaceAvailable => "the operating system has no memory for it",
        SocketError.AccessDenied => "the operating system does not permit it",
        SocketError.AddressFamilyNotSupported => "this machine does not speak that kind of address",
        _ => new SocketException((int)fault).Message,
    };
}
