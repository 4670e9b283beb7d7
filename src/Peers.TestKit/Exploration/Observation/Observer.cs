using Akka.Actor;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// Watches the engines of one run from outside, and shows the invariants what happens: messages to actors at once, the wire and the end
/// of each event when the actors have come to rest, so that no order within an instant is held against anybody.
/// </summary>
internal sealed class Observer : IWireTap, IDisposable
{
    private readonly ExplorationRun _run;
    private readonly Simulation _simulation;
    private readonly Invariant[] _invariants;
    private readonly Dictionary<IActorRef, SimulatedEngine> _byManager = [];
    private readonly Dictionary<IActorRef, SimulatedEngine> _byEvents = [];
    private readonly Dictionary<IActorRef, SimulatedEngine> _bySampler = [];
    private readonly Dictionary<SimulatedEngine, IActorRef> _samplers = [];
    private readonly List<ObservedConnection> _connections = [];
    private readonly Dictionary<IActorRef, ObservedConnection> _byPeer = [];
    private readonly Dictionary<SimulatedSocket, ObservedWire> _wires = [];
    private readonly List<ObservedWire> _open = [];
    private readonly Dictionary<IActorRef, Consumption?> _consumption = [];

    public Observer(ExplorationRun run, Invariant[] invariants)
    {
        _run = run;
        _simulation = run.Simulation;
        _invariants = invariants;
        _simulation.Scheduler.Ready.Told = Told;
        _simulation.Scheduler.Rested = Rested;
        _simulation.Network.Taps.Add(this);
    }

    /// <summary>Every connection so far, in the order in which they were told of.</summary>
    public IReadOnlyList<ObservedConnection> Connections => _connections;

    /// <summary>Those that have not ended.</summary>
    public List<ObservedConnection> Living { get; } = [];

    public long Events { get; private set; }

    public void Watch(SimulatedEngine engine)
    {
        var sampler = _simulation.Recorder().Ref;
        _byManager.Add(engine.Manager, engine);
        _byEvents.Add(engine.Events.Ref, engine);
        _bySampler.Add(sampler, engine);
        _samplers.Add(engine, sampler);
    }

    public ObservedConnection? ConnectionOf(IActorRef peer) => _byPeer.GetValueOrDefault(peer);

    /// <summary>Asks every connection that is ready how it is doing; the answers come within the event.</summary>
    public void Sample()
    {
        foreach (var connection in Living)
        {
            if (connection.IsReady)
                connection.Peer!.Tell(new GetStats(_samplers[connection.Engine]));
        }
    }

    public void Sent(SimulatedSocket socket, byte[] bytes) => WireOf(socket)?.Said(bytes);

    public void Read(SimulatedSocket socket, byte[] bytes) => WireOf(socket)?.Heard(bytes);

    public void Dispose()
    {
        _simulation.Scheduler.Ready.Told = null;
        _simulation.Scheduler.Rested = null;
        _simulation.Network.Taps.Remove(this);
        _open.ForEach(wire => wire.Dispose());
    }

    private void Rested()
    {
        Events++;
        for (var i = 0; i < _open.Count; i++)
        {
            if (Show(_open[i]))
                continue;
            _wires.Remove(_open[i].Socket);
            _open[i].Dispose();
            _open.RemoveAt(i--);
        }

        foreach (var invariant in _invariants)
            invariant.AfterEvent();
        _run.ThrowIfBroken();
    }

    /// <summary>Shows what is new of the wire.</summary>
    /// <returns>Whether there can be more.</returns>
    private bool Show(ObservedWire wire)
    {
        if (wire.Connection is null)
        {
            if (Living.Find(IsOf) is not { } found)
                return !wire.Socket.IsClosed;
            found.Wire = wire;
            wire.BelongTo(found);
        }

        var connection = wire.Connection!;
        wire.Show((message, said) => Show(connection, message, said));
        if (wire.Socket.IsSendWaiting)
            connection.LastBackloggedAt = _simulation.Elapsed;
        return !wire.Socket.IsClosed;

        bool IsOf(ObservedConnection one) =>
            one.Wire is null && wire.Socket.Local.Equals(one.LocalEnd) && wire.Socket.Remote.Equals(one.RemoteEnd);
    }

    private void Show(ObservedConnection connection, Message message, bool said)
    {
        if (!said)
        {
            connection.LastHeardAt = _simulation.Elapsed;
            if (message is not (PingMessage or PongMessage))
                connection.LastAnswerAt = _simulation.Elapsed;
        }

        foreach (var invariant in _invariants)
        {
            if (said)
                invariant.Said(connection, message);
            else
                invariant.Heard(connection, message);
        }
    }

