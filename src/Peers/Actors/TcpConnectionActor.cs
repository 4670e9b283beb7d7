using System.Net;
using Akka.Actor;
using Akka.Event;
using Akka.IO;
using Peers.Wire;

namespace Peers;

/// <summary>
/// The socket of one connection, one per <see cref="PeerActor"/>; born with it, dies with the socket or with the peer.
/// Frames, decodes, encodes, paces and counts bytes. It decides nothing about the protocol beyond "this is no valid frame".
/// </summary>
/// <remarks>Resolving → Dialling → Open → Closing. The read side is pulled by credit, the write side paced by one ACK per batch.</remarks>
internal sealed class TcpConnectionActor : UntypedActor, IWithTimers
{
    private const string ConnectTimer = "connect";
    private const string CloseTimer = "close";

    private readonly IActorRef _peer;
    private readonly IActorRef _network;
    private readonly ConnectionOrigin _origin;
    private readonly PeerSettings _settings;
    private readonly ConnectionSession _session;
    private readonly ILoggingAdapter _log;
    private readonly Queue<IPEndPoint> _candidates = new();
    private readonly SegmentCapture _received = new();

    private IActorRef _socket = ActorRefs.Nobody;
    private string _lastFailure = "no address";
    private string _closingWhy = "the connection is gone";
    private long? _pausedAt;
    private DisconnectReason? _lost;

    public TcpConnectionActor(IActorRef peer, IActorRef network, ConnectionOrigin origin, PeerSettings settings, PeerLogContext context)
    {
        _peer = peer;
        _network = network;
        _origin = origin;
        _settings = settings;
        _log = context.Logger(Context);
        _session = new ConnectionSession(settings, settings.LogWire ? context.WireLogger(Context.System) : null, _log);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef peer, IActorRef network, ConnectionOrigin origin, PeerSettings settings, PeerLogContext context) =>
        Akka.Actor.Props.Create(() => new TcpConnectionActor(peer, network, origin, settings, context)).OnDispatcherOf(settings);

    /// <summary>Settings of one socket: a library does not touch <c>akka.io.tcp</c>. One attempt, or Akka.IO makes six.</summary>
    public static TcpSettings SocketSettings(ActorSystem system, int frameSize) => TcpSettings.Create(system) with
    {
        MaxFrameSizeBytes = frameSize,
        ReceiveBufferSize = Math.Max(frameSize, 256 * 1024),
        SendBufferSize = Math.Max(frameSize, 256 * 1024),
        FinishConnectRetries = 0,
    };

