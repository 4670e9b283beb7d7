using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Peers.TestKit;

namespace Peers.Simulations;

public sealed class DialSimulation : EngineSimulation
{
    [Fact(DisplayName = "A network that does not answer a dial is waited for a second longer than it was told, for each address, and no more")]
    public void Forgotten_dials()
    {
        var (network, listener) = (Simulation.Recorder(), Simulation.Recorder());
        var settings = PeerSettings.From(ConfigurationFactory.ParseString("peers.connection.connect-timeout = 5s").WithFallback(PeerEngine.DefaultConfig));
        var manager = Simulation.ActorOf(PeerEngine.Props(
            settings with
            {
                Clock = Simulation.Clock,
                Random = Simulation.Random("engine"),
                Resolve = _ => Task.FromResult<IPAddress[]>([RemoteAddress, IPAddress.Parse("10.0.0.3")]),
            },
            network.Ref));
        manager.Tell(new Connect(new DnsEndPoint("seed.example", 8333), listener.Ref));
        Simulation.Advance(TimeSpan.FromSeconds(7));
        var dials = network.Of<Akka.IO.Tcp.Connect>().ToList();
        Assert.Equal([new IPEndPoint(RemoteAddress, 8333), new IPEndPoint(IPAddress.Parse("10.0.0.3"), 8333)], dials.Select(dial => dial.RemoteAddress));

        // The failure of the first comes when it is no longer waited for: the second is not taken for it.
        var connection = network.All.First(told => told.Message == dials[0]).Sender;
        connection.Tell(dials[0].FailureMessage);
        Simulation.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Empty(listener.Of<PeerStopped>());
        Simulation.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(new DisconnectReason.ConnectFailed("no answer within 5 s"), listener.Of<PeerStopped>().Single().Reason);
    }
}
