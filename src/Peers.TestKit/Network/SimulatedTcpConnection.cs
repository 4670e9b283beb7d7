using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.IO;
using Akka.Util;

namespace Peers.TestKit;

/// <summary>
/// One end of a simulated connection that speaks Akka.IO's protocol, message for message as Akka.IO 1.5.74 does, its surprises included:
/// a contract test runs against both.
/// </summary>
/// <remarks>Dialling (outgoing only), awaiting Register, open, remote finished, closing with writes pending, awaiting the remote's end.</remarks>
internal sealed class SimulatedTcpConnection : UntypedActor
{
    private static readonly IOException Closing = new("Dropping write because the connection is closing");
    private static readonly IOException QueueIsFull = new("Dropping write because queue is full");

    private readonly TcpSettings _settings;
    private readonly IActorRef _commander;
    private readonly Dialling? _dialling;
    private readonly SocketTraffic _traffic;
    private IActorRef? _handler;
    private (IActorRef To, IActorRef? Too, Tcp.Event Event)? _farewell;
    private bool _keepOpen;

    public SimulatedTcpConnection(TcpSettings settings, IActorRef commander, bool pullMode, SimulatedSocket? socket, Dialling? dialling)
    {
        _settings = settings;
        _commander = commander;
        _dialling = dialling;
        _traffic = new SocketTraffic(Self, settings, pullMode, socket);
    }

    public static Props Outgoing(SimulatedNetwork network, SimulatedHost host, TcpSettings settings, Tcp.Connect connect, IActorRef commander) =>
        ActorFactory.Props(() => new SimulatedTcpConnection(settings, commander, connect.PullMode, null, new Dialling(network, host, settings, connect)));

    public static Props Incoming(TcpSettings settings, SimulatedSocket socket, IActorRef handler, bool pullMode) =>
        ActorFactory.Props(() => new SimulatedTcpConnection(settings, handler, pullMode, socket, null));

    protected override void PreStart()
    {
        if (_dialling is null)
            Connected();
        else
            Dial(_dialling);
    }

    protected override void PostStop()
    {
        _dialling?.GiveUp();
        _traffic.Socket?.Abort();
        foreach (var (write, commander) in _traffic.Abandon())
            Fail(commander, write, Closing);
        if (_farewell is not { } farewell)
            return;
        farewell.To.Tell(farewell.Event);
        if (farewell.Too is not null && !farewell.Too.Equals(farewell.To))
            farewell.Too.Tell(farewell.Event);
    }

    protected override void OnReceive(object message) => throw new InvalidOperationException("PreStart has set the first phase.");

