using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <summary>One connection whose handshake is done, for those who use no actors.</summary>
public interface IPeer : IAsyncDisposable
{
    /// <summary>The connection.</summary>
    PeerId Id { get; }

    /// <summary>Who is at the other end.</summary>
    RemotePeer Remote { get; }

    /// <summary>The peer's actor; it takes <see cref="PeerCommand"/>s.</summary>
    IActorRef Actor { get; }

    /// <summary>
    /// What the remote says, in order. Reading is the back-pressure: while nobody reads, the remote is not read either.
    /// Completes after the last message when the connection has ended.
    /// </summary>
    ChannelReader<Message> Messages { get; }

    /// <summary>Completes with the reason when the connection has ended.</summary>
    Task<DisconnectReason> WhenStopped { get; }

    /// <summary>Sends a message; nothing is said when the connection has ended.</summary>
    void Send(Message message);

    /// <summary>Sends a message and says what became of it: exactly one result, also when the connection ends first.</summary>
    Task<SendResult> SendAsync(Message message);

    /// <summary>Announces something: blocks at once, everything else trickles; nothing goes to a remote that knows it or does not want it.</summary>
    void Announce(Announcement what);

    /// <summary>
    /// Tells the remote addresses of other nodes, as <c>addrv2</c> where it wants that, else as <c>addr</c>. Left out are those that it could not read
    /// and those that BIP 155 does not let be told on; of more than 1,000 a uniform random choice of 1,000 goes out.
    /// </summary>
    /// <param name="addresses">The addresses.</param>
    /// <returns>Those that were said; none when the connection has ended.</returns>
    Task<ImmutableArray<AddressEntry>> SendAddressesAsync(IEnumerable<AddressEntry> addresses);

    /// <summary>Notes the height of the remote's best block; a lower one than is known changes nothing.</summary>
    void UpdateLastBlock(int height);

    /// <summary>How the connection is doing; after its end the last snapshot.</summary>
    Task<PeerStats> GetStatsAsync();

    /// <summary>Ends the connection; what is queued is written first.</summary>
    Task<DisconnectReason> DisconnectAsync(string why = "requested");
}
