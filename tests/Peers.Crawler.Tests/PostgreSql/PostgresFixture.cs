namespace Peers.Crawler.Tests.PostgreSql;

/// <summary>One server, shared by the tests of the collection, which run one after another; each takes a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;

    public PostgresServer Server
    {
        get
        {
            Skip.If(_server is null, PostgresServer.Missing);
            return _server!;
        }
    }

    public async Task InitializeAsync()
    {
        if (PostgresServer.IsInstalled)
        {
            _server = await PostgresServer.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}

/// <summary>The tests that share a server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "PostgreSQL";
}