    private void Dial(Dialling dialling)
    {
        if (dialling.Timeout is { } timeout)
            Context.SetReceiveTimeout(timeout);
        Become(message =>
        {
            switch (message)
            {
                case Dialling.Succeeded succeeded:
                    Context.SetReceiveTimeout(null);
                    _traffic.Socket = succeeded.Socket;
                    Connected();
                    break;
                case Dialling.Failed when dialling.AnotherTry():
                    break;
                case Dialling.Failed failed:
                    GiveUp(failed.Cause);
                    break;
                case ReceiveTimeout:
                    GiveUp(new ConnectException($"Connect timeout of {dialling.Timeout} expired"));
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        });
        dialling.Start(Self);

        void GiveUp(Exception cause)
        {
            _farewell = (_commander, null, new Tcp.CommandFailed(dialling.Command, Option<Exception>.Create(cause)));
            Context.Stop(Self);
        }
    }

    private void Connected()
    {
        Context.WatchWith(_commander, CommanderDied.Instance);
        _commander.Tell(new Tcp.Connected(Seen(_traffic.Socket!.Remote), Seen(_traffic.Socket.Local)));
        if (_settings.RegisterTimeout is { } timeout)
            Context.SetReceiveTimeout(timeout);
        Become(AwaitingRegister);
    }

    // Akka.IO dials with a dual-mode socket, which shows an IPv4 address as an IPv6 one.
    private IPEndPoint Seen(IPEndPoint endpoint) =>
        _dialling is { ForceIpv4: false } && endpoint.AddressFamily == AddressFamily.InterNetwork
            ? new IPEndPoint(endpoint.Address.MapToIPv6(), endpoint.Port)
            : endpoint;

    private void AwaitingRegister(object message)
    {
        switch (message)
        {
            case Tcp.Register register:
                _handler = register.Handler;
                Context.WatchWith(_handler, HandlerDied.Instance);
                // In this order, as in Akka.IO: a handler that was the commander is not watched afterwards. Who registers itself has to abort.
                Context.Unwatch(_commander);
                Context.SetReceiveTimeout(null);
                _keepOpen = register.KeepOpenOnPeerClosed;
                _farewell = (_handler, null, Tcp.Aborted.Instance);
                Become(Open);
                _traffic.Open(_handler);
                break;
            case Tcp.WriteCommand write:
                Write(write);
                break;
            case Tcp.CloseCommand close:
                Close(Sender, close.Event);
                break;
            case Tcp.SuspendReading or Tcp.ResumeReading:
                break;
            case CommanderDied or ReceiveTimeout:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Open(object message)
    {
        switch (message)
        {
            case SocketTraffic.ReceiveEnded ended:
                ReceiveEnded(ended.Outcome, _handler!);
                break;
            case Tcp.CloseCommand close:
                Close(Sender, close.Event);
                break;
            default:
                Common(message);
                break;
        }
    }

    private UntypedReceive ClosingWithPendingWrites(IActorRef closer, Tcp.ConnectionClosed how) => message =>
    {
        switch (message)
        {
            case SocketTraffic.ReceiveEnded ended:
                ReceiveEnded(ended.Outcome, closer);
                break;
            case SocketTraffic.AllSent:
                if (!_traffic.HasUnsent)
                    Close(closer, how);
                break;
            case Tcp.Abort abort:
                Close(Sender, abort.Event);
                break;
            default:
                Common(message);
                break;
        }
    };

    private UntypedReceive AwaitingTheRemotesEnd(IActorRef closer) => message =>
    {
        switch (message)
        {
            case SocketTraffic.ReceiveEnded ended:
                ReceiveEnded(ended.Outcome, closer);
                break;
            case Tcp.WriteCommand write:
                Fail(Sender, write, Closing);
                break;
            case Tcp.Abort abort:
                Close(Sender, abort.Event);
                break;
            default:
                Common(message);
                break;
        }
    };

    private void Common(object message)
    {
        switch (message)
        {
            case Tcp.ResumeReading:
                _traffic.ResumeReading();
                break;
            case Tcp.SuspendReading:
                _traffic.SuspendReading();
                break;
            case Tcp.WriteCommand write:
                Write(write);
                break;
            case SocketTraffic.SendFailed failed:
                Broken(failed.Error);
                break;
            case SocketTraffic.AllSent:
                break;
            case Tcp.ResumeWriting:
                break;
            case HandlerDied:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void ReceiveEnded(ReceiveOutcome outcome, IActorRef closer)
    {
        if (outcome.Error != SocketError.Success)
        {
            Broken(outcome.Error);
        }
        else if (_traffic.OutputShut)
        {
            Stop(closer, Tcp.ConfirmedClosed.Instance);
        }
        else
        {
            _traffic.RemoteFinished = true;
            Close(closer, Tcp.PeerClosed.Instance);
        }
    }

    private void Write(Tcp.WriteCommand command)
    {
        if (!_traffic.TryWrite(command, Sender))
            Fail(Sender, command, QueueIsFull);
    }

    private void Close(IActorRef closer, Tcp.ConnectionClosed how)
    {
        switch (how)
        {
            case Tcp.Aborted:
                _traffic.Socket!.Abort();
                Stop(closer, how);
                break;
            case Tcp.PeerClosed when _keepOpen:
                _handler.Tell(Tcp.PeerClosed.Instance);
                break;
            case var _ when _traffic.HasUnsent:
                if (_handler is not null)
                    Context.Unwatch(_handler);
                Become(ClosingWithPendingWrites(closer, how));
                break;
            case Tcp.ConfirmedClosed when !_traffic.RemoteFinished:
                _traffic.ShutdownOutput();
                Become(AwaitingTheRemotesEnd(closer));
                break;
            default:
                Stop(closer, how);
                break;
        }
    }

    private void Stop(IActorRef closer, Tcp.ConnectionClosed how)
    {
        _traffic.Socket!.Close();
        _farewell = (closer, _handler, how);
        Context.Stop(Self);
    }

    private void Broken(SocketError error)
    {
        _farewell = (_farewell?.To ?? _handler ?? _commander, _farewell?.Too, new Tcp.ErrorClosed(new SocketException((int)error).Message));
        Context.Stop(Self);
    }

    private static void Fail(IActorRef commander, Tcp.Command command, Exception cause) =>
        commander.Tell(new Tcp.CommandFailed(command, Option<Exception>.Create(cause)));

    private sealed class CommanderDied : IDeadLetterSuppression
    {
        public static readonly CommanderDied Instance = new();
    }

    private sealed class HandlerDied : IDeadLetterSuppression
    {
        public static readonly HandlerDied Instance = new();
    }
}
