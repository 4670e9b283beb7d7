using Microsoft.Data.Sqlite;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>What is written to a store in SQLite, by one thread at a time, inside a transaction.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly SqliteConnection _connection;
    private readonly SqliteNodes _nodes;
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _findSnapshot;
    private readonly SqliteStatement _insertVisit;
    private readonly SqliteStatement _lastVisit;
    private readonly SqliteStatement _insertAnswer;
    private readonly AnswerText _answer = new();

    public SqliteWriter(string path, SqliteConnection connection, TimeProvider clock)
    {
        _path = path;
        _connection = connection;
        _clock = clock;
        _nodes = new SqliteNodes(connection);
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _findSnapshot = Prepare("SELECT 1 FROM snapshot WHERE id = ?");
        _insertVisit = Prepare(
            $"INSERT INTO visit (snapshot, node, started, {StoredRow.VisitColumns}) VALUES (?, ?, ?, {SqliteStatement.Parameters(13)}) ON CONFLICT DO NOTHING");
        _lastVisit = Prepare("SELECT last_insert_rowid()");
        _insertAnswer = Prepare("INSERT INTO gossip_answer VALUES (?, ?)");
    }

    public void Begin() => _begin.Run();

    public void Commit() => _commit.Run();

    public void RollBack()
    {
        // A row that could not be finished leaves values behind.
        _statements.ForEach(statement => statement.Reset());
        _nodes.RollBack();
        try
        {
            SqliteSchema.Execute(_connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // It had not begun, or SQLite has rolled it back: so it does when the disk is full.
        }
    }

    public CrawlSnapshot OpenSnapshot(string network, DateTimeOffset now)
    {
        if (SqliteSchema.Meta(_connection, "network") is { } kept && kept != network)
        {
            throw StoreErrors.OtherNetwork(_path, kept, network);
        }

        using var insert = new SqliteStatement(_connection, "INSERT INTO snapshot (network, started) VALUES (?, ?) ON CONFLICT DO NOTHING");
        insert.Add(network);
        insert.Add(now.ToUnixTimeMilliseconds());
        insert.Run();
        using var remember = new SqliteStatement(_connection, "INSERT INTO meta VALUES ('network', ?) ON CONFLICT DO NOTHING");
        remember.Add(network);
        remember.Run();
        using var find = new SqliteStatement(_connection, "SELECT id, started FROM snapshot WHERE ended IS NULL");
        find.Step();
        return new CrawlSnapshot(find.Number(0), network, find.Time(1), null);
    }

    public void CloseSnapshot(long snapshot, DateTimeOffset ended)
    {
        CheckSnapshot(snapshot);
        using var close = new SqliteStatement(_connection, "UPDATE snapshot SET ended = ? WHERE id = ? AND ended IS NULL");
        close.Add(ended.ToUnixTimeMilliseconds());
        close.Add(snapshot);
        close.Run();
    }

    public void Append(long snapshot, IReadOnlyList<Visit> visits, IReadOnlyList<LearnedNode> learned)
    {
        CheckSnapshot(snapshot);
        var now = _clock.GetUtcNow();
        foreach (var node in learned)
        {
            if (StoredAddress.IsKept(node.Endpoint.Address))
            {
                _nodes.Hear(node, now);
            }
        }

        foreach (var visit in visits)
        {
            Append(snapshot, visit, now);
        }
    }

    /// <summary>SQLite takes it for the pages that there are when it is less.</summary>
    public void LimitPages(int pages) => SqliteSchema.Execute(_connection, $"PRAGMA max_page_count = {pages}");

    public void Dispose()
    {
        _statements.ForEach(statement => statement.Dispose());
        _nodes.Dispose();
        _answer.Dispose();
        _connection.Dispose();
    }

    private void Append(long snapshot, Visit visit, DateTimeOffset now)
    {
        var node = _nodes.IdOf(visit.Endpoint, 0, ServiceFlags.None, now);
        var entries = visit.Addresses is { } answer ? StoredAddress.Kept(answer.Entries) : [];
        _insertVisit.Add(snapshot);
        _insertVisit.Add(node.Value);
        _insertVisit.Add(visit.Started.ToUnixTimeMilliseconds());
        _insertVisit.Add(visit, entries.Count);
        if (_insertVisit.Run() == 0)
        {
            return; // It was told before.
        }

        if (entries.Count > 0)
        {
            _lastVisit.Step();
            var id = _lastVisit.Number(0);
            _lastVisit.Reset();
            Tell(id, entries, visit.Started, now);
        }

        if (NodeState.Counts(visit.Outcome))
        {
            _nodes.Update(node, visit with { Started = StoredTime.Round(visit.Started) });
        }
    }

    private void Tell(long visit, IReadOnlyList<AddressEntry> entries, DateTimeOffset heard, DateTimeOffset now)
    {
        _answer.Begin();
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var node = _nodes.IdOf(entry.Endpoint, HeardTime.Of(entry, heard), entry.Services, now);
            _answer.Add(node, entry.Time, entry.Services);
        }

        _insertAnswer.Add(visit);
        _insertAnswer.Add(_answer.End());
        _insertAnswer.Run();
    }

    private void CheckSnapshot(long snapshot)
    {
        _findSnapshot.Bind(1, snapshot);
        var known = _findSnapshot.Step();
        _findSnapshot.Reset();
        if (!known)
        {
            throw StoreErrors.NoSnapshot(_path, snapshot);
        }
    }

    private SqliteStatement Prepare(string text)
    {
        var statement = new SqliteStatement(_connection, text);
        _statements.Add(statement);
        return statement;
    }
}
