using System.Net;
using Akka.Actor;
using Peers.TestKit;

namespace Peers.Simulations;

/// <summary>"PeerStopped … exactly once" of docs/architecture.md, when all peers go and come at once.</summary>
public sealed class RestartSimulation : EngineSimulation
{
    private const int Nodes = 6;

    [Theory(DisplayName = "All engines restart at once, in order or by a power cut: each connection ends once at each end, and all reconnect")]
    [InlineData(false)]
    [InlineData(true)]
    public void All_at_once(bool powerCut)
    {
        var engines = Mesh();
        for (var round = 0; round < 3; round++)
        {
            var watcher = Simulation.Recorder();
            engines.ForEach(engine => watcher.Watch(engine.Manager));
            if (powerCut)
            {
                engines.ForEach(engine => engine.Host.Crash());
            }

            engines.ForEach(engine => engine.Manager.Tell(StopEngine.Instance));
            Simulation.Until(() => watcher.Of<Terminated>().Count() == Nodes, TimeSpan.FromSeconds(10));
            Assert.All(engines, engine =>
            {
                Assert.Equal(Nodes - 1, engine.Stopped.Count());
                Assert.Equal(Nodes - 1, engine.Stopped.Select(stopped => stopped.Id).Distinct().Count());
                Assert.All(engine.Stopped, stopped => Assert.True(
                    stopped.Reason is DisconnectReason.Requested or DisconnectReason.RemoteClosed or DisconnectReason.ConnectionReset, $"{stopped.Reason}"));
            });
            engines.ForEach(engine => engine.Host.Restart());
            Simulation.Advance(TimeSpan.FromSeconds(1));
            Assert.Empty(Simulation.Network.Connections);
            engines = Mesh();
        }
    }

    [Fact(DisplayName = "Who loses a remote to a power cut hears of it by a reset when the remote is back, and by idleness when it is not")]
    public void Power_cut_of_a_remote()
    {
        var engines = Mesh();
        engines[0].Host.Crash();
        engines[0].Stop();
        Simulation.Advance(TimeSpan.FromSeconds(119));
        Assert.All(engines[1..], engine => Assert.Empty(engine.Stopped));
        engines[0].Host.Restart();
        Simulation.Advance(TimeSpan.FromSeconds(10)); // The next ping finds nobody.
        Assert.All(engines[1..], engine => Assert.IsType<DisconnectReason.ConnectionReset>(Assert.Single(engine.Stopped).Reason));

        engines[1].Host.Crash();
        engines[1].Stop();
        Simulation.Advance(TimeSpan.FromMinutes(8));
        Assert.All(engines[2..], engine => Assert.IsType<DisconnectReason.Idle>(engine.Stopped.Last().Reason));
        Assert.All(engines[2..], engine => Assert.Equal(2, engine.Stopped.Count()));
    }

    private List<SimulatedEngine> Mesh()
    {
        List<SimulatedEngine> engines = [];
        for (var number = 0; number < Nodes; number++)
        {
            var engine = new SimulatedEngine(Simulation, Simulation.Network.Host($"10.0.0.{number + 1}"));
            engine.Listen();
            foreach (var earlier in engines)
            {
                engine.Dial(new IPEndPoint(earlier.Host.Addresses[0], 18444));
            }

            engines.Add(engine);
        }

        Simulation.Until(() => engines.Sum(engine => engine.Events.Of<PeerReady>().Count()) == Nodes * (Nodes - 1) / 2, TimeSpan.FromSeconds(10));
        Simulation.Advance(TimeSpan.FromSeconds(1));
        return engines;
    }
}
