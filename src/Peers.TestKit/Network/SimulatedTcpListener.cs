using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.IO;
using Akka.Util;

namespace Peers.TestKit;

/// <summary>
/// A bound endpoint: answers <see cref="Tcp.Bound"/> or <see cref="Tcp.CommandFailed"/>, and makes a connection actor of every connection.
/// </summary>
/// <remarks>As in Akka.IO, accepted connections are its children: unbinding, or the end of the bind handler, ends them too.</remarks>
internal sealed class SimulatedTcpListener : UntypedActor
{
    private readonly SimulatedHost _host;
    private readonly TcpSettings _settings;
    private readonly Tcp.Bind _bind;
    private readonly IActorRef _commander;
    private SimulatedPort? _port;

    public SimulatedTcpListener(SimulatedHost host, TcpSettings settings, Tcp.Bind bind, IActorRef commander)
    {
        _host = host;
        _settings = settings;
        _bind = bind;
        _commander = commander;
    }

    protected override SupervisorStrategy SupervisorStrategy() => Tcp.ConnectionSupervisorStrategy;

    protected override void PreStart()
    {
        var self = Self;
        var error = _bind.LocalAddress is IPEndPoint endpoint
            ? _host.Listen(endpoint, () => self.Tell(ConnectionWaits.Instance), out _port)
            : SocketError.AddressFamilyNotSupported;
        if (_port is null)
        {
            _commander.Tell(new Tcp.CommandFailed(_bind, Option<Exception>.Create(new SocketException((int)error))));
            Context.Stop(Self);
            return;
        }

        Context.WatchWith(_bind.Handler, HandlerDied.Instance);
        _commander.Tell(new Tcp.Bound(_port.Endpoint));
    }

    protected override void PostStop() => _port?.Close();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ConnectionWaits:
                if (_port?.Take() is { } socket)
                    Context.ActorOf(SimulatedTcpConnection.Incoming(_settings, socket, _bind.Handler, _bind.PullMode));
                break;
            case Tcp.Unbind:
                _port?.Close();
                Sender.Tell(Tcp.Unbound.Instance);
                Context.Stop(Self);
                break;
            case HandlerDied:
                Context.Stop(Self);
                break;
            case Tcp.ResumeAccepting:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private sealed class ConnectionWaits : IDeadLetterSuppression
    {
        public static readonly ConnectionWaits Instance = new();
    }

    private sealed class HandlerDied : IDeadLetterSuppression
    {
        public static readonly HandlerDied Instance = new();
    }
}
