namespace Peers.Simulations;

/// <summary>A fault put into the engine on purpose: one place of its source reads otherwise while the fault is on.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="File">The source file, below <c>src/Peers</c>.</param>
/// <param name="Code">What stands there, exactly once.</param>
/// <param name="Instead">What stands there instead: <c>ON</c> is the condition that the fault is on, <c>CODE</c> what stood there.</param>
public sealed record Mutant(string Name, string File, string Code, string Instead)
{
    /// <summary>The faults that the exploration must find.</summary>
    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("known inventory finds nothing", "Core/RecentInventory.cs",
            "Count > 0 && _table[Slot(key.Value)] != 0;",
            "!(ON) && CODE"),
        new("what the remote told is not remembered", "Actors/PeerActor.Routing.cs",
            "Trickle.Tell(new RemoteKnows(inventory, Said: false));",
            "if (!(ON)) CODE"),
        new("the deadline of an answered request is never cleared", "Core/ResponseDeadlines.Answers.cs",
            "if (request.Take(answer))\n        {\n            ended.Add(Remove(request));",
            "if (ON) { if (request.Take(answer)) ended.Add(request); return awaited; } CODE"),
        new("the alarm of deadlines is never armed", "Actors/PeerActor.Requests.cs",
            "Self.Tell(AlarmMoved.Instance);",
            "if (!(ON)) CODE"),
        new("a handshake has no deadline", "Actors/HandshakeActor.cs",
            "Timers.StartSingleTimer(\"deadline\", new HandshakeInput.DeadlinePassed(), _timeout);",
            "if (!(ON)) CODE"),
        new("a handshake ignores a second version", "Core/Handshake.cs",
            "(HandshakeState.AwaitingVerAck, HandshakeInput.Heard early) => OnEarly(state, early.Message, us),",
            "(HandshakeState.AwaitingVerAck, HandshakeInput.Heard { Message: VersionMessage }) when ON => (state, Nothing), CODE"),
        new("a handshake believes the second version", "Core/Handshake.cs",
            "(HandshakeState.AwaitingVerAck s, HandshakeInput.Heard { Message: VerAckMessage }) => (Agree(s.Remote, s.Offers, us), Nothing),",
            "CODE (HandshakeState.AwaitingVerAck s, HandshakeInput.Heard { Message: VersionMessage again }) when ON => (s with { Remote = again }, Nothing),"),
        new("what comes behind the verack in one read is dropped", "Actors/PeerActor.Routing.cs",
            "_stashed.Enqueue(new Received([.. received.Messages.Skip(i + 1)]));",
            "if (!(ON)) CODE"),
        new("PeerStopped comes twice after a reset", "Actors/PeerManagerActor.Stopping.cs",
            "_peers.Remove(entry.Id);",
            """
            if (ON && entry.Reason is DisconnectReason.ConnectionReset reset)
                PublishStopped(new PeerStopped(entry.Id, entry.Endpoint, entry.Direction, reset, entry.Stats), entry.Listener);
            CODE
            """),
        new("no PeerStopped after a crash", "Actors/PeerManagerActor.Stopping.cs",
            "PublishStopped(stopped, entry.Listener);",
            "if (!(ON && reason is DisconnectReason.InternalError)) CODE"),
        new("receipts of what waits are forgotten when the connection ends", "Actors/ConnectionSession.cs",
            "Queue.TakeBatch(int.MaxValue, _inFlight);",
            "if (!(ON)) CODE"),
        new("requests are forgotten when the connection ends", "Actors/PeerActor.Requests.cs",
            "foreach (var request in _deadlines?.TakeAll() ?? [])",
            "if (!(ON)) CODE"),
        new("credit of a dropped message does not come back", "Actors/PeerActor.Routing.cs",
            "if (!ruling.Delivered)\n            {\n                handled += cost;",
            "if (!ruling.Delivered) { if (!(ON)) handled += cost;"),
        new("the write queue has no limit", "Actors/TcpConnectionActor.cs",
            "if (_session.Queue.Bytes > _settings.Connection.WriteLimit)",
            "if (!(ON) && _session.Queue.Bytes > _settings.Connection.WriteLimit)"),
        new("the trickle queue has no limit", "Core/TrickleQueue.cs",
            "if (_waiting.Count >= capacity)",
            "if (!(ON) && _waiting.Count >= capacity)"),
        new("the nonce of a pong is not compared", "Core/PingBook.cs",
            "if (Nonce is null || (nonce != Nonce && nonce != 0))",
            "if (Nonce is null || (!(ON) && nonce != Nonce && nonce != 0))"),
        new("of pings in one read only the first is answered", "Actors/PingActor.cs",
            "_connection.Tell(new WriteRun(pongs, pings));",
            "_connection.Tell(new WriteRun(ON && pongs.Count > 0 ? [pongs[0]] : pongs, pings));"),
        new("a pong that nobody asked for crashes", "Actors/PingActor.cs",
            "var roundTrip = _book.Heard(nonce, Now);",
            "if (ON && _book.Nonce is null) throw new InvalidOperationException(\"no ping is out\"); CODE"),
        new("a connection that is stopped leaves its socket open", "Actors/TcpConnectionActor.cs",
            "_socket?.Abort();",
            "if (!(ON)) CODE"),
    ];

    /// <summary>The condition that this fault is on, in the source of the engine.</summary>
    public string On => $"global::Peers.Fault.On == \"{Name}\"";

    /// <summary>What stands in the source with the fault in it.</summary>
    public string Replacement => Instead.Replace("ON", On, StringComparison.Ordinal).Replace("CODE", Code, StringComparison.Ordinal);
}