    private ObservedWire? WireOf(SimulatedSocket socket)
    {
        if (_wires.TryGetValue(socket, out var known))
            return known;
        if (!_samplers.Keys.Any(engine => engine.Host.Owns(socket.Local.Address)))
            return null;
        var wire = new ObservedWire(socket);
        _wires.Add(socket, wire);
        _open.Add(wire);
        return wire;
    }

    // Called within the actor that tells: nothing may be thrown here, or an actor would crash of it.
    private void Told(IActorRef recipient, object message, IActorRef sender)
    {
        switch (message)
        {
            case PeerEvent told when _byEvents.TryGetValue(recipient, out var engine):
                Note(engine, told);
                break;
            case PeerStats stats when _bySampler.TryGetValue(recipient, out var engine):
                Sampled(engine, stats);
                break;
            case ManagerCommand command when _byManager.TryGetValue(recipient, out var engine):
                Note(engine, command);
                break;
            case Attach when _byPeer.TryGetValue(recipient, out var attached):
                attached.Consumption = null;
                break;
            case Disconnect when _byPeer.TryGetValue(recipient, out var ended):
                ended.ToldToEndAt ??= _simulation.Elapsed;
                break;
        }

        // The listener hears it from the peer, and may act on it before the manager tells subscribers.
        if (message is PeerReady ready && ready.Peer.Equals(sender)
            && _samplers.Keys.FirstOrDefault(engine => engine.Manager.Path.Equals(sender.Path.Parent)) is { } home && Find(home, ready.Id) is { } begun)
        {
            begun.Listener = recipient;
            begun.Consumption = _consumption.GetValueOrDefault(recipient);
            Ready(begun, ready);
        }

        foreach (var invariant in _invariants)
            invariant.Told(recipient, message, sender);
    }

    private void Note(SimulatedEngine engine, PeerEvent told)
    {
        switch (told)
        {
            case PeerConnecting connecting:
                var connection = new ObservedConnection(engine, connecting, _simulation.Elapsed);
                _connections.Add(connection);
                Living.Add(connection);
                break;
            case PeerOpened opened when Find(engine, opened.Id) is { } found:
                found.OpenedAt = _simulation.Elapsed;
                found.LocalEnd = opened.Local;
                found.RemoteEnd = opened.Remote;
                break;
            case PeerReady ready when Find(engine, ready.Id) is { } found:
                Ready(found, ready);
                break;
            case PeerStopped stopped when Find(engine, stopped.Id) is { } found:
                found.StoppedAt = _simulation.Elapsed;
                found.Reason = stopped.Reason;
                Living.Remove(found);
                break;
        }
    }

    private void Ready(ObservedConnection connection, PeerReady ready)
    {
        connection.ReadyAt ??= _simulation.Elapsed;
        connection.Remote = ready.Remote;
        connection.Peer = ready.Peer;
        _byPeer[ready.Peer] = connection;
    }

    private void Note(SimulatedEngine engine, ManagerCommand command)
    {
        switch (command)
        {
            case Connect { Listener: { } listener } connect:
                Note(listener, connect.Consumption);
                break;
            case Listen { Listener: { } listener } listen:
                Note(listener, listen.Consumption);
                break;
            case DisconnectPeer disconnect when Find(engine, disconnect.Id) is { } found:
                found.ToldToEndAt ??= _simulation.Elapsed;
                break;
            case StopEngine:
                Living.FindAll(connection => connection.Engine == engine).ForEach(connection => connection.ToldToEndAt ??= _simulation.Elapsed);
                break;
        }
    }

    private void Note(IActorRef listener, Consumption consumption) =>
        _consumption[listener] = !_consumption.TryGetValue(listener, out var known) || known == consumption ? consumption : null;

    private void Sampled(SimulatedEngine engine, PeerStats stats)
    {
        if (Find(engine, stats.Id) is not { } found)
            return;
        found.Stats = stats;
        if (stats.ReadingPaused)
            found.LastPausedAt = _simulation.Elapsed;
        foreach (var invariant in _invariants)
            invariant.Sampled(found, stats);
    }

    private ObservedConnection? Find(SimulatedEngine engine, PeerId id) => Living.FindLast(connection => connection.Id == id && connection.Engine == engine);
}
