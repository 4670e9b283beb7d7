using Peers.Wire;

namespace Peers;

/// <summary>
/// btcd's way: points add up and fade, and who has so many at a time is banned. Kept by address, so a new connection does not begin anew. Bounded: when
/// it is full, what has faded goes, then those with the fewest points.
/// </summary>
/// <param name="threshold">Points that ban (btcd: 100; there one more is needed).</param>
/// <param name="halfLife">The time in which points fade to half (btcd: 60 s).</param>
/// <param name="hash">How addresses are hashed.</param>
internal sealed class DecayingScores(int threshold, TimeSpan halfLife, AddressHash hash) : IMisbehaviour
{
    /// <summary>Addresses with points at most.</summary>
    internal const int Capacity = 10_000;

    /// <summary>Fewer points than that are none.</summary>
    private const double Faded = 1;

    private readonly Dictionary<Subnet, Score> _scores = new(hash);

    public int Count => _scores.Count;

    public Penalty Note(NetworkAddress address, int points, TimeSpan now)
    {
        if (points <= 0)
        {
            return Penalty.None;
        }

        var who = Subnet.Of(address);
        var score = _scores.GetValueOrDefault(who).At(now, halfLife) + points;
        if (score >= threshold)
        {
            _scores.Remove(who);
            return Penalty.Ban;
        }

        if (_scores.Count >= Capacity && !_scores.ContainsKey(who))
        {
            MakeRoom(now);
        }

        _scores[who] = new Score(score, now);
        return Penalty.None;
    }

    public bool IsDiscouraged(NetworkAddress address) => false;

    private void MakeRoom(TimeSpan now)
    {
        var standing = _scores.Select(score => (score.Key, Points: score.Value.At(now, halfLife))).OrderBy(score => score.Points).ToList();
        foreach (var (who, _) in standing.TakeWhile((score, index) => score.Points < Faded || index < Capacity / 16))
        {
            _scores.Remove(who);
        }
    }

    private readonly record struct Score(double Points, TimeSpan Since)
    {
        public double At(TimeSpan now, TimeSpan halfLife) => Points == 0 ? 0 : Points * Math.Pow(2, -(now - Since).TotalSeconds / halfLife.TotalSeconds);
    }
}
