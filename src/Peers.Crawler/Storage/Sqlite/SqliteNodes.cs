using Microsoft.Data.Sqlite;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>The table <c>node</c> as its one writer sees it: through a memory of the nodes that it met lately.</summary>
internal sealed class SqliteNodes(SqliteConnection connection) : IDisposable
{
    private const int CacheBits = 18;

    private readonly NodeCache _cache = new(CacheBits);

    private readonly SqliteStatement _findHeard = new(connection, "SELECT heard_seen FROM node WHERE id = ?");

    private readonly SqliteStatement _insert = new(
        connection, "INSERT INTO node (id, network, address, port, partition, first_heard, heard_seen, heard_services) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

    private readonly SqliteStatement _updateHeard = new(connection, "UPDATE node SET heard_seen = ?, heard_services = ? WHERE id = ?");

    private readonly SqliteStatement _findState = new(connection, $"SELECT heard_seen, {StoredRow.StateColumns} FROM node WHERE id = ?");

    private readonly SqliteStatement _updateState = new(
        connection,
        $"UPDATE node SET (heard_seen, {StoredRow.StateColumns}) = (?, {SqliteStatement.Parameters(StoredRow.StateWidth)}) WHERE id = ?");

    private SqliteStatement[] Statements => [_findHeard, _insert, _updateHeard, _findState, _updateState];

    /// <summary>What a transaction that was given up has taught is not true.</summary>
    public void RollBack()
    {
        _cache.ForgetStored();
        Array.ForEach(Statements, statement => statement.Reset());
    }

    /// <summary>The number of a node that has a row: a new one if it had none.</summary>
    public NodeId IdOf(in NetworkEndpoint endpoint, uint seen, ServiceFlags services, DateTimeOffset now) => Stored(endpoint, seen, services, now).Id;

    /// <summary>Somebody told of a node.</summary>
    public void Hear(in LearnedNode node, DateTimeOffset now)
    {
        ref var entry = ref Stored(node.Endpoint, node.HeardSeen, node.Services, now);
        if (HeardTime.IsNews(entry.HeardSeen, node.HeardSeen))
        {
            _updateHeard.Add(node.HeardSeen);
            _updateHeard.Add((long)node.Services);
            _updateHeard.Add(entry.Id.Value);
            _updateHeard.Run();
            entry.HeardSeen = node.HeardSeen;
        }
    }

    /// <summary>A node that has a row was visited.</summary>
    public void Update(NodeId node, Visit visit)
    {
        _findState.Bind(1, node.Value);
        _findState.Step();
        var seen = HeardTime.After((uint)_findState.Number(0), visit);
        var state = _findState.State(1).After(visit);
        _findState.Reset();

        _updateState.Add(seen);
        _updateState.Add(state);
        _updateState.Add(node.Value);
        _updateState.Run();
        ref var entry = ref _cache.Find(visit.Endpoint);
        entry.HeardSeen = seen;
    }

    public void Dispose()
    {
        Array.ForEach(Statements, statement => statement.Dispose());
    }

    private ref NodeCache.Entry Stored(scoped in NetworkEndpoint endpoint, uint seen, ServiceFlags services, DateTimeOffset now)
    {
        ref var entry = ref _cache.Find(endpoint);
        if (!entry.IsStored)
        {
            _findHeard.Bind(1, entry.Id.Value);
            var known = _findHeard.Step();
            entry.HeardSeen = known ? (uint)_findHeard.Number(0) : seen;
            _findHeard.Reset();
            if (!known)
            {
                Insert(entry.Id, endpoint, seen, services, now);
            }

            entry.IsStored = true;
        }

        return ref entry;
    }

    private void Insert(NodeId id, in NetworkEndpoint endpoint, uint seen, ServiceFlags services, DateTimeOffset now)
    {
        _insert.Add(id.Value);
        _insert.Add(StoredAddress.NetworkOf(endpoint.Address));
        _insert.Add(endpoint.Address.ToString());
        _insert.Add(endpoint.Port);
        _insert.Add(Netgroup.PartitionOf(endpoint.Address));
        _insert.Add(now.ToUnixTimeMilliseconds());
        _insert.Add(seen);
        _insert.Add((long)services);
        _insert.Run();
    }
}
