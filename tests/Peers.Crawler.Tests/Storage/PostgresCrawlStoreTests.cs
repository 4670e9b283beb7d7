using Npgsql;
using Peers.Crawler.Tests.PostgreSql;
using Xunit.Abstractions;
using static Peers.Crawler.Tests.Storage.StoreSamples;

namespace Peers.Crawler.Tests.Storage;

[Collection(PostgresCollection.Name)]
public sealed class PostgresCrawlStoreTests(PostgresFixture fixture, ITestOutputHelper output)
{
    [SkippableFact(DisplayName = "Stores of several machines that open at once make the tables once, and come to the same snapshot")]
    public async Task OpenTogether()
    {
        var database = await fixture.Server.CreateDatabaseAsync();
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => OpenAsync(database))));

        var snapshots = await Task.WhenAll(stores.Select(store => store.OpenSnapshotAsync("mainnet", Start)));

        Assert.Single(snapshots.Distinct());
        await DisposeAllAsync(stores);
    }

    [SkippableFact(DisplayName = "Machines that tell of the same nodes in any order, and of each other's visits, lose nothing and count each visit once")]
    public async Task Together()
    {
        const int machines = 4, batches = 15, visitsInBatch = 20;
        var database = await fixture.Server.CreateDatabaseAsync();
        var stores = await Task.WhenAll(Enumerable.Range(0, machines).Select(_ => OpenAsync(database)));
        var snapshot = (await stores[0].OpenSnapshotAsync("mainnet", Start)).Id;

        await Task.WhenAll(stores.Index().Select(machine => Task.Run(async () =>
        {
            var random = new Random(machine.Index);
            for (var batch = 0; batch < batches; batch++)
            {
                // Everybody tells of the same visits, each in an order of its own, with times that are news to the others.
                var visits = Enumerable.Range(batch * visitsInBatch, visitsInBatch).Select(StoreWriterProcess.VisitOf).ToArray();
                random.Shuffle(visits);
                var learned = Enumerable.Range(0, 200).Select(i => Learned(Node(i), (uint)((batches - batch) * 7200))).ToArray();
                random.Shuffle(learned);
                var own = Failed(Alice, VisitOutcome.Refused, TimeSpan.FromMilliseconds((batch * machines) + machine.Index));
                await machine.Item.AppendAsync(snapshot, [own, .. visits], learned);
            }
        })));

        const int visits = batches * visitsInBatch, own = batches * machines;
        Assert.Equal(visits + own, await stores[0].ReadVisitsAsync(snapshot).CountAsync());
        Assert.Equal(visits * StoreWriterProcess.EntriesInVisit, await stores[0].ReadGossipAsync(snapshot).CountAsync());
        var nodes = await stores[0].ReadNodesAsync().ToDictionaryAsync(node => node.Endpoint);
        Assert.Equal(own, nodes[Alice].Visits);
        Assert.Equal(visits + own, nodes.Values.Sum(node => node.Visits));
        Assert.All(Enumerable.Range(0, 100), node => Assert.Equal(visits / 100, nodes[Node(node)].Visits));
        await DisposeAllAsync(stores);
    }

    [SkippableFact(DisplayName = "A connection that breaks is made again, and what was being written is written once")]
    public async Task Broken()
    {
        var database = await fixture.Server.CreateDatabaseAsync();
        await using var store = await OpenAsync(database);
        var snapshot = (await store.OpenSnapshotAsync("mainnet", Start)).Id;
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        for (var batch = 0; batch < 5; batch++)
        {
            var append = store.AppendAsync(snapshot, [.. Enumerable.Range(batch * 100, 100).Select(StoreWriterProcess.VisitOf)], []);
            await fixture.Server.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            await append;
        }

        Assert.Equal(500, await store.ReadVisitsAsync(snapshot).CountAsync());
        Assert.Equal(500, await store.ReadNodesAsync().Select(node => node.Visits).SumAsync());
        Assert.Equal(500 * StoreWriterProcess.EntriesInVisit, await store.ReadGossipAsync(snapshot).CountAsync());
    }

    [SkippableFact(DisplayName = "A server that was killed keeps what was acknowledged; a write waits for its return, and one that waits too long says so")]
    public async Task ServerGone()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await using var store = await PostgresCrawlStore.OpenAsync(database, new HastyClock());
        var snapshot = (await store.OpenSnapshotAsync("mainnet", Start)).Id;
        await store.AppendAsync(snapshot, [StoreWriterProcess.VisitOf(0)], []);

        await server.KillAsync();
        var gone = await Assert.ThrowsAsync<CrawlStoreException>(() => store.AppendAsync(snapshot, [StoreWriterProcess.VisitOf(1)], []));
        Assert.Contains("does not answer: start the server, or change Host and Port of the connection string", gone.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', gone.Message);
        await server.StartAgainAsync();
        await store.AppendAsync(snapshot, [StoreWriterProcess.VisitOf(1)], []);

        Assert.Equal(2, await store.ReadVisitsAsync(snapshot).CountAsync());
    }

    [SkippableFact(DisplayName = "Whatever cannot be used as a store is refused with one line that says what to change")]
    public async Task Refused()
    {
        var database = await fixture.Server.CreateDatabaseAsync();
        Assert.Contains("does not answer: start the server", await RefusalAsync("Host=127.0.0.1;Port=1;Username=peers;Password=secret"), StringComparison.Ordinal);
        Assert.Contains("the connection string cannot be read", await RefusalAsync("Hots=127.0.0.1"), StringComparison.Ordinal);
        var missing = new NpgsqlConnectionStringBuilder(database) { Database = "nowhere" }.ToString();
        Assert.EndsWith("is not there: make it with createdb, or give another database", await RefusalAsync(missing), StringComparison.Ordinal);
        var reader = await Assert.ThrowsAsync<CrawlStoreException>(() => PostgresCrawlStore.OpenReaderAsync(database, TimeProvider.System));
        Assert.EndsWith("holds no crawl: give another database", reader.Message, StringComparison.Ordinal);

        await ExecuteAsync(database, "CREATE TABLE node (id bigint)");
        Assert.EndsWith("give another database", await RefusalAsync(database), StringComparison.Ordinal);
        Assert.Contains("holds tables of another program", await RefusalAsync(database), StringComparison.Ordinal);

        var newer = await fixture.Server.CreateDatabaseAsync();
        await (await OpenAsync(newer)).DisposeAsync();
        await ExecuteAsync(newer, "UPDATE meta SET value = '2' WHERE name = 'schema'");
        Assert.Contains("was written by a newer program (tables of version 2, here 1)", await RefusalAsync(newer), StringComparison.Ordinal);
        await ExecuteAsync(newer, "UPDATE meta SET value = '1' WHERE name = 'schema'; UPDATE meta SET value = '64' WHERE name = 'partitions'");
        Assert.Contains("divides its nodes by 64 partitions, here 256", await RefusalAsync(newer), StringComparison.Ordinal);
    }

    [SkippableFact(DisplayName = "Figures: visits per second and CPU per visit of the store in PostgreSQL")]
    public async Task Figures()
    {
        Skip.IfNot(StoreFigures.AreWanted, $"figures are measured when {StoreFigures.Switch} is set");
        await using var store = await OpenAsync(await fixture.Server.CreateDatabaseAsync());
        await StoreFigures.MeasureAsync(store, output, () => fixture.Server.ProcessorTime);
    }

    private static async Task<PostgresCrawlStore> OpenAsync(string database) => await PostgresCrawlStore.OpenAsync(database, new FixedClock(Start));

    private static async Task<string> RefusalAsync(string connectionString)
    {
        var refused = await Assert.ThrowsAsync<CrawlStoreException>(() => OpenAsync(connectionString));
        Assert.DoesNotContain('\n', refused.Message);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        return refused.Message;
    }

    private static async Task ExecuteAsync(string database, string text)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task DisposeAllAsync(IEnumerable<PostgresCrawlStore> stores)
    {
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    /// <summary>A clock whose pauses are over a hundred times as soon.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime / 100, period);
    }
}
