using Akka.Actor;
using Akka.IO;

namespace Peers.TestKit;

/// <summary>
/// The Akka.IO of one simulated host: answers <see cref="Tcp.Bind"/> and <see cref="Tcp.Connect"/> as Akka.IO's own manager does.
/// One per host, for as long as the simulation lasts.
/// </summary>
internal sealed class SimulatedTcpManager(SimulatedNetwork network, SimulatedHost host) : UntypedActor
{
    private readonly TcpSettings _settings = network.SettingsFor(Context.System);
    private long _listeners;
    private long _connections;

    protected override SupervisorStrategy SupervisorStrategy() => Tcp.ConnectionSupervisorStrategy;

    protected override void OnReceive(object message)
    {
        // A closure must not read the sender later: Props are evaluated when the child starts.
        var commander = Sender;
        switch (message)
        {
            case Tcp.Connect connect:
                Context.ActorOf(SimulatedTcpConnection.Outgoing(network, host, connect.TcpSettings ?? _settings, connect, commander), $"tcp-client-connection-{_connections++}");
                break;
            case Tcp.Bind bind:
                Context.ActorOf(ActorFactory.Props(() => new SimulatedTcpListener(host, bind.TcpSettings ?? _settings, bind, commander)), $"tcp-listener-{_listeners++}");
                break;
            default:
                throw new ArgumentException($"Only Connect and Bind are for the manager, {message.GetType().Name} is for the sender of Connected.", nameof(message));
        }
    }
}
