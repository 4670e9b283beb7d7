using System.Collections.Immutable;
using System.Diagnostics;
using System.Threading.Channels;
using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <summary>An <see cref="IPeer"/>: a convenience over the protocol of the actors, never a second way.</summary>
internal sealed class ConnectedPeer(IActorRef inbox, ChannelReader<Message> messages, ActivitySource activities) : IPeer
{
    private readonly TaskCompletionSource<DisconnectReason> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;
    private PeerReady? _ready;
    private PeerStats? _lastStats;

    /// <summary>Where the spans of requests come from.</summary>
    public ActivitySource Activities { get; } = activities;

    public PeerId Id => Ready.Id;

    public RemotePeer Remote => Ready.Remote;

    public IActorRef Actor => Ready.Peer;

    public ChannelReader<Message> Messages
    {
        get
        {
            if (Interlocked.Exchange(ref _taken, 1) == 0)
            {
                inbox.Tell(InboxActor.TakeMessages.Instance);
            }

            return messages;
        }
    }

    public Task<DisconnectReason> WhenStopped => _stopped.Task;

    private PeerReady Ready => _ready ?? throw new InvalidOperationException("the handshake is not done");

    public void Begin(PeerReady ready) => _ready = ready;

    public void End(DisconnectReason reason, PeerStats? stats)
    {
        _lastStats ??= stats;
        _stopped.TrySetResult(reason);
    }

    public IDisposable Subscribe<T>(Action<T> heard)
        where T : Message
    {
        ArgumentNullException.ThrowIfNull(heard);
        var subscription = new MessageSubscription(inbox, typeof(T), message => heard((T)message));
        inbox.Tell(new InboxActor.Subscribe(subscription));
        return subscription;
    }

    public void Send(Message message) => Actor.Tell(new Send(message));

    public async Task<SendResult> SendAsync(Message message)
    {
        if (WhenStopped.IsCompleted)
        {
            return new SendResult.Dropped(message, (await WhenStopped).ToString());
        }

        var result = Actor.Ask<SendResult>((IActorRef receipt) => new Send(message, receipt), null, CancellationToken.None);
        await Task.WhenAny(result, WhenStopped);

        // The connection answers its receipts before its end is told; only a whole engine that stopped leaves one open.
        return result.IsCompletedSuccessfully ? await result : new SendResult.Dropped(message, (await WhenStopped).ToString());
    }

    public void Announce(Announcement what) => Actor.Tell(new Announce(what));

    public async Task<ImmutableArray<AddressEntry>> SendAddressesAsync(IEnumerable<AddressEntry> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        var send = new SendAddresses([.. addresses]);
        if (WhenStopped.IsCompleted)
        {
            return [];
        }

        var sent = Actor.Ask<AddressesSent>((IActorRef asker) => send with { ReplyTo = asker }, null, CancellationToken.None);
        await Task.WhenAny(sent, WhenStopped);
        return sent.IsCompletedSuccessfully ? (await sent).Addresses : [];
    }

    public void UpdateLastBlock(int height) => Actor.Tell(new UpdateLastBlock(height));

    public async Task<PeerStats> GetStatsAsync()
    {
        if (!WhenStopped.IsCompleted)
        {
            var stats = Actor.Ask<PeerStats>((IActorRef asker) => new GetStats(asker), null, CancellationToken.None);
            if (await Task.WhenAny(stats, WhenStopped) == stats && stats.IsCompletedSuccessfully)
            {
                return await stats;
            }
        }

        await WhenStopped;
        return _lastStats ?? throw new InvalidOperationException("the connection ended before it could say how it was doing");
    }

    public Task<DisconnectReason> DisconnectAsync(string why)
    {
        Actor.Tell(new Disconnect(why));
        return WhenStopped;
    }

    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync("disposed");
        inbox.Tell(InboxActor.Dispose.Instance);
    }
}
