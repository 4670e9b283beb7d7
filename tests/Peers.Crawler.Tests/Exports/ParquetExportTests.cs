using DuckDB.NET.Data;

namespace Peers.Crawler.Tests;

public class ParquetExportTests
{
    [Fact(DisplayName = "DuckDB reads the nodes back: types, nulls, numbers without a sign, hostile names")]
    public async Task Nodes_are_read_back()
    {
        await using var store = await HostileCrawl.CrawlAsync();
        await using var table = await WrittenAsync(store, CrawlTable.Node);

        Assert.Equal(HostileCrawl.UserAgents.Count + 1L, table.One<long>("count(*)"));
        Assert.Equal(ulong.MaxValue, table.One<ulong>("max(services)"));
        Assert.Equal((-1, int.MaxValue), (table.One<int>("min(height)"), table.One<int>("max(height)")));
        Assert.Equal(1L, table.One<long>("count(*) filter (where height is null and user_agent is null and last_outcome = 'refused')"));
        Assert.Equal(HostileCrawl.Start.UtcDateTime, table.One<DateTime>("min(last_visit)").ToUniversalTime());
        Assert.Equal("TIMESTAMP WITH TIME ZONE, UBIGINT, INTEGER, VARCHAR, DOUBLE", table.One<string>("concat_ws(', ', typeof(any_value(last_visit)), typeof(any_value(services)), typeof(any_value(port)), typeof(any_value(user_agent)), typeof(any_value(uptime_2h)))"));
        Assert.Equal(12.5, table.One<double>("max(connect_ms)"));
        Assert.Equal(
            HostileCrawl.UserAgents.Select(agent => agent.ToString()).Order(StringComparer.Ordinal),
            table.Column<string>("user_agent").OfType<string>().Order(StringComparer.Ordinal));
    }

    [Fact(DisplayName = "DuckDB reads visits and gossip back")]
    public async Task Visits_and_gossip_are_read_back()
    {
        await using var store = await HostileCrawl.CrawlAsync();
        await using var visits = await WrittenAsync(store, CrawlTable.Visit);
        await using var gossip = await WrittenAsync(store, CrawlTable.Gossip);
        var count = HostileCrawl.UserAgents.Count;

        Assert.Equal(count, visits.One<long>("count(*) filter (where reachable)"));
        Assert.Equal(1L, visits.One<long>("count(*) filter (where announced_itself is null and addresses_told is null)"));
        Assert.Equal(count * (count - 1L), gossip.One<long>("count(*)"));
        Assert.Equal(count, gossip.One<long>("count(distinct source)"));
        Assert.Equal(count - 1L, gossip.One<long>("count(*) filter (where seen is null)"));
    }

    [Fact(DisplayName = "A table of many groups of rows is read back whole, and its export does not hold its rows in memory")]
    public async Task Many_groups_are_read_back()
    {
        const int Rows = (9 * ParquetExport.RowsInGroup) + 17;
        IReadOnlyList<ExportColumn<int>> columns =
        [
            new ValueColumn<int, long>("number", row => row), new TextColumn<int>("text", row => row % 3 == 0 ? null : $"row {row} {new string('x', 60)}"), new FlagColumn<int>("even", row => row % 2 == 0),
        ];
        var path = Path.GetTempFileName();
        var held = new List<long>();
        await using (var file = File.Create(path))
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await ParquetExport.WriteAsync(columns, CountAsync(Rows, () => held.Add(GC.GetTotalMemory(forceFullCollection: true) - before)), file, default);
        }

        await using var table = new DuckTable(path);
        Assert.Equal((Rows, (long)Rows * (Rows - 1) / 2), (table.One<long>("count(*)"), (long)table.One<decimal>("sum(number)::decimal(38,0)")));
        Assert.Equal((Rows + 2) / 3, table.One<long>("count(*) filter (where text is null)"));
        Assert.Equal((Rows + 1) / 2, table.One<long>("count(*) filter (where even)"));

        // Each time as far into a group. The six groups between would be 24 MB; the writer's pools of buffers grow by less.
        Assert.Equal(9, held.Count);
        Assert.InRange(held[^1], 0, held[2] + 12_000_000);
    }

    [Theory(DisplayName = "A table without rows, and one of one row, is a file that DuckDB reads")]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Small_tables_are_read_back(int nodes)
    {
        await using var store = await HostileCrawl.SmallAsync(nodes);
        await using var table = await WrittenAsync(store, CrawlTable.Node);

        Assert.Equal(nodes, table.One<long>("count(*)"));
    }

    private static async IAsyncEnumerable<int> CountAsync(int rows, Action look)
    {
        for (var row = 0; row < rows; row++)
        {
            if (row % ParquetExport.RowsInGroup == ParquetExport.RowsInGroup / 2)
            {
                look();
            }

            yield return row;
        }

        await Task.CompletedTask;
    }

    private static async Task<DuckTable> WrittenAsync(ICrawlReader reader, CrawlTable table)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, await HostileCrawl.ExportAsync(reader, CrawlExportFormat.Parquet, table));
        return new DuckTable(path);
    }

    /// <summary>A Parquet file as DuckDB sees it; gone after the test.</summary>
    private sealed class DuckTable : IAsyncDisposable
    {
        private readonly string _path;
        private readonly DuckDBConnection _connection = new("DataSource=:memory:");

        public DuckTable(string path)
        {
            _path = path;
            _connection.Open();
            using var command = _connection.CreateCommand();
            command.CommandText = "set timezone = 'UTC'";
            command.ExecuteNonQuery();
        }

        public T One<T>(string expression) => Column<T>(expression).Single()!;

        public List<T?> Column<T>(string expression)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = $"select {expression} from read_parquet('{_path}')";
            using var reader = command.ExecuteReader();
            var values = new List<T?>();
            while (reader.Read())
            {
                values.Add(reader.IsDBNull(0) ? default : reader.GetFieldValue<T>(0));
            }

            return values;
        }

        public async ValueTask DisposeAsync()
        {
            await _connection.DisposeAsync();
            File.Delete(_path);
        }
    }
}
