using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>
/// What an engine's manager (<see cref="PeerEngine.Manager"/>) can be told. Commands to an engine that is gone are answered where they have an
/// answer, as refused; the others are dropped in silence.
/// </summary>
public abstract record ManagerCommand : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private protected ManagerCommand()
    {
    }
}

/// <summary>Accept connections. Answered by <see cref="Listening"/> or <see cref="ListenFailed"/>.</summary>
/// <param name="Local">Where; port 0 for any free one.</param>
/// <param name="ReplyTo">Who gets the answer.</param>
/// <param name="Listener">
/// Who gets the messages of each peer accepted here, and its <see cref="PeerConnecting"/>, <see cref="PeerReady"/> and
/// <see cref="PeerStopped"/>. When null, messages are <see cref="Consumption.Held"/>.
/// </param>
/// <param name="Consumption">When a message delivered to the listener counts as consumed.</param>
/// <param name="Options">What the connections accepted here have otherwise than the settings say; null for nothing.</param>
public sealed record Listen(
    IPEndPoint Local, IActorRef ReplyTo, IActorRef? Listener = null, Consumption Consumption = Consumption.OnDelivery, PeerOptions? Options = null)
    : ManagerCommand;

/// <summary>
/// Accept no more connections there. Answered by <see cref="Unlistened"/>.
/// Akka.IO ends the connections that were accepted there with their socket.
/// </summary>
/// <param name="Local">The address that <see cref="Listening"/> named.</param>
/// <param name="ReplyTo">Who gets the answer.</param>
public sealed record Unlisten(IPEndPoint Local, IActorRef ReplyTo) : ManagerCommand;

/// <summary>
/// Open a connection. The listener gets <see cref="PeerConnecting"/>, then <see cref="PeerReady"/> when the handshake is done,
/// and in any case one <see cref="PeerStopped"/> at last.
/// </summary>
/// <param name="Remote">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
/// <param name="Listener">Who gets the messages and the events; when null, messages are <see cref="Consumption.Held"/>.</param>
/// <param name="Consumption">When a message delivered to the listener counts as consumed.</param>
/// <param name="Options">What this connection has otherwise than the settings say; null for nothing.</param>
public sealed record Connect(
    EndPoint Remote, IActorRef? Listener = null, Consumption Consumption = Consumption.OnDelivery, PeerOptions? Options = null) : ManagerCommand
{
    /// <summary>What the user was doing when he asked for it: the parent of its span.</summary>
    internal ActivityContext Trace { get; init; }
}

/// <summary>
/// Speak on a connection that exists: any duplex stream, such as a pipe, an <c>SslStream</c> or a socket that a proxy opened (as btcd's
/// <c>AssociateConnection</c>). The stream is the engine's from here on: it is disposed exactly once, also when the engine refuses it.
/// The listener gets <see cref="PeerConnecting"/>, then <see cref="PeerReady"/>, and in any case one <see cref="PeerStopped"/> at last.
/// </summary>
/// <remarks>
/// Reading and writing must be possible at the same time: a stream that overrides neither <c>ReadAsync</c> nor <c>WriteAsync</c> makes one wait
/// for the other. Whatever it throws ends the connection as <see cref="DisconnectReason.ConnectionReset"/>, and nothing else.
/// </remarks>
/// <param name="Stream">The stream, open in both directions.</param>
/// <param name="Direction">Who opened it: an outbound connection says its <c>version</c> first.</param>
/// <param name="Remote">
/// The remote's address; when null it is 0.0.0.0:0, which is no duplicate of another one and is what our <c>version</c> says of it.
/// </param>
/// <param name="Listener">Who gets the messages and the events; when null, messages are <see cref="Consumption.Held"/>.</param>
/// <param name="Consumption">When a message delivered to the listener counts as consumed.</param>
/// <param name="Options">What this connection has otherwise than the settings say; null for nothing.</param>
public sealed record Adopt(
    Stream Stream, Direction Direction, IPEndPoint? Remote = null, IActorRef? Listener = null,
    Consumption Consumption = Consumption.OnDelivery, PeerOptions? Options = null) : ManagerCommand
{
    /// <summary>The stream, open in both directions.</summary>
    public Stream Stream { get; } = Stream ?? throw new ArgumentNullException(nameof(Stream));

    /// <summary>Made with the command, so that whoever ends up with it disposes of the stream, and no two do.</summary>
    internal AdoptedStream Owned { get; } = new(Stream);

    /// <summary>What the user was doing when he asked for it: the parent of its span.</summary>
    internal ActivityContext Trace { get; init; }
}

