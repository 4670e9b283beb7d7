using System.Globalization;
using Microsoft.Data.Sqlite;
using static Peers.Crawler.Tests.Storage.StoreSamples;

namespace Peers.Crawler.Tests.Storage;

public sealed class SqliteCrawlStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peers-store-");

    private string File => Path.Combine(_folder.FullName, "crawl.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(DisplayName = "A writer that is killed loses nothing that was acknowledged, and its snapshot is gone on with")]
    public async Task Kill()
    {
        var acknowledged = 0;
        using (var process = StoreWriterProcess.Start(File))
        {
            Assert.Equal("snapshot 1", await process.StandardOutput.ReadLineAsync());
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                acknowledged = int.Parse(line, CultureInfo.InvariantCulture);
                if (acknowledged >= 400 && !process.HasExited)
                {
                    process.Kill();
                }
            }

            await process.WaitForExitAsync();
            Assert.NotEqual(0, process.ExitCode);
        }

        // First as others find the file, with the log that nobody has taken into it.
        await using (var reader = SqliteCrawlStore.OpenReader(File))
        {
            Assert.True(await reader.ReadVisitsAsync(1).CountAsync() >= acknowledged);
        }

        await using var store = Open();
        Assert.Equal(1, (await store.OpenSnapshotAsync("mainnet", Start.AddDays(1))).Id);
        var visits = await store.ReadVisitsAsync(1).ToListAsync();
        Assert.True(visits.Count >= acknowledged, $"{visits.Count} of {acknowledged}");
        Assert.All(visits.Index(), visit => AssertSame(StoreWriterProcess.VisitOf(visit.Index), visit.Item));
        Assert.Equal(visits.Count * StoreWriterProcess.EntriesInVisit, await store.ReadGossipAsync(1).CountAsync());
        Assert.Equal(visits.Count, await store.ReadNodesAsync().Select(node => node.Visits).SumAsync());

        // What was not acknowledged is told again, and what was kept all the same is not kept twice.
        await store.AppendAsync(1, [.. Enumerable.Range(0, visits.Count + 10).Select(StoreWriterProcess.VisitOf)], []);
        Assert.Equal(visits.Count + 10, await store.ReadNodesAsync().Select(node => node.Visits).SumAsync());
    }

    [Fact(DisplayName = "Readers that come and go at the same time do not fail one another, though the last to go cleans up")]
    public async Task Readers_at_once()
    {
        await using (var store = Open())
        {
            await store.OpenSnapshotAsync("mainnet", Start);
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < 100; round++)
            {
                await using var reader = SqliteCrawlStore.OpenReader(File);
                Assert.Single(await reader.ReadSnapshotsAsync());
                Assert.Empty(await reader.ReadNodesAsync().ToListAsync());
            }
        })));
    }

    [Fact(DisplayName = "A second crawl that would write to the file is refused, in the same process and in another; afterwards it is free")]
    public async Task Locked()
    {
        await using (Open())
        {
            var refused = Assert.Throws<CrawlStoreException>(Open);
            Assert.Equal($"{File} is being written by another crawl: stop that one, or give another file", refused.Message);

            using var process = StoreWriterProcess.Start(File);
            Assert.Equal(refused.Message, (await process.StandardError.ReadToEndAsync()).Trim());
            await process.WaitForExitAsync();
        }

        await using var again = Open();
    }

    [Fact(DisplayName = "A reader sees what is committed while a crawl goes on writing, and one reading sees no half of it")]
    public async Task ReadWhileWriting()
    {
        await using var store = Open();
        var snapshot = (await store.OpenSnapshotAsync("mainnet", Start)).Id;
        await store.AppendAsync(snapshot, [.. Enumerable.Range(0, 500).Select(StoreWriterProcess.VisitOf)], []);
        await using var reader = SqliteCrawlStore.OpenReader(File);

        await using var reading = reader.ReadVisitsAsync(snapshot).GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());
        await store.AppendAsync(snapshot, [.. Enumerable.Range(500, 500).Select(StoreWriterProcess.VisitOf)], []);
        var seen = 1;
        while (await reading.MoveNextAsync())
        {
            seen++;
        }

        Assert.Equal(500, seen);
        Assert.Equal(1000, await reader.ReadVisitsAsync(snapshot).CountAsync());
    }

    [Fact(DisplayName = "Whatever cannot be used as a store is refused with one line that says what to change, and is not touched")]
    public async Task Refused()
    {
        Assert.EndsWith("is a folder: give a file", Refusal(_folder.FullName), StringComparison.Ordinal);
        Assert.EndsWith("is not there: make it, or give another file", Refusal(Path.Combine(_folder.FullName, "none", "crawl.db")), StringComparison.Ordinal);

        var text = Path.Combine(_folder.FullName, "text");
        await System.IO.File.WriteAllTextAsync(text, new string('x', 5000));
        Assert.EndsWith("is not a SQLite file: give another file", Refusal(text), StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), await System.IO.File.ReadAllTextAsync(text));

        var other = Path.Combine(_folder.FullName, "other.db");
        Execute(other, "CREATE TABLE node (id INTEGER)");
        var before = await System.IO.File.ReadAllBytesAsync(other);
        Assert.EndsWith("is a database of another program: give another file", Refusal(other), StringComparison.Ordinal);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(other));

        Assert.EndsWith("none.db is not there: give the file of a crawl", RefusalToRead(Path.Combine(_folder.FullName, "none.db")), StringComparison.Ordinal);
        Assert.EndsWith("is not a SQLite file: give another file", RefusalToRead(text), StringComparison.Ordinal);
        Assert.EndsWith("is a database of another program: give another file", RefusalToRead(other), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A file of a newer program, or with other partitions, is refused, to write and to read")]
    [InlineData("UPDATE meta SET value = '2' WHERE name = 'schema'", "was written by a newer program (tables of version 2, here 1): update, or give another file")]
    [InlineData("UPDATE meta SET value = '64' WHERE name = 'partitions'", "divides its nodes by 64 partitions, here 256: give another file")]
    [InlineData("DELETE FROM meta", "holds no crawl: give another file")]
    public async Task Version(string change, string line)
    {
        await Open().DisposeAsync();
        Execute(File, change);

        Assert.Equal($"{File} {line}", Refusal(File));
        Assert.Equal($"{File} {line}", RefusalToRead(File));
    }

    [Fact(DisplayName = "A file whose folder is full says so, keeps what it had, and takes writes again when there is space")]
    public async Task Full()
    {
        await using var store = Open();
        var snapshot = (await store.OpenSnapshotAsync("mainnet", Start)).Id;
        await store.AppendAsync(snapshot, [StoreWriterProcess.VisitOf(0)], []);

        // A limit of SQLite's own stands for the disk: it fails in the same place with the same words.
        await store.LimitPagesAsync(1);
        var learned = Enumerable.Range(0, 20_000).Select(i => Learned(Node(1_000_000 + i))).ToArray();
        var full = await Assert.ThrowsAsync<CrawlStoreException>(() => store.AppendAsync(snapshot, [], learned));
        Assert.Equal($"no space is left for {File}: free some, or give a file on another disk", full.Message);

        await store.LimitPagesAsync(int.MaxValue);
        await store.AppendAsync(snapshot, [StoreWriterProcess.VisitOf(1)], learned);
        Assert.Equal(2, await store.ReadVisitsAsync(snapshot).CountAsync());
        Assert.Equal(20_000 + (2 * StoreWriterProcess.EntriesInVisit), await store.ReadNodesAsync().CountAsync());
    }

    [Fact(DisplayName = "One write that cannot be done takes no other with it that waits beside it")]
    public async Task PoisonedWrite()
    {
        await using var store = Open();
        var snapshot = (await store.OpenSnapshotAsync("mainnet", Start)).Id;
        var writes = Enumerable.Range(0, 40).Select(i => (i % 10) switch
        {
            3 => store.AppendAsync(99, [StoreWriterProcess.VisitOf(i)], []),
            7 => store.AppendAsync(snapshot, [StoreWriterProcess.VisitOf(1000 + i), Failed(Node(i), (VisitOutcome)99)], []),
            _ => store.AppendAsync(snapshot, [StoreWriterProcess.VisitOf(i)], []),
        }).ToArray();

        foreach (var (i, write) in writes.Index())
        {
            if (i % 10 is 3 or 7)
            {
                await Assert.ThrowsAnyAsync<Exception>(() => write);
            }
            else
            {
                await write;
            }
        }

        Assert.Equal(32, await store.ReadVisitsAsync(snapshot).CountAsync());
        Assert.Equal(32, await store.ReadNodesAsync().Select(node => node.Visits).SumAsync());
        Assert.Equal(32 * StoreWriterProcess.EntriesInVisit, await store.ReadGossipAsync(snapshot).CountAsync());
    }

    [Fact(DisplayName = "The views say in texts who told of whom, and that a text in a table is a text for anybody")]
    public async Task Views()
    {
        await using (var store = Open())
        {
            var snapshot = (await store.OpenSnapshotAsync("mainnet", Start)).Id;
            await store.AppendAsync(snapshot, [Complete(Bob, TimeSpan.Zero, [Entry(Alice, 60)])], [Learned(Alice)]);
        }

        Assert.Equal("[2001:db8::7]:18333|203.0.113.7:8333|2026-05-28 20:25:40|0000000000000009", Row("SELECT source, address, time, services FROM gossip_text"));
        Assert.Equal("[2001:db8::7]:18333|complete|/Satoshi:27.0.0/|1", Row("SELECT endpoint, outcome, user_agent, visits FROM node_text WHERE visits > 0"));
        Assert.Equal("[2001:db8::7]:18333|2026-05-28 20:26:40.123|complete|12", Row("SELECT endpoint, started, outcome, connect_ms FROM visit_text"));
        Assert.Equal("1|1", Row("SELECT snapshot, count(*) FROM gossip GROUP BY 1"));
    }

    private SqliteCrawlStore Open() => SqliteCrawlStore.Open(File, new FixedClock(Start));

    private static string Refusal(string path) => OneLine(Assert.Throws<CrawlStoreException>(() => SqliteCrawlStore.Open(path, new FixedClock(Start))));

    private static string RefusalToRead(string path) => OneLine(Assert.Throws<CrawlStoreException>(() => SqliteCrawlStore.OpenReader(path)));

    private static string OneLine(CrawlStoreException exception)
    {
        Assert.DoesNotContain('\n', exception.Message);
        return exception.Message;
    }

    private static void Execute(string path, string text)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private string Row(string query)
    {
        using var connection = SqliteReader.Open(File);
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        var row = string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue));
        Assert.False(reader.Read());
        return row;
    }
}
