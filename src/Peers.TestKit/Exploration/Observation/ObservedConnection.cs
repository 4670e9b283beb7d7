using System.Net;
using Akka.Actor;

namespace Peers.TestKit;

/// <summary>A connection of an engine in an exploration, as it looks from outside: what the engine told, what went over the wire.</summary>
public sealed class ObservedConnection
{
    internal ObservedConnection(SimulatedEngine engine, PeerConnecting connecting, TimeSpan now)
    {
        Engine = engine;
        Id = connecting.Id;
        Endpoint = connecting.Endpoint;
        Direction = connecting.Direction;
        ConnectingAt = now;
    }

    /// <summary>Whose it is.</summary>
    public SimulatedEngine Engine { get; }

    /// <summary>Its number in the engine.</summary>
    public PeerId Id { get; }

    /// <summary>The remote's address.</summary>
    public EndPoint Endpoint { get; }

    /// <summary>Who opened it.</summary>
    public Direction Direction { get; }

    /// <summary>When the engine told of it, in virtual time.</summary>
    public TimeSpan ConnectingAt { get; }

    /// <summary>When its socket was open; null until then.</summary>
    public TimeSpan? OpenedAt { get; internal set; }

    /// <summary>When its handshake was done; null until then.</summary>
    public TimeSpan? ReadyAt { get; internal set; }

    /// <summary>When the engine told of its end; null until then.</summary>
    public TimeSpan? StoppedAt { get; internal set; }

    /// <summary>When the user told the engine, or the connection, to end; null until then.</summary>
    public TimeSpan? ToldToEndAt { get; internal set; }

    /// <summary>Why it ended; null until then.</summary>
    public DisconnectReason? Reason { get; internal set; }

    /// <summary>Who is there; null until the handshake is done.</summary>
    public RemotePeer? Remote { get; internal set; }

    /// <summary>Its actor; null until the handshake is done.</summary>
    public IActorRef? Peer { get; internal set; }

    /// <summary>Who was told that it is ready, and gets its messages; null for nobody.</summary>
    public IActorRef? Listener { get; internal set; }

    /// <summary>When messages count as consumed; null when the listener was changed, or has several ways.</summary>
    public Consumption? Consumption { get; internal set; }

    /// <summary>When the engine last took a whole message from the socket; null before the first.</summary>
    public TimeSpan? LastHeardAt { get; internal set; }

    /// <summary>The same, pings and pongs left out.</summary>
    public TimeSpan? LastAnswerAt { get; internal set; }

    /// <summary>When bytes last waited for the window, so that what is said after others may come late on the wire.</summary>
    public TimeSpan? LastBackloggedAt { get; internal set; }

    /// <summary>When a sample last found that the engine does not read, as nothing is consumed.</summary>
    public TimeSpan? LastPausedAt { get; internal set; }

    /// <summary>The last sample; null before the first.</summary>
    public PeerStats? Stats { get; internal set; }

    /// <summary>Whether the handshake was done.</summary>
    public bool IsReady => ReadyAt is not null;

    /// <summary>Whether the engine told of its end.</summary>
    public bool IsStopped => StoppedAt is not null;

    /// <summary>Whether a fault made a part of it crash, so that it may end as <see cref="DisconnectReason.InternalError"/>.</summary>
    public bool MayCrash { get; set; }

    internal IPEndPoint? LocalEnd { get; set; }

    internal IPEndPoint? RemoteEnd { get; set; }

    internal ObservedWire? Wire { get; set; }

    /// <inheritdoc />
    public override string ToString() => $"{Engine.Host}'s connection {Id} ({Direction} {Endpoint})";
}
