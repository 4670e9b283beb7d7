using Peers.Wire;

namespace Peers.Crawler;

/// <summary>What the answers of a snapshot say. Holds a number and a count for each node that was told of.</summary>
internal sealed class GossipFigures
{
    /// <summary>Sources that tell the same, from which on it is worth a look.</summary>
    private const int SuspiciousSources = 3;

    /// <summary>Entries from which on an answer says something about its source.</summary>
    private const int TellingEntries = 20;

    private const int Top = 10;

    /// <summary>Entries with a time so far ahead of ours are from no clock (bitcoin-seeder and Bitcoin Core: 10 minutes).</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    private readonly Dictionary<long, int> _tellers = [];
    private readonly Dictionary<NetworkEndpoint, SourceFigures> _sources = [];
    private readonly Dictionary<long, (bool One, bool Other)> _reachable = [];

    public static IReadOnlyList<(string Name, TimeSpan Below)> Ages { get; } =
    [
        ("under 3 hours", TimeSpan.FromHours(3)), ("3 to 24 hours", TimeSpan.FromDays(1)), ("1 to 7 days", TimeSpan.FromDays(7)),
        ("7 to 30 days", TimeSpan.FromDays(30)), ("over 30 days", TimeSpan.MaxValue),
    ];

    public long Entries { get; private set; }

    /// <summary>Different nodes that were told of.</summary>
    public int Told => _tellers.Count;

    public int Sources => _sources.Count;

    /// <summary>Entries by age: those of <see cref="Ages"/>.</summary>
    public long[] ByAge { get; } = new long[Ages.Count];

    public long FromTheFuture { get; private set; }

    public long WithoutTime { get; private set; }

    /// <summary>Entries that nobody saw for a week, as bitcoin-seeder would not keep them.</summary>
    public long Stale => ByAge[3] + ByAge[4];

    public IReadOnlyList<(NetworkEndpoint Node, int Entries)> TopSources { get; private set; } = [];

    public IReadOnlyList<(NetworkEndpoint Node, int Tellers)> TopTold { get; private set; } = [];

    /// <summary>Sources that answered with the same addresses.</summary>
    public IReadOnlyList<IReadOnlyList<NetworkEndpoint>> SameAnswers { get; private set; } = [];

    /// <summary>Sources most of whose addresses nobody else tells of, with how many entries they told and how many of these no other does.</summary>
    public IReadOnlyList<(NetworkEndpoint Node, int Entries, int Alone)> Lonely { get; private set; } = [];

    /// <summary>Reachable nodes that either half of the sources told of.</summary>
    public TotalEstimate Halves { get; private set; }

    public static async Task<GossipFigures> ReadAsync(
        ICrawlReader reader, long snapshot, IReadOnlyCollection<NetworkEndpoint> reached, CancellationToken cancellation)
    {
        var figures = new GossipFigures();
        foreach (var node in reached.Where(node => StoredAddress.IsKept(node.Address)))
        {
            figures._reachable[NodeId.Of(node).Value] = default;
        }

        await foreach (var told in reader.ReadGossipAsync(snapshot, cancellation))
        {
            if (StoredAddress.IsKept(told.Source.Address) && StoredAddress.IsKept(told.Entry.Endpoint.Address))
            {
                figures.Add(told);
            }
        }

        // Who tells what nobody else does, and the names of those that are told of most, are known only when all have been heard.
        var names = figures._tellers.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(Top).ToDictionary(pair => pair.Key, _ => default(NetworkEndpoint));
        await foreach (var told in reader.ReadGossipAsync(snapshot, cancellation))
        {
            figures.LookAgain(told, names);
        }

        figures.Conclude(names);
        return figures;
    }

    private void Add(GossipRecord told)
    {
        Entries++;
        CountAge(told);
        var id = NodeId.Of(told.Entry.Endpoint).Value;
        _tellers[id] = _tellers.GetValueOrDefault(id) + 1;
        if (!_sources.TryGetValue(told.Source, out var source))
        {
            _sources.Add(told.Source, source = new SourceFigures());
        }

        source.Add(id);
        if (_reachable.TryGetValue(id, out var halves))
        {
            // A bit of a hash of the source: half of them at random, and the same half each time.
            _reachable[id] = (NodeId.Of(told.Source).Value & 1) == 0 ? (true, halves.Other) : (halves.One, true);
        }
    }

    private void LookAgain(GossipRecord told, Dictionary<long, NetworkEndpoint> names)
    {
        if (StoredAddress.IsKept(told.Entry.Endpoint.Address) && _sources.TryGetValue(told.Source, out var source))
        {
            var id = NodeId.Of(told.Entry.Endpoint).Value;
            source.Alone += _tellers.GetValueOrDefault(id) == 1 ? 1 : 0;
            if (names.ContainsKey(id))
            {
                names[id] = told.Entry.Endpoint;
            }
        }
    }

    private void CountAge(GossipRecord told)
    {
        var age = told.Heard - DateTimeOffset.FromUnixTimeSeconds(told.Entry.Time);
        if (told.Entry.Time == 0)
        {
            WithoutTime++;
        }
        else if (age < -Ahead)
        {
            FromTheFuture++;
        }
        else
        {
            var bin = 0;
            while (age >= Ages[bin].Below)
            {
                bin++;
            }

            ByAge[bin]++;
        }
    }

    private void Conclude(Dictionary<long, NetworkEndpoint> names)
    {
        TopSources = [.. _sources.Select(pair => (pair.Key, pair.Value.Entries)).OrderByDescending(pair => pair.Entries).ThenBy(pair => pair.Key.ToString(), StringComparer.Ordinal).Take(Top)];
        TopTold = [.. names.Select(pair => (pair.Value, _tellers[pair.Key])).OrderByDescending(pair => pair.Item2)];
        SameAnswers =
        [
            .. _sources.Where(pair => pair.Value.Entries >= TellingEntries).GroupBy(pair => pair.Value.Sketch).Where(group => group.Count() >= SuspiciousSources)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(Top)
                .Select(group => (IReadOnlyList<NetworkEndpoint>)[.. group.Select(pair => pair.Key)]),
        ];
        Lonely =
        [
            .. _sources.Where(pair => pair.Value.Entries >= TellingEntries && pair.Value.Alone * 2 > pair.Value.Entries && _sources.Count > 1)
                .Select(pair => (pair.Key, pair.Value.Entries, pair.Value.Alone))
                .OrderByDescending(pair => pair.Alone).ThenBy(pair => pair.Key.ToString(), StringComparer.Ordinal).Take(Top),
        ];
        Halves = new TotalEstimate(
            _reachable.Values.LongCount(halves => halves.One), _reachable.Values.LongCount(halves => halves.Other),
            _reachable.Values.LongCount(halves => halves is { One: true, Other: true }));
    }

    /// <summary>What one source told.</summary>
    private sealed class SourceFigures
    {
        private const int Kept = 16;
        private readonly SortedSet<long> _least = [];

        public int Entries { get; private set; }

        public int Alone { get; set; }

        /// <summary>The least numbers of its answer: two answers that share these share nearly all.</summary>
        public string Sketch => string.Join(',', _least);

        public void Add(long id)
        {
            Entries++;
            if (_least.Count < Kept)
            {
                _least.Add(id);
            }
            else if (id < _least.Max && _least.Add(id))
            {
                _least.Remove(_least.Max);
            }
        }
    }
}
