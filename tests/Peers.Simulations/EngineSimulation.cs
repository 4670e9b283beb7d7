using System.Net;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>One engine under test on 10.0.0.1 and remotes at a test's command.</summary>
public abstract class EngineSimulation : IDisposable
{
    private readonly List<IDisposable> _remotes = [];

    protected Simulation Simulation { get; } = new();

    protected static IPAddress RemoteAddress { get; } = IPAddress.Parse("10.0.0.2");

    protected SimulatedEngine Start(string hocon = "", Func<PeerSettings, PeerSettings>? change = null) =>
        new(Simulation, Simulation.Network.Host("10.0.0.1"), hocon, change);

    /// <summary>A remote that dials the engine.</summary>
    protected ScriptedPeer Dialling(SimulatedEngine engine, BitcoinNetwork? network = null, string from = "10.0.0.2") =>
        Keep(ScriptedPeer.Dial(Simulation, IPAddress.Parse(from), engine.Events.Of<Listening>().Last().Local, network));

    /// <summary>A remote that the engine dials.</summary>
    protected (ScriptedPeer Remote, Recorder Listener) Dialled(SimulatedEngine engine, Consumption consumption = Consumption.OnDelivery)
    {
        var at = Simulation.Network.Listen(new IPEndPoint(RemoteAddress, 18444));
        var remote = Keep(ScriptedPeer.Accept(Simulation, at));
        return (remote, engine.Dial(at.Endpoint, consumption));
    }

    /// <summary>A remote that the engine dialled, handshake done.</summary>
    protected (ScriptedPeer Remote, PeerReady Peer, Recorder Listener) Connected(SimulatedEngine engine, Consumption consumption = Consumption.OnDelivery)
    {
        var (remote, listener) = Dialled(engine, consumption);
        remote.Handshakes();
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        return (remote, listener.Of<PeerReady>().Single(), listener);
    }

    protected PeerStopped StoppedOnce(SimulatedEngine engine, TimeSpan? within = null)
    {
        Simulation.Until(() => engine.Stopped.Any(), within ?? TimeSpan.FromSeconds(10));
        return Assert.Single(engine.Stopped);
    }

    public void Dispose()
    {
        _remotes.ForEach(remote => remote.Dispose());
        Simulation.Dispose();
        GC.SuppressFinalize(this);
    }

    protected ScriptedPeer Keep(ScriptedPeer remote)
    {
        _remotes.Add(remote);
        return remote;
    }
}
