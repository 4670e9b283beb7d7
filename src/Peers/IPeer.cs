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
    /// What the remote says, in order, but for what <see cref="Subscribe{T}"/> hears. Reading is the back-pressure: while nobody reads, the remote is not
    /// read either. Completes after the last message when the connection has ended.
    /// </summary>
    /// <remarks>
    /// What comes before the first use of this property or of <see cref="Subscribe{T}"/> is held, within <c>peers.connection.read-window</c>: nothing is lost.
    /// Who has subscribed and never used this property loses what has no subscription; to hear several types from the first message on, and lose
    /// nothing, use this property before subscribing, or subscribe to <see cref="Message"/>.
    /// </remarks>
    ChannelReader<Message> Messages { get; }

    /// <summary>
    /// Runs your code for each message of a type, in order, one at a time, on an actor of its own. Several subscriptions may hear the same message,
    /// each at its own pace.
    /// </summary>
    /// <remarks>
    /// <para>A message counts as consumed when all its subscribers have returned: a slow one slows this remote, and nothing else. What your code
    /// throws is logged and harms nobody: the message counts as heard.</para>
    /// <para>Messages that somebody has subscribed to do not go into <see cref="Messages"/>. The others do, if that property was ever used; if not, they are
    /// dropped, so that who only subscribes never stalls the connection.</para>
    /// <para>Calls go on after <see cref="WhenStopped"/> until everything that was heard is delivered, but not after the peer was disposed of.</para>
    /// </remarks>
    /// <typeparam name="T">The type, such as <see cref="InvMessage"/>; <see cref="Message"/> for everything.</typeparam>
    /// <param name="heard">Your code. It may block; it may use the peer, and dispose of the subscription.</param>
    /// <returns>
    /// Dispose it to hear no more: a call that has begun is not interrupted, no other begins, and what was not heard goes into
    /// <see cref="Messages"/> as from then on its type does.
    /// </returns>
    IDisposable Subscribe<T>(Action<T> heard)
        where T : Message;

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
