using System.Net;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>One engine with btcd's settings on 10.0.0.1 and remotes at a test's command, for what has to do with time.</summary>
public abstract class InVirtualTime : IDisposable
{
    private readonly List<IDisposable> _remotes = [];

    protected Simulation Simulation { get; } = new();

    /// <summary>An engine with btcd's settings, but for what is said otherwise.</summary>
    protected SimulatedEngine Start(string hocon = "", string host = "10.0.0.1", Func<PeerSettings, PeerSettings>? change = null) =>
        new(Simulation, Simulation.Network.Host(host), $"{BtcdSettings.Text}\n{hocon}", change);

    /// <summary>An engine with this project's defaults.</summary>
    protected SimulatedEngine StartDefault(string hocon = "", string host = "10.0.0.1") => new(Simulation, Simulation.Network.Host(host), hocon);

    /// <summary>A remote that dials the engine.</summary>
    protected ScriptedPeer Dialling(SimulatedEngine engine, string from = "10.0.0.2")
    {
        ArgumentNullException.ThrowIfNull(engine);
        return Keep(ScriptedPeer.Dial(Simulation, IPAddress.Parse(from), engine.Events.Of<Listening>().Last().Local));
    }

    /// <summary>A remote that the engine dials.</summary>
    protected (ScriptedPeer Remote, Recorder Listener) Dialled(SimulatedEngine engine, PeerOptions? options = null, string at = "10.0.0.2")
    {
        ArgumentNullException.ThrowIfNull(engine);
        var listener = Simulation.Network.Listen(new IPEndPoint(IPAddress.Parse(at), 18444));
        var remote = Keep(ScriptedPeer.Accept(Simulation, listener));
        return (remote, engine.Dial(listener.Endpoint, options: options));
    }

    /// <summary>A remote that the engine dialled, handshake done.</summary>
    protected (ScriptedPeer Remote, PeerReady Peer, Recorder Listener) Connected(
        SimulatedEngine engine, VersionMessage? version = null, PeerOptions? options = null, string at = "10.0.0.2")
    {
        var (remote, listener) = Dialled(engine, options, at);
        remote.Handshakes(version);
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        return (remote, listener.Of<PeerReady>().Single(), listener);
    }

    protected DisconnectReason Stopped(SimulatedEngine engine, TimeSpan within)
    {
        ArgumentNullException.ThrowIfNull(engine);
        Simulation.Until(() => engine.Stopped.Any(), within);
        return Assert.Single(engine.Stopped).Reason;
    }

    protected static Hash256 Hash(int number) => Hash256.OfDouble(BitConverter.GetBytes(number));

    public void Dispose()
    {
        _remotes.ForEach(remote => remote.Dispose());
        Simulation.Dispose();
        GC.SuppressFinalize(this);
    }

    private ScriptedPeer Keep(ScriptedPeer remote)
    {
        _remotes.Add(remote);
        return remote;
    }
}
