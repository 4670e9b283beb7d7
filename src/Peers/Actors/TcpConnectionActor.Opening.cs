using System.Net;
using Akka.Actor;
using Akka.Event;
using Akka.IO;

namespace Peers;

/// <content>How the connection comes to its socket: names are resolved, addresses dialled one after the other, accepted sockets taken over.</content>
internal sealed partial class TcpConnectionActor
{
    private const string ConnectTimer = "connect";

    /// <summary>What the network may take longer than it was told to.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Queue<IPEndPoint> _candidates = new();
    private Tcp.Connect? _dial;
    private string _lastFailure = "no address";

    /// <summary>The default network: real sockets by Akka.IO.</summary>
    public static IActorRef AkkaNetwork(ActorSystem system) => Tcp.Manager(system);

    /// <summary>Settings of one socket: a library does not touch <c>akka.io.tcp</c>. One attempt, or Akka.IO makes six.</summary>
    public static TcpSettings SocketSettings(ActorSystem system, int frameSize) => TcpSettings.Create(system) with
    {
        MaxFrameSizeBytes = frameSize,
        ReceiveBufferSize = Math.Max(frameSize, 256 * 1024),
        SendBufferSize = Math.Max(frameSize, 256 * 1024),
        FinishConnectRetries = 0,
    };

    protected override void PreStart()
    {
        switch (_origin)
        {
            case ConnectionOrigin.Accepted accepted:
                TakeOver(accepted.Socket, accepted.Remote, accepted.Local);
                break;
            case ConnectionOrigin.Dial { Remote: IPEndPoint endpoint }:
                _candidates.Enqueue(endpoint);
                DialNext();
                break;
            case ConnectionOrigin.Dial { Remote: DnsEndPoint name }:
                Timers.StartSingleTimer(ConnectTimer, ConnectTimedOut.Instance, _settings.Connection.ConnectTimeout);
                Resolve(name.Host).PipeTo(
                    Self, Self, addresses => new Resolved([.. addresses.Select(address => new IPEndPoint(address, name.Port))]),
                    failure => new NotResolved(failure.Message));
                break;
            case ConnectionOrigin.Dial other:
                Lose(new DisconnectReason.ConnectFailed($"{other.Remote} is neither an address nor a name"));
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
                TakeOver(Sender, connected.RemoteAddress.Normalized(), connected.LocalAddress.Normalized());
                break;
            case Tcp.CommandFailed failed when ReferenceEquals(failed.Cmd, _dial):
                _lastFailure = Explain(failed);
                DialNext();
                break;
            case Tcp.CommandFailed:
                break; // Of a dial that was given up.
            case DialForgotten:
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
            Lose(new DisconnectReason.ConnectFailed(_lastFailure));
            return;
        }

        // The network keeps the time, but Akka.IO's connection dies without a word when the remote resets it in the instant of connecting.
        Timers.StartSingleTimer(ConnectTimer, DialForgotten.Instance, _settings.Connection.ConnectTimeout + Grace);
        _dial = new Tcp.Connect(endpoint, timeout: _settings.Connection.ConnectTimeout, pullMode: true)
        {
            TcpSettings = SocketSettings(Context.System, _settings.Connection.FrameSize),
        };
        _network.Tell(_dial);
    }

    private void TakeOver(IActorRef socket, IPEndPoint remote, IPEndPoint local)
    {
        _socket = socket;
        Timers.Cancel(ConnectTimer);
        Context.Watch(socket);
        socket.Tell(new Tcp.Register(Self, keepOpenOnPeerClosed: false, useResumeWriting: false));
        _session.Opened();
        _peer.Tell(new Opened(remote, local));
        Become(Open);
        socket.Tell(Tcp.ResumeReading.Instance); // After Register: it resets an earlier one.
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
