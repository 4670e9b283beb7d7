using System.Collections.Immutable;
using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Answers to <c>getaddr</c> that are given again: whoever asks by many connections learns no more of whom we know than by one, and who asks over
/// two networks is not told the same, by which the two addresses could be seen to be one node's (as Bitcoin Core).
/// </summary>
/// <param name="settings">For how long, and how much.</param>
/// <param name="random">What chooses.</param>
internal sealed class AddressAnswers(AddressSettings settings, Random random)
{
    /// <summary>A machine has few addresses of its own; one that has a whole prefix must not fill the memory.</summary>
    public const int Most = 256;

    private readonly Dictionary<(NetworkKind Network, IPEndPoint Local), Answer> _answers = [];

    /// <summary>How many are kept.</summary>
    public int Count => _answers.Count;

    /// <summary>The answer that goes on for now.</summary>
    /// <param name="network">How the remote reached us.</param>
    /// <param name="local">Where it reached us.</param>
    /// <param name="now">The time.</param>
    /// <returns>None when there has been none, or its time is over.</returns>
    public ImmutableArray<AddressEntry>? Find(NetworkKind network, IPEndPoint local, TimeSpan now) =>
        _answers.TryGetValue((network, local), out var answer) && now < answer.Until ? answer.Addresses : null;

    /// <summary>What of all that is known may be told: <c>peers.addresses.max-share</c> of it, and what fits one message.</summary>
    public ImmutableArray<AddressEntry> Choose(IReadOnlyList<AddressEntry> known) =>
        AddressSelection.Select(known, addressV2: true, random, (int)Math.Min(WireLimits.Addresses, (long)known.Count * settings.MaxShare / 100));

    /// <summary>Keeps an answer; an empty one is worth nothing, as more may be known soon.</summary>
    public void Keep(NetworkKind network, IPEndPoint local, ImmutableArray<AddressEntry> addresses, TimeSpan now)
    {
        if (addresses.IsEmpty || settings.CacheTime == TimeSpan.Zero)
        {
            return;
        }

        if (_answers.Count >= Most && !_answers.ContainsKey((network, local)))
        {
            _answers.Remove(_answers.MinBy(kept => kept.Value.Until).Key);
        }

        _answers[(network, local)] = new Answer(addresses, now + settings.CacheTime + (settings.CacheSpread * random.NextDouble()));
    }

    private sealed record Answer(ImmutableArray<AddressEntry> Addresses, TimeSpan Until);
}
