using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>
/// One bound address of plain sockets; born by <see cref="Listen"/>, dies by <see cref="Unlisten"/> or with the manager.
/// It hands what it accepts to the manager and creates no peers.
/// </summary>
/// <remarks>
/// While the manager has not judged a few, the rest waits in the operating system, where it takes no descriptor of ours. When there is no descriptor
/// left it waits for some, and tries again: a loop without a pause would take a whole processor (as Bitcoin Core did).
/// </remarks>
internal sealed class SocketListenerActor : UntypedActor, IWithTimers
{
    private const int MostInARow = 16;
    private const int MostUnjudged = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly IActorRef _manager;
    private readonly int _key;
    private readonly IPEndPoint _endpoint;
    private readonly PeerSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private Socket? _socket;
    private Accepting? _accepting;
    private int _unjudged;
    private bool _isWaiting;
    private bool _isShort;

    public SocketListenerActor(IActorRef manager, int key, IPEndPoint endpoint, PeerSettings settings)
    {
        _manager = manager;
        _key = key;
        _endpoint = endpoint;
        _settings = settings;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        try
        {
            _socket = new Socket(_endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _socket.Bind(_endpoint);
            _socket.Listen(_settings.Listen.Backlog);
        }
        catch (SocketException fault)
        {
            _manager.Tell(new ListenerFailed(_key, fault.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"port {_endpoint.Port} is in use"
                : SocketFault.Explain(fault.SocketErrorCode)));
            Context.Stop(Self);
            return;
        }

        _manager.Tell(new ListenerBound(_key, _socket.LocalEndPoint!.Normalized()));
        _accepting = new Accepting(Self);
        Accept();
    }

    protected override void PostStop()
    {
        _socket?.Dispose();
        _accepting?.Dispose();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AcceptEnded:
                _isWaiting = false;
                Take();
                Accept();
                break;
            case Again:
                Accept();
                break;
            case ConnectionJudged:
                _unjudged--;
                Accept();
                break;
            case StopListening:
                _socket?.Dispose();
                _manager.Tell(new ListenerClosed(_key));
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Accept()
    {
        for (var i = 0; i < MostInARow && !_isWaiting && !Timers.IsTimerActive(Again.Instance); i++)
        {
            if (_unjudged >= MostUnjudged)
            {
                return;
            }

            _accepting!.AcceptSocket = null;
            if (_socket!.AcceptAsync(_accepting))
            {
                _isWaiting = true;
                return;
            }

            Take();
        }

        if (!_isWaiting && !Timers.IsTimerActive(Again.Instance))
        {
            Self.Tell(Again.Instance); // Others of this thread come first.
        }
    }

    private void Take()
    {
        if (_accepting!.SocketError != SocketError.Success)
        {
            Endure(_accepting.SocketError);
            return;
        }

        _isShort = false;
        var accepted = _accepting.AcceptSocket!;
        try
        {
            var (remote, local) = (accepted.RemoteEndPoint!.Normalized(), accepted.LocalEndPoint!.Normalized());
            _manager.Tell(new ConnectionAccepted(_key, new PlainSocket(accepted), remote, local));
            _unjudged++;
        }
        catch (SocketException)
        {
            accepted.Dispose(); // It has ended again.
        }
    }

    /// <summary>A connection that ended before it was accepted is nobody's concern; a shortage passes.</summary>
    private void Endure(SocketError fault)
    {
        if (fault is SocketError.ConnectionAborted or SocketError.ConnectionReset)
        {
            return;
        }

        Timers.StartSingleTimer(Again.Instance, Again.Instance, Pause);
        if (!_isShort)
        {
            _isShort = true;
            _log.Warning("Cannot accept connections on {Endpoint} for now: {Why}", _endpoint, SocketFault.Explain(fault));
        }
    }

    private sealed class Accepting(IActorRef listener) : SocketAsyncEventArgs(true)
    {
        protected override void OnCompleted(SocketAsyncEventArgs e) => listener.Tell(AcceptEnded.Instance, ActorRefs.NoSender);
    }

    private sealed record AcceptEnded : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static AcceptEnded Instance { get; } = new();
    }

    private sealed record Again
    {
        public static Again Instance { get; } = new();
    }
}
