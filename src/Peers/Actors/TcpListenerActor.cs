using System.Net;
using Akka.Actor;
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
    private readonly AkkaNetwork _network;
    private readonly int _key;
    private readonly IPEndPoint _endpoint;
    private readonly PeerSettings _settings;
    private IActorRef _socket = ActorRefs.Nobody;
    private bool _unbinding;

    public TcpListenerActor(IActorRef manager, AkkaNetwork network, int key, IPEndPoint endpoint, PeerSettings settings)
    {
        _manager = manager;
        _network = network;
        _key = key;
        _endpoint = endpoint;
        _settings = settings;
    }

    protected override void PreStart() => _network.Bind(_endpoint, Context, _settings);

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
                    _key, new AkkaSocket(Sender), connected.RemoteAddress.Normalized(), connected.LocalAddress.Normalized()));
                break;
            case ConnectionJudged:
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
}
