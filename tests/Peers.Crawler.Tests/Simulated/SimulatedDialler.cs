using Akka.Actor;
using Akka.IO;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Crawler.Tests;

/// <summary>Dials in a simulated network: the engine adopts the sockets as it does those of a real one.</summary>
internal sealed class SimulatedDialler(Simulation simulation, SimulatedHost host, TimeSpan giveUpAfter) : IDialler
{
    public IDisposable Dial(NetworkEndpoint endpoint, IActorRef replyTo)
    {
        simulation.System.ActorOf(ActorFactory.Props(() => new DialActor(host.Tcp, endpoint, replyTo, giveUpAfter)));
        return Nothing.Instance;
    }

    private sealed class DialActor(IActorRef tcp, NetworkEndpoint endpoint, IActorRef replyTo, TimeSpan giveUpAfter) : UntypedActor
    {
        protected override void PreStart() => tcp.Tell(new Tcp.Connect(endpoint.ToIPEndPoint(), timeout: giveUpAfter, pullMode: true));

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Tcp.Connected connected:
                    var socket = Sender;
                    var (remote, local) = (connected.RemoteAddress.Normalized(), connected.LocalAddress.Normalized());
                    replyTo.Tell(new Dialled(listener => new AdoptSocket(
                        socket, Direction.Outbound, remote, local, listener, Options: VisitActor.Options)));

                    // Until it is registered, a connection of Akka.IO dies with whoever asked for it.
                    Context.Watch(replyTo);
                    break;
                case Terminated:
                    Context.Stop(Self);
                    break;
                case Tcp.CommandFailed failed:
                    // The network says of a refusal what Akka.IO says; a dead host is silent.
                    replyTo.Tell(new NotDialled(
                        failed.Cause is { HasValue: true, Value.Message: var why } && why.Contains("expired", StringComparison.Ordinal)
                            ? VisitOutcome.ConnectTimedOut : VisitOutcome.Refused, ""));
                    Context.Stop(Self);
                    break;
            }
        }
    }

    private sealed class Nothing : IDisposable
    {
        public static Nothing Instance { get; } = new();

        public void Dispose()
        {
            // The dial ends by its own time-out, which is as long as the visit waits.
        }
    }
}
