using System.Collections.Immutable;
using System.Net;
using Peers.Wire;

namespace Peers.Hosting;

/// <summary>
/// The peer engine of the host. It may be injected and used before the host has started it: what can be awaited waits for the start, and what is only said
/// is said to nobody, as nobody is connected yet.
/// </summary>
public interface IPeerEngine
{
    /// <summary>Completes when the engine runs and listens where it was told to; it fails as the start of the host does.</summary>
    Task Started { get; }

    /// <summary>The engine itself, for what is not here: actors, streams of your own.</summary>
    /// <exception cref="InvalidOperationException">It has not started yet.</exception>
    PeerEngine Engine { get; }

    /// <summary>Where connections are accepted since the start (<see cref="PeersOptions.Listen"/>), with the ports that were chosen.</summary>
    IReadOnlyList<IPEndPoint> Listening { get; }

    /// <summary>Opens a connection; completes when its handshake is done.</summary>
    /// <param name="remote">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="options">What this connection has otherwise than the settings say; null for nothing.</param>
    /// <param name="cancellation">Gives the connection up.</param>
    /// <exception cref="PeerUnreachableException">The connection ended before its handshake was done; it says why.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    Task<IPeer> ConnectAsync(EndPoint remote, PeerOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Accepts connections at one more address.</summary>
    /// <param name="local">Where; port 0 for any free one.</param>
    /// <param name="cancellation">Ends the waiting, not the listening.</param>
    /// <returns>The address, with the port that was chosen.</returns>
    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    Task<IPEndPoint> ListenAsync(IPEndPoint local, CancellationToken cancellation = default);

    /// <summary>
    /// Peers that connected to us, each once, until the engine stops. One that is not taken holds what it hears; when as many as may connect wait here, the oldest
    /// is disconnected.
    /// </summary>
    /// <param name="cancellation">Ends the waiting.</param>
    IAsyncEnumerable<IPeer> AcceptAsync(CancellationToken cancellation = default);

    /// <summary>
    /// Peers that the engine connected to by itself (<see cref="PeersOptions.KeepOutbound"/>, <see cref="AddNode"/>), each once, until the engine stops. One that is not
    /// taken holds what it hears; when <c>peers.outbound.max</c> wait here, the oldest is disconnected.
    /// </summary>
    /// <param name="cancellation">Ends the waiting.</param>
    IAsyncEnumerable<IPeer> KeptAsync(CancellationToken cancellation = default);

    /// <summary>Keeps a connection to that node, from the start of the engine on: see <see cref="PeerEngine.AddNode"/>.</summary>
    /// <param name="remote">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    void AddNode(EndPoint remote);

    /// <summary>Dials that node no more. Its connection stays until it ends.</summary>
    /// <param name="remote">The address that <see cref="AddNode"/> named.</param>
    void RemoveNode(EndPoint remote);

    /// <summary>Learns addresses that you know, from the start of the engine on, for <see cref="PeersOptions.KeepOutbound"/>.</summary>
    /// <param name="addresses">The addresses.</param>
    void AddAddresses(IEnumerable<AddressEntry> addresses);

    /// <summary>How the keeping of connections is doing.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<OutboundStatus> GetOutboundAsync(CancellationToken cancellation = default);

    /// <summary>Announces something to all peers but one, each at its own time.</summary>
    /// <param name="what">What to announce.</param>
    /// <param name="except">Who is not told; null for nobody.</param>
    void Announce(Announcement what, PeerId? except = null);

    /// <summary>Sends a message to all peers that pass the filter.</summary>
    /// <param name="message">The message.</param>
    /// <param name="where">Which peers; null for all.</param>
    void Broadcast(Message message, PeerFilter? where = null);

    /// <summary>Who is connected.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<ImmutableArray<PeerSummary>> GetPeersAsync(CancellationToken cancellation = default);

    /// <summary>Bans an address or a subnet: see <see cref="PeerEngine.BanAsync"/>.</summary>
    /// <param name="subject">Who.</param>
    /// <param name="time">How long; null for as long as <c>peers.bans.time</c> says.</param>
    /// <param name="why">Why.</param>
    /// <param name="cancellation">Ends the waiting, not the ban.</param>
    /// <exception cref="ArgumentException">It is the proxy's address, or the time is not more than zero.</exception>
    Task<Ban> BanAsync(Subnet subject, TimeSpan? time = null, string why = "banned by hand", CancellationToken cancellation = default);

    /// <summary>Lifts the ban of that very address or subnet.</summary>
    /// <param name="subject">Whose.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Whether there was one.</returns>
    Task<bool> UnbanAsync(Subnet subject, CancellationToken cancellation = default);

    /// <summary>Who is banned, those whose ban ends first at the head.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<ImmutableArray<Ban>> GetBansAsync(CancellationToken cancellation = default);

    /// <summary>
    /// What happens, from the call on and, when the engine has not started yet, from its start on; it ends with the engine. Of more than 1,024 events that wait
    /// to be read the oldest are lost: who must not lose any uses <see cref="Subscribe"/>.
    /// </summary>
    /// <param name="cancellation">Ends the waiting.</param>
    IAsyncEnumerable<PeerEvent> EventsAsync(CancellationToken cancellation = default);

    /// <summary>Runs your code for each event, one at a time, on an actor of its own; before the engine has started, from its start on.</summary>
    /// <param name="happened">Your code.</param>
    /// <returns>Dispose it to hear no more.</returns>
    IDisposable Subscribe(Action<PeerEvent> happened);
}
