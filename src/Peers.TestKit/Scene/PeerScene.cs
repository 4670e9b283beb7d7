using System.Net;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// What most tests of a protocol need: one production engine on <c>10.0.0.1</c>, remotes at the test's command around it, virtual time.
/// Make it with <see cref="SimulationBuilder"/> or inherit <see cref="PeerSimulation"/>.
/// </summary>
public sealed class PeerScene : IDisposable
{
    private const int FirstRemote = 2;
    private const int LastRemote = 250;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<ScriptedPeer> _remotes = [];
    private readonly string _settings;
    private readonly Func<PeerSettings, PeerSettings>? _change;
    private readonly Action<string>? _output;
    private SimulatedEngine? _engine;
    private (IPEndPoint At, Recorder Listener)? _listening;
    private int _nextRemote = FirstRemote;
    private int _stopsAskedFor;

    internal PeerScene(Simulation simulation, string settings, Func<PeerSettings, PeerSettings>? change, Action<string>? output)
    {
        Simulation = simulation;
        _settings = settings;
        _change = change;
        _output = output;
        simulation.Conversation.IsOn = true;
    }

    /// <summary>The simulation below: its clock, network, trace, and what was lost in it.</summary>
    public Simulation Simulation { get; }

    /// <summary>The engine under test; it starts when it is first asked for.</summary>
    public SimulatedEngine Engine => _engine ??= new SimulatedEngine(Simulation, Simulation.Network.Host("10.0.0.1"), _settings, _change);

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Elapsed => Simulation.Elapsed;

    /// <summary>Lets the engine dial a remote at an address of its own.</summary>
    /// <param name="handshake">Whether to do the handshake before it returns; else the remote has said nothing yet.</param>
    /// <param name="version">What the remote says of itself; an ordinary node when <c>null</c>.</param>
    /// <param name="consumption">When a message counts as consumed.</param>
    /// <param name="options">What this one connection shall be.</param>
    public ScriptedConnection Dial(
        bool handshake = true, VersionMessage? version = null, Consumption consumption = Consumption.OnDelivery, PeerOptions? options = null)
    {
        var engine = Engine;
        var at = Simulation.Network.Listen(new IPEndPoint(NextAddress(), engine.Settings.Network.DefaultPort));
        var remote = Keep(ScriptedPeer.Accept(Simulation, at, engine.Settings.Network));
        var listener = engine.Dial(at.Endpoint, consumption, options);
        return Begin(new ScriptedConnection(remote, listener, () => listener.Of<PeerReady>().FirstOrDefault()), handshake, version);
    }

    /// <summary>Lets a remote dial the engine, which listens from the first call on.</summary>
    /// <param name="handshake">Whether to do the handshake before it returns; else the remote has said nothing yet.</param>
    /// <param name="version">What the remote says of itself; an ordinary node when <c>null</c>.</param>
    public ScriptedConnection Listen(bool handshake = true, VersionMessage? version = null)
    {
        var engine = Engine;
        if (_listening is not { } listening)
        {
            var recorder = Simulation.Recorder();
            _listening = listening = (engine.Listen(engine.Settings.Network.DefaultPort, recorder.Ref), recorder);
        }

        var remote = Keep(ScriptedPeer.Dial(Simulation, NextAddress(), listening.At, engine.Settings.Network));
        var end = remote.Stream.Local;
        return Begin(
            new ScriptedConnection(remote, listening.Listener, () => engine.Events.Of<PeerReady>().FirstOrDefault(ready => ready.Remote.Endpoint.Equals(end))),
            handshake, version);
    }

    /// <summary>
    /// A remote that waits to be dialled, by the engine or by the code under test, at <see cref="ScriptedPeer.Endpoint"/>, an address of its
    /// own. It does its part of the handshake by itself.
    /// </summary>
    /// <param name="version">What it says of itself; an ordinary node when <c>null</c>.</param>
    public ScriptedPeer Remote(VersionMessage? version = null)
    {
        var network = Engine.Settings.Network;
        var remote = Keep(ScriptedPeer.Accept(Simulation, Simulation.Network.Listen(new IPEndPoint(NextAddress(), network.DefaultPort)), network));
        remote.AnswersHandshake(version);
        return remote;
    }

    /// <summary>Lets <paramref name="time"/> pass: everything due meanwhile runs, each at its own instant.</summary>
    public void Advance(TimeSpan time) => Simulation.Advance(time);

    /// <summary>Lets time pass until <paramref name="condition"/> holds.</summary>
    /// <exception cref="SimulationException">It does not within <paramref name="limit"/>; the message holds the conversation.</exception>
    public void Until(
        Func<bool> condition, TimeSpan limit, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string expression = "") =>
        Simulation.Until(condition, limit, expression);

    /// <summary>Waits for the end of the engine's next connection that has not been asked for yet.</summary>
    /// <exception cref="SimulationException">None ends within <paramref name="limit"/>; the message holds the conversation.</exception>
    public PeerStopped Stopped(TimeSpan? limit = null)
    {
        var known = _stopsAskedFor++;
        Simulation.Until(() => Engine.Stopped.Skip(known).Any(), limit ?? Patience, "a connection ends");
        return Engine.Stopped.ElementAt(known);
    }

    /// <summary>Verifies that no message was lost, ends the simulation, and tells the output what was said.</summary>
    /// <exception cref="SimulationException">A message was lost that was not declared.</exception>
    public void Dispose()
    {
        _output?.Invoke(Simulation.Account());
        _remotes.ForEach(remote => remote.Dispose());
        Simulation.Dispose();
    }

    private ScriptedConnection Begin(ScriptedConnection connection, bool handshake, VersionMessage? version)
    {
        if (!handshake)
            return connection;
        connection.Remote.Handshakes(version);
        Simulation.Until(() => connection.IsReady, Patience, "the engine is ready");
        return connection;
    }

    private ScriptedPeer Keep(ScriptedPeer remote)
    {
        _remotes.Add(remote);
        return remote;
    }

    // Each remote is a host of its own, in a network of its own: an engine may limit how many it takes of one.
    private IPAddress NextAddress()
    {
        var number = _nextRemote++;
        return new IPAddress([10, (byte)(1 + (number / LastRemote)), (byte)(number % LastRemote), 1]);
    }
}
