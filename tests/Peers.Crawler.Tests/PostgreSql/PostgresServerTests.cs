using Npgsql;

namespace Peers.Crawler.Tests.PostgreSql;

[Collection(PostgresCollection.Name)]
public sealed class PostgresServerTests(PostgresFixture fixture)
{
    [SkippableFact(DisplayName = "Two databases of one server do not see each other's tables")]
    public async Task Databases()
    {
        await using var first = await ConnectAsync(await fixture.Server.CreateDatabaseAsync());
        await using var second = await ConnectAsync(await fixture.Server.CreateDatabaseAsync());

        await ExecuteAsync(first, "CREATE TABLE mine (number int)");

        await ExecuteAsync(second, "CREATE TABLE mine (number int)");
        await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(second, "CREATE TABLE mine (number int)"));
    }

    [SkippableFact(DisplayName = "A server that was killed comes back with its rows, and its folder is gone when it is disposed of")]
    public async Task Kill()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.Missing);
        string folder;
        await using (var server = await PostgresServer.StartAsync())
        {
            await server.ExecuteAsync("CREATE TABLE kept AS SELECT 1 AS number");
            await using var connection = await ConnectAsync(server.ConnectionString);
            folder = (string)(await new NpgsqlCommand("SHOW data_directory", connection).ExecuteScalarAsync())!;

            await server.KillAsync();
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync(connection, "SELECT 1"));
            await server.StartAgainAsync();

            NpgsqlConnection.ClearAllPools();
            await server.ExecuteAsync("DROP TABLE kept");
        }

        Assert.False(Directory.Exists(folder));
    }

    private static async Task<NpgsqlConnection> ConnectAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