/// <summary>
/// Speak on a connection that exists, behind an actor that speaks Akka.IO's TCP protocol as an accepted connection in pull mode does
/// before <c>Register</c>. The engine aborts it when it refuses it. Events are those of <see cref="Adopt"/>.
/// </summary>
/// <param name="Socket">The actor: it takes <c>Register</c>, <c>ResumeReading</c>, <c>Write</c>, <c>Close</c> and <c>Abort</c>.</param>
/// <param name="Direction">Who opened it: an outbound connection says its <c>version</c> first.</param>
/// <param name="Remote">The remote's address.</param>
/// <param name="Local">Ours.</param>
/// <param name="Listener">Who gets the messages and the events; when null, messages are <see cref="Consumption.Held"/>.</param>
/// <param name="Consumption">When a message delivered to the listener counts as consumed.</param>
/// <param name="Options">What this connection has otherwise than the settings say; null for nothing.</param>
public sealed record AdoptSocket(
    IActorRef Socket, Direction Direction, IPEndPoint Remote, IPEndPoint Local, IActorRef? Listener = null,
    Consumption Consumption = Consumption.OnDelivery, PeerOptions? Options = null) : ManagerCommand
{
    /// <summary>The actor.</summary>
    public IActorRef Socket { get; init; } = Socket ?? throw new ArgumentNullException(nameof(Socket));

    /// <summary>The remote's address.</summary>
    public IPEndPoint Remote { get; init; } = Remote ?? throw new ArgumentNullException(nameof(Remote));

    /// <summary>Ours.</summary>
    public IPEndPoint Local { get; init; } = Local ?? throw new ArgumentNullException(nameof(Local));
}

/// <summary>Speak on a socket that is connected already; the engine's from here on. Events are those of <see cref="Adopt"/>.</summary>
/// <param name="Socket">The socket; nothing is under way on it.</param>
/// <param name="Direction">Who opened it: an outbound connection says its <c>version</c> first.</param>
/// <param name="Remote">The remote's address; null when a proxy stands between.</param>
/// <param name="Listener">Who gets the messages and the events.</param>
/// <param name="Options">What this connection has otherwise than the settings say; null for nothing.</param>
internal sealed record AdoptConnected(Socket Socket, Direction Direction, IPEndPoint? Remote, IActorRef Listener, PeerOptions? Options = null) : ManagerCommand;

/// <summary>Tell me all events. Ends with <see cref="Unsubscribe"/> or with the subscriber.</summary>
/// <param name="Subscriber">Who gets each <see cref="PeerEvent"/>.</param>
public sealed record Subscribe(IActorRef Subscriber) : ManagerCommand;

/// <summary>Tell me no more events.</summary>
/// <param name="Subscriber">Who got them.</param>
public sealed record Unsubscribe(IActorRef Subscriber) : ManagerCommand;

/// <summary>Send a message to all peers that pass the filter.</summary>
/// <param name="Message">What to send.</param>
/// <param name="Where">To whom.</param>
public sealed record Broadcast(Message Message, PeerFilter Where) : ManagerCommand;

/// <summary>
/// Announce something to all peers but one, each at its own time. That one gave us something worth announcing, which protects it when somebody has to make room
/// (<c>peers.eviction</c>).
/// </summary>
/// <param name="What">What to announce.</param>
/// <param name="Except">The peer that told us of it; null for none.</param>
public sealed record AnnounceToAll(Announcement What, PeerId? Except = null) : ManagerCommand
{
    /// <summary>Announces what that names.</summary>
    public AnnounceToAll(InventoryVector item, PeerId? except = null)
        : this(Announcement.Of(item), except)
    {
    }
}

