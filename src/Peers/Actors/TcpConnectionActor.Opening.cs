using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.IO;

namespace Peers;

/// <content>How the connection comes to its socket: names are resolved, addresses dialled one after the other, accepted sockets taken over.</content>
internal sealed partial class TcpConnectionActor
{
    private const string ConnectTimer = "connect";

    private readonly Queue<IPEndPoint> _candidates = new();
    private object? _dial;
    private string _lastFailure = "no address";

    protected override void PreStart()
    {
        switch (_origin)
        {
            case ConnectionOrigin.Accepted accepted:
                UseSocket(accepted.Socket, accepted.Remote, accepted.Local);
                break;
            case ConnectionOrigin.Dial { Remote: var remote }:
                Dial(remote, _settings.Routes.To(remote));
                break;
        }
    }

    private void Dial(EndPoint remote, DialRoute route)
    {
        switch (remote)
        {
            case var _ when route is DialRoute.Closed closed:
                Lose(new DisconnectReason.ProxyFailed(null, closed.Why));
                break;
            case var _ when route is DialRoute.Through through:
                DialProxy(remote, through.Proxy);
                break;
            case IPEndPoint endpoint:
                _candidates.Enqueue(endpoint);
                DialNext();
                break;
            case DnsEndPoint name:
                Timers.StartSingleTimer(ConnectTimer, ConnectTimedOut.Instance, _settings.Connection.ConnectTimeout);
                Resolve(name.Host).PipeTo(
                    Self, Self, addresses => new Resolved([.. addresses.Select(address => new IPEndPoint(address, name.Port))]),
                    failure => new NotResolved(failure.Message));
                break;
            default:
                Lose(new DisconnectReason.ConnectFailed($"{remote} is neither an address nor a name"));
                break;
        }
    }

    /// <summary>Until the socket is open.</summary>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Resolved resolved:
                resolved.Addresses.ForEach(_candidates.Enqueue);
                DialNext();
                break;
            case NotResolved not:
                Lose(new DisconnectReason.ConnectFailed($"the name cannot be resolved: {not.Why}"));
                break;
            case Tcp.Connected connected:
                UseSocket(new AkkaSocket(Sender), connected.RemoteAddress.Normalized(), connected.LocalAddress.Normalized());
                break;
            case PlainNetwork.Dialled dialled when ReferenceEquals(dialled.Dial, _dial):
                OnDialled(dialled);
                break;
            case PlainNetwork.Dialled:
                break; // Of a dial that was given up.
            case Tcp.CommandFailed failed when ReferenceEquals(failed.Cmd, _dial):
                _lastFailure = Explain(failed);
                DialNext();
                break;
            case Tcp.CommandFailed:
                break; // Of a dial that was given up.
            case DialForgotten:
                GiveUpDial();
                _lastFailure = $"no answer within {Seconds} s";
                DialNext();
                break;
            case ConnectTimedOut:
                Lose(new DisconnectReason.ConnectFailed($"the name was not resolved within {Seconds} s"));
                break;
            case Close close:
                _closingWhy = close.Why;
                Lose(new DisconnectReason.Requested(close.Why));
                break;
            default:
                Common(message);
                break;
        }
    }

    /// <summary>A resolver of the user's that throws at once fails like one whose task does.</summary>
    private async Task<IPAddress[]> Resolve(string name) => await _settings.Resolve(name).ConfigureAwait(false);

    private void DialNext()
    {
        if (!_candidates.TryDequeue(out var endpoint))
        {
            Lose(Unconnected());
            return;
        }

        Timers.StartSingleTimer(ConnectTimer, DialForgotten.Instance, _settings.Connection.ConnectTimeout + _network.Grace);
        _dial = _network.Dial(endpoint, Context, _settings.Connection);
    }

    private void GiveUpDial()
    {
        (_dial as IDisposable)?.Dispose();
        _dial = null;
    }

    private void OnDialled(PlainNetwork.Dialled dialled)
    {
        try
        {
            if (dialled.Failure is null && dialled.Dial.Take() is { } socket)
            {
                UseSocket(new PlainSocket(socket), socket.RemoteEndPoint!.Normalized(), socket.LocalEndPoint!.Normalized());
                return;
            }

            _lastFailure = dialled.Failure ?? _lastFailure;
        }
        catch (SocketException fault)
        {
            _lastFailure = SocketFault.Explain(fault.SocketErrorCode); // It has ended again.
        }

        GiveUpDial();
        DialNext();
    }

    /// <summary>A socket that was opened: the remote's, or that of the proxy before it.</summary>
    private void UseSocket(ConnectionSocket socket, IPEndPoint remote, IPEndPoint local)
    {
        if (_socks is not null)
        {
            Greet(socket, local);
            return;
        }

        socket.Attach(Context);
        TakeOver(socket, remote, local, []);
    }

    /// <param name="socket">The remote's.</param>
    /// <param name="remote">Its address.</param>
    /// <param name="local">Ours.</param>
    /// <param name="heard">What was read of it already.</param>
    private void TakeOver(ConnectionSocket socket, IPEndPoint remote, IPEndPoint local, byte[] heard)
    {
        _socket = socket;
        Timers.Cancel(ConnectTimer);
        _session.Opened();
        _peer.Tell(new Opened(remote, local));
        Become(Open);
        if (heard.Length == 0)
        {
            socket.Read();
        }
        else
        {
            List<HeardMessage> messages = [];
            OnHeard(messages, _session.Read(heard, messages));
        }

        Flush();
    }

    private string Seconds => _settings.Connection.ConnectTimeout.TotalSeconds.ToString("0.###");

    /// <summary>Akka.IO says little of why: an error of the operating system on connecting comes without its code.</summary>
    private string Explain(Tcp.CommandFailed failed) => failed.Cause is { HasValue: true, Value: { } cause }
        ? cause.Message switch
        {
            var text when text.Contains("finishConnect", StringComparison.Ordinal) => "connection refused or host unreachable",
            var text when text.Contains("expired", StringComparison.Ordinal) => $"no answer within {Seconds} s",
            var text => text,
        }
        : "connection refused or host unreachable";

    private sealed record Resolved(List<IPEndPoint> Addresses) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record NotResolved(string Why) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record ConnectTimedOut
    {
        public static ConnectTimedOut Instance { get; } = new();
    }

    private sealed record DialForgotten
    {
        public static DialForgotten Instance { get; } = new();
    }
}
