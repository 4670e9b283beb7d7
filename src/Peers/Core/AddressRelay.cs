using System.Collections.Immutable;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Which address that a remote tells unasked is told on, to whom, and when (as Bitcoin Core). Each goes to one or two peers, who are the same for a day,
/// so that it spreads, and who repeats it reaches nobody new; peers hear of what has gathered at random times, so that nobody learns who told it first.
/// </summary>
/// <param name="network">The network: what its nodes may be told to dial.</param>
/// <param name="interval">The mean time between two messages to one peer.</param>
/// <param name="random">Where the secret and the times come from.</param>
internal sealed class AddressRelay(BitcoinNetwork network, TimeSpan interval, Random random)
{
    /// <summary>A message with more of them is an answer, or somebody who wants to fill the network.</summary>
    public const int MostOfNews = 10;

    /// <summary>Addresses that wait for one peer at most, and go out in one message.</summary>
    public const int MostWaiting = WireLimits.Addresses;

    private const int MostKnown = 5_000;
    private const double MistakenShare = 0.001;
    private static readonly TimeSpan News = TimeSpan.FromMinutes(10);

    private readonly AddressHash _hash = new(random);
    private readonly Dictionary<PeerId, Receiver> _receivers = [];

    /// <summary>Peers that are told.</summary>
    public int Count => _receivers.Count;

    /// <summary>When something is to be told next; null when nothing waits.</summary>
    public TimeSpan? Due => _receivers.Values.Min(receiver => receiver.Due);

    /// <param name="id">A peer that is told from now on.</param>
    /// <param name="readsAddressV2">Whether it reads all networks' addresses (BIP 155).</param>
    public void Join(PeerId id, bool readsAddressV2) => _receivers.TryAdd(id, new Receiver(readsAddressV2));

    /// <summary>That peer is gone.</summary>
    public void Leave(PeerId id) => _receivers.Remove(id);

    /// <summary>Notes what a peer knows: it told us, or we told it.</summary>
    public void Knows(PeerId id, ReadOnlySpan<AddressEntry> addresses)
    {
        if (_receivers.TryGetValue(id, out var receiver))
        {
            foreach (var entry in addresses)
            {
                receiver.Known.Add(KeyOf(entry.Endpoint));
            }
        }
    }

    /// <summary>Takes what a peer tells.</summary>
    /// <param name="from">The peer, who gets nothing of it back.</param>
    /// <param name="told">What it tells.</param>
    /// <param name="isAnswer">Whether we asked it: an answer is nothing new.</param>
    /// <param name="networks">The networks that we reach; what is told of others goes to one peer or two, by chance.</param>
    /// <param name="today">The time of day.</param>
    /// <param name="now">The monotonic time.</param>
    public void Hear(
        PeerId from, ReadOnlySpan<AddressEntry> told, bool isAnswer, IReadOnlySet<NetworkKind> networks, DateTimeOffset today, TimeSpan now)
    {
        Knows(from, told);
        if (isAnswer || told.Length > MostOfNews)
        {
            return;
        }

        var newest = (today - News).ToUnixTimeSeconds();
        foreach (var entry in told)
        {
            if (entry.Time > newest && AddressSelection.IsDiallable(entry, network))
            {
                TellOn(entry, from, networks.Contains(entry.Endpoint.Address.Kind), today, now);
            }
        }
    }

    /// <summary>What is due: each peer's all at once.</summary>
    public IEnumerable<(PeerId Id, ImmutableArray<AddressEntry> Addresses)> Take(TimeSpan now)
    {
        foreach (var (id, receiver) in _receivers)
        {
            if (receiver.Due <= now)
            {
                // Meanwhile it may have told us of some itself.
                ImmutableArray<AddressEntry> fit = [.. receiver.Waiting.Where(entry => !receiver.Known.Contains(KeyOf(entry.Endpoint)))];
                receiver.Waiting.Clear();
                receiver.Due = null;
                Knows(id, fit.AsSpan());
                if (!fit.IsEmpty)
                {
                    yield return (id, fit);
                }
            }
        }
    }

    private void TellOn(AddressEntry entry, PeerId from, bool isReachable, DateTimeOffset today, TimeSpan now)
    {
        var key = KeyOf(entry.Endpoint);

        // The day of an address begins when it will: not all change their peers at midnight.
        var day = ((ulong)today.ToUnixTimeSeconds() + (key.First % 86_400)) / 86_400;
        var draw = _hash.Of(key.First ^ (day << 32));
        var count = isReachable || (draw & 1) == 1 ? 2 : 1;
        var chosen = _receivers.Where(receiver => receiver.Key != from && receiver.Value.CanRead(entry))
            .OrderByDescending(receiver => _hash.Of(draw ^ ((ulong)receiver.Key.Value << 16))).Take(count);
        foreach (var (_, receiver) in chosen)
        {
            if (!receiver.Known.Contains(key))
            {
                Queue(receiver, entry, now);
            }
        }
    }

    private void Queue(Receiver receiver, AddressEntry entry, TimeSpan now)
    {
        if (receiver.Waiting.Count < MostWaiting)
        {
            receiver.Waiting.Add(entry);
        }
        else
        {
            receiver.Waiting[random.Next(MostWaiting)] = entry; // Who floods cannot choose what he pushes out.
        }

        // Times of a Poisson process have no memory: to draw the next when something waits is to have drawn it long ago.
        receiver.Due ??= now + TrickleTiming.Next(TricklePolicy.Poisson, interval, TimeSpan.Zero, random);
    }

    /// <summary>48 bits of the address and its port, and 48 more of the address.</summary>
    private (ulong First, ulong Second) KeyOf(NetworkEndpoint endpoint)
    {
        var (first, second) = _hash.Of(endpoint.Address);
        return (first ^ ((ulong)endpoint.Port << 48), second);
    }

    private sealed class Receiver(bool readsAddressV2)
    {
        public RollingFilter Known { get; } = new(MostKnown, MistakenShare);

        public List<AddressEntry> Waiting { get; } = [];

        public TimeSpan? Due { get; set; }

        public bool CanRead(AddressEntry entry) =>
            readsAddressV2 || AddressSelection.HasV1Form(entry.Endpoint.Address);
    }
}