    /// <summary>Ends an accepted socket that gets no peer.</summary>
    public static void Refuse(IActorRef socket) => socket.Tell(Tcp.Abort.Instance, ActorRefs.NoSender);

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
                _settings.Resolve(name.Host).PipeTo(
                    Self, Self, addresses => new Resolved([.. addresses.Select(address => new IPEndPoint(address, name.Port))]),
                    failure => new NotResolved(failure.Message));
                break;
            case ConnectionOrigin.Dial other:
                Lose(new DisconnectReason.ConnectFailed($"{other.Remote} is neither an address nor a name"));
                break;
        }
    }

    /// <summary>Akka.IO does not notice the death of a handler that was the commander, too: the socket would stay open for ever.</summary>
    protected override void PostStop()
    {
        _socket.Tell(Tcp.Abort.Instance, ActorRefs.NoSender);
        _session.DropAll(_closingWhy);
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
            case Tcp.CommandFailed failed:
                _lastFailure = Explain(failed);
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

    private void Open(object message)
    {
        switch (message)
        {
            case Tcp.Received received:
                OnReceived(received.Data);
                break;
            case BatchWritten:
                _session.BatchWritten();
                Flush();
                break;
            case Close close:
                _closingWhy = close.Why;
                BeginClose(close.Flush);
                break;
            case ReturnCredit credit:
                _session.Window.Consume(credit.Cost);
                Read();
                break;
            default:
                Common(message);
                break;
        }
    }

    private void Closing(object message)
    {
        switch (message)
        {
            case BatchWritten:
                _session.BatchWritten();
                Flush();
                CloseWhenWritten();
                break;
            case CloseTimedOut:
                Lose(new DisconnectReason.Requested(_closingWhy));
                break;
            case Tcp.Received or ReturnCredit or Close:
                break; // Nobody reads any more.
            default:
                Common(message);
                break;
        }
    }

    /// <summary>The socket is going; nothing is read or written any more.</summary>
    private void Losing(object message)
    {
        switch (message)
        {
            case Terminated or CloseTimedOut:
                _socket = ActorRefs.Nobody;
                Report();
                break;
            case Write write:
                write.Receipt?.Tell(new SendResult.Dropped(write.Message, _closingWhy));
                break;
            case CompleteStats stats:
                stats.ReplyTo.Tell(_session.Figures().Complete(stats.Stats));
                break;
            default:
                break; // Whatever was on its way: data, acknowledgements, the close event.
        }
    }

    private void Common(object message)
    {
        switch (message)
        {
            case Write write:
                Enqueue(write.Message, write.Receipt);
                break;
            case WriteRun run:
                foreach (var item in run.Messages)
                {
                    _session.Enqueue(item, null);
                }

                AfterEnqueue();
                break;
            case CompleteStats stats:
                stats.ReplyTo.Tell(_session.Figures().Complete(stats.Stats));
                break;
            case Tcp.ConnectionClosed closed:
                Lose(Reason(closed));
                break;
            case Terminated:
                Lose(new DisconnectReason.ConnectionReset(PeerPhase.Ready, "the network dropped the socket"));
                break;
            case ReturnCredit or BatchWritten or Resolved or NotResolved:
                break; // Late: the connection is on its way out.
            case Tcp.CommandFailed { Cmd: Tcp.WriteCommand }:
                break; // The close event that follows says why.
            case Tcp.Connected:
                Sender.Tell(Tcp.Abort.Instance); // Too late: the dial was given up.
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void DialNext()
    {
        if (!_candidates.TryDequeue(out var endpoint))
        {
            Lose(new DisconnectReason.ConnectFailed(_lastFailure));
            return;
        }

        Timers.Cancel(ConnectTimer); // From here the network keeps the time.
        _network.Tell(new Tcp.Connect(endpoint, timeout: _settings.Connection.ConnectTimeout, pullMode: true) 
        {
            TcpSettings = SocketSettings(Context.System, _settings.Connection.FrameSize),
        });
    }

    private void TakeOver(IActorRef socket, IPEndPoint remote, IPEndPoint local)
    {
        _socket = socket;
        Context.Watch(socket);
        socket.Tell(new Tcp.Register(Self, keepOpenOnPeerClosed: false, useResumeWriting: false));
        _session.Opened();
        _peer.Tell(new Opened(remote, local));
        Become(Open);
        socket.Tell(Tcp.ResumeReading.Instance); // After Register: it resets an earlier one.
        Flush();
    }

    private void OnReceived(ByteString data)
    {
        _received.Clear();
        data.WriteTo(_received);
        var fatal = _session.Read(_received.Segments, out var heard);
        if (heard.Count > 0)
        {
            _peer.Tell(new Received(heard));
        }

        if (fatal is not null)
        {
            Lose(new DisconnectReason.Malformed(fatal.Error, fatal.Message));
            return;
        }

        Read();
    }

    /// <summary>Asks for the next read, or pauses while the window is full.</summary>
    private void Read()
    {
        if (_session.Window.IsFull)
        {
            if (_pausedAt is null)
            {
                _pausedAt = _settings.Clock.GetTimestamp();
                _session.ReadingPaused = true;
                _peer.Tell(ReadingPaused.Instance);
            }

            return;
        }

        if (_pausedAt is { } paused)
        {
            _pausedAt = null;
            _session.ReadingPaused = false;
            _peer.Tell(new ReadingResumed(_settings.Clock.GetElapsedTime(paused)));
        }

        _socket.Tell(Tcp.ResumeReading.Instance);
    }

    private void Enqueue(Message message, IActorRef? receipt)
    {
        _session.Enqueue(message, receipt);
        AfterEnqueue();
    }

    private void AfterEnqueue()
    {
        if (_session.Queue.Bytes > _settings.Connection.WriteLimit)
        {
            Lose(new DisconnectReason.SlowReader(_session.Queue.Bytes));
            return;
        }

        Flush();
    }

    private void Flush()
    {
        if (!_socket.IsNobody() && _session.NextBatch() is { } batch)
        {
            _socket.Tell(Tcp.Write.Create(ByteString.FromBytes(batch), BatchWritten.Instance));
        }
    }

    private void BeginClose(bool flush)
    {
        Become(Closing);
        Timers.StartSingleTimer(CloseTimer, CloseTimedOut.Instance, _settings.Connection.CloseTimeout);
        if (!flush)
        {
            _session.DropAll(_closingWhy);
            _socket.Tell(Tcp.Abort.Instance);
            return;
        }

        CloseWhenWritten();
    }

    private void CloseWhenWritten()
    {
        if (_session.IsWritten)
        {
            _socket.Tell(Tcp.Close.Instance);
        }
    }

    private DisconnectReason Reason(Tcp.ConnectionClosed closed) => closed switch
    {
        Tcp.PeerClosed => new DisconnectReason.RemoteClosed(PeerPhase.Ready, _session.IsInsideFrame),
        Tcp.ErrorClosed error => new DisconnectReason.ConnectionReset(PeerPhase.Ready, error.Cause ?? "reset"),
        _ => new DisconnectReason.Requested(_closingWhy),
    };

    /// <summary>Ends the connection: when the socket is gone, or never was, the peer is told.</summary>
    private void Lose(DisconnectReason reason)
    {
        _lost = reason;
        _closingWhy = reason is DisconnectReason.Requested requested ? requested.Why : reason.ToString();
        _session.DropAll(_closingWhy);
        Timers.CancelAll();
        if (_socket.IsNobody())
        {
            Report();
            return;
        }

        Become(Losing);
        Timers.StartSingleTimer(CloseTimer, CloseTimedOut.Instance, _settings.Connection.CloseTimeout);
        _socket.Tell(Tcp.Abort.Instance);
    }

    private void Report()
    {
        _peer.Tell(new ConnectionLost(_lost!, _session.Figures()));
        Context.Stop(Self);
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

    /// <summary>The ACK of the batch in flight.</summary>
    private sealed class BatchWritten : Tcp.Event
    {
        public static BatchWritten Instance { get; } = new();
    }

    private sealed record Resolved(List<IPEndPoint> Addresses) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record NotResolved(string Why) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record ConnectTimedOut
    {
        public static ConnectTimedOut Instance { get; } = new();
    }

    private sealed record CloseTimedOut
    {
        public static CloseTimedOut Instance { get; } = new();
    }
}