/// <summary>Say who is connected. Answered by <see cref="PeerList"/>.</summary>
/// <param name="ReplyTo">Who gets the answer.</param>
public sealed record GetPeers(IActorRef ReplyTo) : ManagerCommand;

/// <summary>End a connection: what is queued is written first.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Why">Becomes the reason.</param>
public sealed record DisconnectPeer(PeerId Id, string Why) : ManagerCommand;

/// <summary>
/// Ban an address or a subnet: nobody of it may connect to us or be connected to, and who is connected is ended. Answered by <see cref="SubnetBanned"/> or
/// <see cref="NotBanned"/>. A ban of the same subject is replaced.
/// </summary>
/// <remarks>A ban of a subnet that has the proxy's address in it is none of the proxy's: anybody may be behind it.</remarks>
/// <param name="Subject">Who.</param>
/// <param name="ReplyTo">Who gets the answer.</param>
/// <param name="Time">How long; null for as long as <c>peers.bans.time</c> says.</param>
/// <param name="Why">Why: what the banned are told to be banned for in our events.</param>
public sealed record BanSubnet(Subnet Subject, IActorRef ReplyTo, TimeSpan? Time = null, string Why = "banned by hand") : ManagerCommand;

/// <summary>Lift the ban of that very address or subnet. Answered by <see cref="SubnetUnbanned"/>.</summary>
/// <param name="Subject">Whose.</param>
/// <param name="ReplyTo">Who gets the answer.</param>
public sealed record UnbanSubnet(Subnet Subject, IActorRef ReplyTo) : ManagerCommand;

/// <summary>Say who is banned. Answered by <see cref="BanList"/>.</summary>
/// <param name="ReplyTo">Who gets the answer.</param>
public sealed record GetBans(IActorRef ReplyTo) : ManagerCommand;

/// <summary>
/// Hold against a remote what only you can see, such as a block without work (Bitcoin Core's <c>Misbehaving</c>, btcd's <c>addBanScore</c>): what follows,
/// <c>peers.misbehaviour</c> says. Nothing follows for a remote that a person chose.
/// </summary>
/// <param name="Id">The connection.</param>
/// <param name="Why">What it did.</param>
/// <param name="Points">How badly, from 1 to 100; the policy <c>core</c> knows no more or less.</param>
public sealed record ReportMisbehaviour(PeerId Id, string Why, int Points = 100) : ManagerCommand;

/// <summary>End all connections and listeners, then the manager. Watch it to know when it is done.</summary>
public sealed record StopEngine : ManagerCommand
{
    private StopEngine()
    {
    }

    /// <summary>The only one.</summary>
    public static StopEngine Instance { get; } = new();
}

/// <summary>Which peers.</summary>
/// <param name="Direction">Only those; null for both.</param>
/// <param name="Services">Only those that offer all of these.</param>
/// <param name="Except">Not this one; null for none.</param>
public sealed record PeerFilter(Direction? Direction = null, ServiceFlags Services = ServiceFlags.None, PeerId? Except = null)
{
    /// <summary>Every peer that is ready.</summary>
    public static PeerFilter All { get; } = new();

    internal bool Passes(PeerId id, RemotePeer remote) =>
        id != Except && (Direction ?? remote.Direction) == remote.Direction && remote.Services.HasFlag(Services);
}

/// <summary>Everyone who is connected.</summary>
/// <param name="Peers">In the order in which they connected.</param>
public sealed record PeerList(ImmutableArray<PeerSummary> Peers) : INoSerializationVerificationNeeded;

/// <summary>Everyone who is banned.</summary>
/// <param name="Bans">The bans that hold, those that end first at the head.</param>
public sealed record BanList(ImmutableArray<Ban> Bans) : INoSerializationVerificationNeeded;

/// <summary>One connection.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Peer">Its actor.</param>
/// <param name="Endpoint">The remote's address.</param>
/// <param name="Direction">Who opened it.</param>
/// <param name="Phase">Where in its life it is.</param>
/// <param name="Remote">Who is there; null until the handshake is done.</param>
public sealed record PeerSummary(PeerId Id, IActorRef Peer, EndPoint Endpoint, Direction Direction, PeerPhase Phase, RemotePeer? Remote);
