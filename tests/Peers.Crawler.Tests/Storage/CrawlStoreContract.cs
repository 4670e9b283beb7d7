using System.Text;
using Peers.Wire;
using static Peers.Crawler.Tests.Storage.StoreSamples;

namespace Peers.Crawler.Tests.Storage;

/// <summary>What every store does alike.</summary>
public abstract class CrawlStoreContract : IAsyncLifetime
{
    private const string Network = "mainnet";

    private ICrawlStore? _store;

    private ICrawlStore Store => _store!;

    private ICrawlReader Reader => (ICrawlReader)_store!;

    public async Task InitializeAsync()
    {
        if (IsAvailable)
        {
            _store = await OpenAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    [SkippableFact(DisplayName = "A snapshot that has not ended is gone on with; after its end the next one begins")]
    public async Task Snapshots()
    {
        SkipWithout();
        var first = await Store.OpenSnapshotAsync(Network, Start);
        Assert.Equal(new CrawlSnapshot(first.Id, Network, Start, null), first);
        Assert.Equal(first, await Store.OpenSnapshotAsync(Network, Start.AddHours(1)));

        await Store.CloseSnapshotAsync(first.Id, Start.AddHours(2));
        await Store.CloseSnapshotAsync(first.Id, Start.AddHours(3));
        var second = await Store.OpenSnapshotAsync(Network, Start.AddHours(4));

        Assert.Equal(first.Id + 1, second.Id);
        Assert.Equal([first with { Ended = Start.AddHours(2) }, second], await Reader.ReadSnapshotsAsync());
    }

    [SkippableFact(DisplayName = "Many who open a snapshot at once get the same one")]
    public async Task SnapshotRace()
    {
        SkipWithout();
        var snapshots = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Store.OpenSnapshotAsync(Network, Start))));
        Assert.Single(snapshots.Distinct());
        Assert.Single(await Reader.ReadSnapshotsAsync());
    }

    [SkippableFact(DisplayName = "A store holds one network: another is refused, and the line says what to do")]
    public async Task OtherNetwork()
    {
        SkipWithout();
        await Store.OpenSnapshotAsync(Network, Start);
        var refused = await Assert.ThrowsAsync<CrawlStoreException>(() => Store.OpenSnapshotAsync("testnet4", Start));
        Assert.EndsWith("holds a crawl of mainnet: give testnet4 a store of its own", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [SkippableFact(DisplayName = "Writes to a snapshot that is not there are refused")]
    public async Task NoSnapshot()
    {
        SkipWithout();
        await Assert.ThrowsAsync<CrawlStoreException>(() => Store.AppendAsync(7, [Complete(Alice)], []));
        await Assert.ThrowsAsync<CrawlStoreException>(() => Store.CloseSnapshotAsync(7, Start));
        Assert.Empty(await Reader.ReadNodesAsync().ToListAsync());
    }

    [SkippableFact(DisplayName = "A visit comes back as it was, its answer in the order in which it came")]
    public async Task RoundTrip()
    {
        SkipWithout();
        var snapshot = await OpenSnapshotAsync();
        var answer = Enumerable.Range(0, 1000).Select(i => Entry(Node(7919 * i), (uint)i)).ToArray();
        Visit[] visits =
        [
            Complete(Alice, TimeSpan.Zero, answer),
            Complete(Bob, TimeSpan.FromSeconds(1), []),
            Complete(Node(1), TimeSpan.FromSeconds(2)),
            .. VisitOutcomes.All.Select((outcome, i) => Failed(Node(100 + i), outcome, TimeSpan.FromSeconds(3 + i))),
        ];

        await Store.AppendAsync(snapshot, [.. visits.Reverse()], [.. answer.Select(entry => Learned(entry.Endpoint))]);

        var read = await Reader.ReadVisitsAsync(snapshot).ToListAsync();
        Assert.Equal(visits.Length, read.Count);
        Assert.All(visits.Zip(read), pair => AssertSame(pair.First, pair.Second));
        Assert.Equal(answer.Select(entry => new GossipRecord(Alice, entry, Start)), await Reader.ReadGossipAsync(snapshot).ToListAsync());
    }

    [SkippableFact(DisplayName = "Addresses of every network, with the lowest and the highest port, come back as they were")]
    public async Task Addresses()
    {
        SkipWithout();
        var snapshot = await OpenSnapshotAsync();
        var answer = Strange.Select(endpoint => Entry(endpoint)).ToArray();

        await Store.AppendAsync(snapshot, [.. Strange.Select((endpoint, i) => Complete(endpoint, TimeSpan.FromSeconds(i), answer))], []);

        var nodes = await Reader.ReadNodesAsync().Select(node => node.Endpoint).ToListAsync();
        Assert.Equal(
            Strange.OrderBy(endpoint => endpoint.ToString(), StringComparer.Ordinal)
                .ThenBy(endpoint => StoredAddress.NetworkOf(endpoint.Address), StringComparer.Ordinal),
            nodes);
        Assert.All(await Reader.ReadVisitsAsync(snapshot).ToListAsync(), visit => Assert.Equal(answer, visit.Addresses!.Entries));
        foreach (var endpoint in Strange)
        {
            var partition = await Store.LoadAsync(snapshot, Netgroup.PartitionOf(endpoint.Address)).ToListAsync();
            Assert.Contains(partition, known => known.Endpoint == endpoint && known.VisitedInSnapshot);
        }
    }

    [SkippableFact(DisplayName = "An address too long for any network that we know is left out, and takes nothing else with it")]
    public async Task TooLong()
    {
        SkipWithout();
        var snapshot = await OpenSnapshotAsync();
        var strange = new NetworkEndpoint(new NetworkAddress((NetworkKind)200, new byte[300]), 8333);

        await Store.AppendAsync(snapshot, [Complete(Alice, TimeSpan.Zero, [Entry(Bob), Entry(strange), Entry(Node(1))])], [Learned(strange)]);

        Assert.Equal([Bob, Node(1)], (await Reader.ReadGossipAsync(snapshot).ToListAsync()).Select(gossip => gossip.Entry.Endpoint));
        Assert.Equal(3, await Reader.ReadNodesAsync().CountAsync());
    }

    [SkippableFact(DisplayName = "Whatever a remote calls itself comes back byte for byte")]
    public async Task HostileUserAgents()
    {
        SkipWithout();
        var snapshot = await OpenSnapshotAsync();
        WireText[] agents =
        [
            WireText.Empty,
            "'; DROP TABLE node; --",
            "\"quotes\", 'quotes' and \\backslashes\\x41",
            new(new byte[] { 0 }),
            new("/Sat\0oshi/"u8.ToArray()),
            new(new byte[] { 0xFF, 0xFE, 0xC3, 0x28, 0xED, 0xA0, 0x80 }),
            new(Encoding.UTF8.GetBytes("/Зоря:1/ 🦀")),
            new("\u001b[31m\r\n\t"u8.ToArray()),
            new(Enumerable.Range(0, 256).Select(i => (byte)i).ToArray()),
            new(Enumerable.Repeat((byte)'\\', 256).ToArray()),
        ];
        var visits = agents.Select((agent, i) =>
            Complete(Node(i), TimeSpan.FromSeconds(i)) is var visit ? visit with { Version = visit.Version! with { UserAgent = agent } } : null!).ToArray();

        await Store.AppendAsync(snapshot, visits, []);

        Assert.Equal(agents, (await Reader.ReadVisitsAsync(snapshot).ToListAsync()).Select(visit => visit.Version!.UserAgent));
        var nodes = await Reader.ReadNodesAsync().ToDictionaryAsync(node => node.Endpoint);
        Assert.All(visits, visit => Assert.Equal(visit.Version, nodes[visit.Endpoint].LastVersion));
    }

    [SkippableFact(DisplayName = "A visit that is written again changes nothing: not its rows, its gossip, its node's windows or the number of its visits")]
    public async Task Idempotence()
    {
        SkipWithout();
        var snapshot = await OpenSnapshotAsync();
        Visit[] visits = [Complete(Alice, TimeSpan.Zero, [Entry(Bob)]), Failed(Bob, VisitOutcome.Refused, TimeSpan.FromSeconds(1))];
        await Store.AppendAsync(snapshot, visits, [Learned(Bob)]);
        var before = await Reader.ReadNodesAsync().ToListAsync();

        await Store.AppendAsync(snapshot, visits, [Learned(Bob)]);
        await Store.AppendAsync(snapshot, [.. visits, .. visits], []);

        Assert.Equal(before, await Reader.ReadNodesAsync().ToListAsync());
        Assert.Equal(2, await Reader.ReadVisitsAsync(snapshot).CountAsync());
        Assert.Equal(1, await Reader.ReadGossipAsync(snapshot).CountAsync());
        var alice = before.Single(node => node.Endpoint == Alice);
        Assert.Equal(1, alice.Visits);
        Assert.Equal(default(UptimeWindows).After(true, null), alice.Uptime);
    }

    [SkippableFact(DisplayName = "A node's row says what its visits showed: the latest, when it was last there, what it said of itself, its windows")]
    public async Task NodeState()
    {
        SkipWithout();
        var snapshot = await OpenSnapshotAsync();
        var there = Complete(Alice, TimeSpan.Zero, [Entry(Bob)]);
        var away = Failed(Alice, VisitOutcome.ConnectTimedOut, TimeSpan.FromHours(1));
        await Store.AppendAsync(snapshot, [there], []);
        await Store.AppendAsync(snapshot, [away], []);

        var alice = await Reader.ReadNodesAsync().SingleAsync(node => node.Endpoint == Alice);

        Assert.Equal(new NodeVisit(away.Started, away.Outcome, away.Detail, away.Durations), alice.LastVisit);
        Assert.Equal(there.Started, alice.LastReachable);
        Assert.Equal(there.Version, alice.LastVersion);
        Assert.Equal(2, alice.Visits);
        Assert.Equal(default(UptimeWindows).After(true, null).After(false, TimeSpan.FromHours(1)), alice.Uptime);
        Assert.Equal(StartSeconds, alice.HeardSeen);
        Assert.Equal(
            new KnownNode(Alice, StartSeconds, away.Started, there.Started, VisitedInSnapshot: true),
            await Store.LoadAsync(snapshot, Netgroup.PartitionOf(Alice.Address)).SingleAsync());
    }

    [SkippableFact(DisplayName = "A visit that is told late counts, and does not hide the newer one")]
    public async Task LateVisit()
    {
        SkipWithout();
        var snapshot = await OpenSnapshotAsync();
        await Store.AppendAsync(snapshot, [Complete(Alice, TimeSpan.FromHours(1))], []);
        await Store.AppendAsync(snapshot, [Failed(Alice, VisitOutcome.Refused)], []);

        var alice = await Reader.ReadNodesAsync().SingleAsync();

        Assert.Equal((VisitOutcome.Complete, Start.AddHours(1)), (alice.LastVisit!.Outcome, alice.LastVisit.At));
        Assert.Equal(2, alice.Visits);
        Assert.Equal(default(UptimeWindows).After(true, null).After(false, TimeSpan.Zero), alice.Uptime);
    }

    [SkippableFact(DisplayName = "A visit for which we had no socket is kept, says nothing of the node, and leaves it to be visited")]
    public async Task Overloaded()
    {
        SkipWithout();
        var snapshot = await OpenSnapshotAsync();
        await Store.AppendAsync(snapshot, [Failed(Alice, VisitOutcome.Overloaded)], []);

        var known = await Store.LoadAsync(snapshot, Netgroup.PartitionOf(Alice.Address)).SingleAsync();

        Assert.Equal(new KnownNode(Alice, 0, null, null, VisitedInSnapshot: false), known);
        Assert.Equal(1, await Reader.ReadVisitsAsync(snapshot).CountAsync());
        Assert.Equal((0, null, default(UptimeWindows)), await Reader.ReadNodesAsync().Select(node => (node.Visits, node.LastVisit, node.Uptime)).SingleAsync());
    }

    [SkippableFact(DisplayName = "A proxy's failure is a visit that says nothing of the node's uptime")]
    public async Task ProxyFailure()
    {
        SkipWithout();
        var snapshot = await OpenSnapshotAsync();
        await Store.AppendAsync(snapshot, [Complete(Alice), Failed(Alice, VisitOutcome.ProxyError, TimeSpan.FromHours(1))], []);
        await Store.AppendAsync(snapshot, [Complete(Alice, TimeSpan.FromHours(2))], []);

        var alice = await Reader.ReadNodesAsync().SingleAsync();

        Assert.Equal(3, alice.Visits);
        Assert.Equal(default(UptimeWindows).After(true, null).After(true, TimeSpan.FromHours(2)), alice.Uptime);
    }

    [SkippableFact(DisplayName = "Of what is told of a node the newest time is kept, unless it is newer by less than an hour")]
    public async Task NewestSeen()
    {
        SkipWithout();
        var snapshot = await OpenSnapshotAsync();
        var partition = Netgroup.PartitionOf(Alice.Address);
        foreach (var (age, kept) in new (uint, uint)[] { (90_000, 90_000), (100_000, 90_000), (90_000 - 3599, 90_000), (90_000 - 3600, 86_400), (0, 0), (5, 0) })
        {
            await Store.AppendAsync(snapshot, [], [Learned(Alice, age)]);
            Assert.Equal(StartSeconds - kept, (await Store.LoadAsync(snapshot, partition).SingleAsync()).HeardSeen);
        }
    }

    [SkippableFact(DisplayName = "A seed of which nobody has said when it was seen takes the first time that is said")]
    public async Task Seed()
    {
        SkipWithout();
        var snapshot = await OpenSnapshotAsync();
        await Store.AppendAsync(snapshot, [], [new LearnedNode(Alice, 0, ServiceFlags.None)]);
        Assert.Equal(0u, (await Reader.ReadNodesAsync().SingleAsync()).HeardSeen);

        await Store.AppendAsync(snapshot, [], [new LearnedNode(Alice, 5, ServiceFlags.None)]);
        Assert.Equal(5u, (await Reader.ReadNodesAsync().SingleAsync()).HeardSeen);
    }

    [SkippableFact(DisplayName = "Each node is loaded with its partition and no other, and knows whether this snapshot has visited it")]
    public async Task Partitions()
    {
        SkipWithout();
        var first = await OpenSnapshotAsync();
        var nodes = Enumerable.Range(0, 5000).Select(i => Node(i * 65_536)).Concat(Strange).ToArray();
        await Store.AppendAsync(first, [Complete(nodes[0])], [.. nodes.Select(node => Learned(node))]);
        await Store.CloseSnapshotAsync(first, Start.AddHours(1));
        var second = await OpenSnapshotAsync();
        await Store.AppendAsync(second, [Complete(nodes[1], TimeSpan.FromHours(2))], []);

        var loaded = new List<KnownNode>();
        for (var partition = 0; partition < Netgroup.Partitions; partition++)
        {
            var part = await Store.LoadAsync(second, partition).ToListAsync();
            Assert.All(part, known => Assert.Equal(partition, Netgroup.PartitionOf(known.Endpoint.Address)));
            loaded.AddRange(part);
        }

        Assert.Equal(nodes.Length, loaded.Count);
        Assert.Equal(nodes.ToHashSet(), loaded.Select(known => known.Endpoint).ToHashSet());
        Assert.Equal([nodes[1]], loaded.Where(known => known.VisitedInSnapshot).Select(known => known.Endpoint));
        Assert.Equal(2, loaded.Count(known => known.LastVisit is not null));
    }

    [SkippableFact(DisplayName = "Visits of two snapshots are kept apart, and those of one are the node's together")]
    public async Task TwoSnapshots()
    {
        SkipWithout();
        var first = await OpenSnapshotAsync();
        await Store.AppendAsync(first, [Complete(Alice, TimeSpan.Zero, [Entry(Bob)])], []);
        await Store.CloseSnapshotAsync(first, Start.AddHours(1));
        var second = await OpenSnapshotAsync();
        await Store.AppendAsync(second, [Complete(Alice, TimeSpan.FromDays(1), [Entry(Node(1)), Entry(Node(2))])], []);

        Assert.Equal(1, await Reader.ReadVisitsAsync(first).CountAsync());
        Assert.Equal([Bob], await Reader.ReadGossipAsync(first).Select(gossip => gossip.Entry.Endpoint).ToListAsync());
        Assert.Equal([Node(1), Node(2)], await Reader.ReadGossipAsync(second).Select(gossip => gossip.Entry.Endpoint).ToListAsync());
        Assert.Equal(2, (await Reader.ReadNodesAsync().SingleAsync(node => node.Endpoint == Alice)).Visits);
    }

    [SkippableFact(DisplayName = "Writers at once lose nothing and count each visit once, though they all tell of the same nodes")]
    public async Task Concurrency()
    {
        SkipWithout();
        const int writers = 8, batches = 10;
        var snapshot = await OpenSnapshotAsync();
        var told = Enumerable.Range(0, 100).Select(i => Entry(Node(i))).ToArray();
        var shared = Enumerable.Range(0, batches).Select(i => Failed(Alice, VisitOutcome.Refused, TimeSpan.FromMinutes(i))).ToArray();

        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var batch = 0; batch < batches; batch++)
            {
                var own = Complete(Node(1000 + writer), TimeSpan.FromMinutes(batch), told);
                var entries = writer % 2 == 0 ? told : [.. told.Reverse()];
                await Store.AppendAsync(snapshot, [shared[batch], own], [.. entries.Select(entry => Learned(entry.Endpoint, (uint)(7200 - (batch * 3600))))]);
            }
        })));

        var nodes = await Reader.ReadNodesAsync().ToDictionaryAsync(node => node.Endpoint);
        Assert.Equal(100 + writers + 1, nodes.Count);
        Assert.Equal(batches, nodes[Alice].Visits);
        Assert.All(Enumerable.Range(0, writers), writer => Assert.Equal(batches, nodes[Node(1000 + writer)].Visits));
        Assert.Equal(batches + (writers * batches), await Reader.ReadVisitsAsync(snapshot).CountAsync());
        Assert.Equal(writers * batches * told.Length, await Reader.ReadGossipAsync(snapshot).CountAsync());
        var expected = default(UptimeWindows).After(true, null);
        for (var batch = 1; batch < batches; batch++)
        {
            expected = expected.After(true, TimeSpan.FromMinutes(1));
        }

        Assert.All(Enumerable.Range(0, writers), writer => Assert.Equal(expected, nodes[Node(1000 + writer)].Uptime));
    }

    /// <summary>Whether the machine has what the store needs.</summary>
    protected virtual bool IsAvailable => true;

    /// <summary>Opens a store with nothing in it.</summary>
    protected abstract Task<ICrawlStore> OpenAsync();

    /// <summary>Skips a test that cannot run here, and says why.</summary>
    protected virtual void SkipWithout()
    {
    }

    private async Task<long> OpenSnapshotAsync() => (await Store.OpenSnapshotAsync(Network, Start)).Id;
}
