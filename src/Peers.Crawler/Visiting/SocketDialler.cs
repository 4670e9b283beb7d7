using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>Dials by real sockets, straight or through a SOCKS5 proxy, and keeps the operating system's word for what went wrong.</summary>
internal sealed class SocketDialler(ProxySettings proxies, Random random) : IDialler
{
    public IDisposable Dial(NetworkEndpoint endpoint, IActorRef replyTo)
    {
        var giveUp = new CancellationTokenSource();
        _ = DialAsync(endpoint, replyTo, giveUp.Token);
        return new Attempt(giveUp);
    }

    private EndPoint? ProxyFor(NetworkKind kind) => kind switch
    {
        NetworkKind.IPv4 or NetworkKind.IPv6 => proxies.IP,
        NetworkKind.TorV3 => proxies.Tor,
        NetworkKind.I2P => proxies.I2P,
        _ => null,
    };

#pragma warning disable CA1031 // Whatever a socket throws is a result: the visit must hear of it.
    private async Task DialAsync(NetworkEndpoint endpoint, IActorRef replyTo, CancellationToken giveUp)
    {
        Socket? socket = null;
        try
        {
            if (ProxyFor(endpoint.Address.Kind) is { } proxy)
            {
                socket = await ConnectAsync(proxy, giveUp).ConfigureAwait(false);
                await SocksClient.ConnectAsync(socket, endpoint, random, giveUp).ConfigureAwait(false);
            }
            else if (endpoint.ToIPEndPoint() is { } address)
            {
                socket = await ConnectAsync(address, giveUp).ConfigureAwait(false);
            }
            else
            {
                replyTo.Tell(new NotDialled(VisitOutcome.ProxyError, "no proxy is set for its network"), ActorRefs.NoSender);
                return;
            }

            var connected = socket;
            socket = null;
            replyTo.Tell(
                new Dialled(listener => new AdoptConnected(connected, Direction.Outbound, endpoint.ToIPEndPoint(), listener, VisitActor.Options)),
                ActorRefs.NoSender);
        }
        catch (Exception fault)
        {
            socket?.Dispose();
            replyTo.Tell(Explain(fault, ProxyFor(endpoint.Address.Kind) is not null), ActorRefs.NoSender);
        }
    }
#pragma warning restore CA1031

    private static async Task<Socket> ConnectAsync(EndPoint remote, CancellationToken giveUp)
    {
        var socket = remote is IPEndPoint address
            ? new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(remote, giveUp).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What the operating system said, as an outcome: of the node, or of the proxy when that one could not be reached.</summary>
    private static NotDialled Explain(Exception fault, bool ofProxy) => fault switch
    {
        OperationCanceledException => new NotDialled(VisitOutcome.ConnectTimedOut, ""),
        SocksException socks => new NotDialled(socks.Outcome, socks.Message),
        SocketException { SocketErrorCode: SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.AddressAlreadyInUse
            or SocketError.AddressNotAvailable or SocketError.ProcessLimit or SocketError.SystemNotReady } shortage =>
            new NotDialled(VisitOutcome.Overloaded, shortage.SocketErrorCode.ToString()),
        OutOfMemoryException => new NotDialled(VisitOutcome.Overloaded, "memory"),
        SocketException socket when ofProxy => new NotDialled(VisitOutcome.ProxyError, $"the proxy: {socket.SocketErrorCode}"),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => new NotDialled(VisitOutcome.Refused, ""),
        SocketException { SocketErrorCode: SocketError.TimedOut } => new NotDialled(VisitOutcome.ConnectTimedOut, ""),
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => new NotDialled(VisitOutcome.Refused, "reset"),
        SocketException socket => new NotDialled(VisitOutcome.Unreachable, socket.SocketErrorCode.ToString()),
        _ => new NotDialled(VisitOutcome.Unreachable, fault.GetType().Name),
    };

    private sealed class Attempt(CancellationTokenSource giveUp) : IDisposable
    {
        public void Dispose() => giveUp.Cancel();
    }
}
