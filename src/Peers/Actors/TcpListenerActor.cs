using System.Net;
using Akka.Actor;
using Akka.Event;
using Akka.IO;

namespace Peers;

/// <summary>
/// One bound address; born by <see cref="Listen"/>, dies by <see cref="Unlisten"/> or with the manager.
/// It hands what it accepts to the manager and creates no peers.
/// </summary>
/// <remarks>Binding → Bound → Unbinding.</remarks>
internal sealed class TcpListenerActor : UntypedActor
{
    private readonly IActorRef _manager;
    private readonly IActorRef _network;
    private readonly int _key;
    private readonly IPEndPoint _endpoint;
    private readonly PeerSettings _settings;
    private IActorRef _socket = ActorRefs.Nobody;
    private bool _unbinding;

    public TcpListenerActor(IActorRef manager, IActorRef network, int key, IPEndPoint endpoint, PeerSettings settings)
    {
        _manager = manager;
        _network = network;
        _key = key;
        _endpoint = endpoint;
        _settings = settings;
    }

    public static Props Props(IActorRef manager, IActorRef network, int key, IPEndPoint endpoint, PeerSettings settings) =>
        ActorFactory.Props(() => new TcpListenerActor(manager, network, key, endpoint, settings)).OnDispatcherOf(settings);

    protected override void PreStart() =>
        _network.Tell(new Tcp.Bind(Self, _endpoint, _settings.Listen.Backlog, pullMode: true)
        {
            TcpSettings = TcpConnectionActor.SocketSettings(Context.System, _settings.Connection.FrameSize),
        });

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.Bound bound:
                _socket = Sender;
                Context.Watch(_socket);
                _manager.Tell(new ListenerBound(_key, bound.LocalAddress.Normalized()));
                break;
            case Tcp.CommandFailed failed:
                _manager.Tell(new ListenerFailed(_key, Explain(failed)));
                Context.Stop(Self);
                break;
            case Tcp.Connected connected:
                _manager.Tell(new ConnectionAccepted(
                    _key, Sender, connected.RemoteAddress.Normalized(), connected.LocalAddress.Normalized()));
                break;
            case StopListening:
                _unbinding = true;
                _socket.Tell(Tcp.Unbind.Instance);
                break;
            case Tcp.Unbound:
                _manager.Tell(new ListenerClosed(_key));
                Context.Stop(Self);
                break;
            case Terminated when !_unbinding:
                _manager.Tell(new ListenerFailed(_key, "the network closed the listener"));
                Context.Stop(Self);
                break;
            case Terminated:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private string Explain(Tcp.CommandFailed failed) => failed.Cause switch
    {
        { HasValue: true, Value: System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AddressAlreadyInUse } } =>
            $"port {_endpoint.Port} is in use",
        { HasValue: true, Value: { } cause } => cause.Message,
        _ => "the network refused",
    };

    /// <summary>Accept no more.</summary>
    internal sealed record StopListening : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static StopListening Instance { get; } = new();
    }
}
