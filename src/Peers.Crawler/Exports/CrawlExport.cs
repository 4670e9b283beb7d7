namespace Peers.Crawler;

/// <summary>
/// Writes a crawl for other programs. Rows are written as they are read: what is held in memory does not grow with a table. The forms that are of the
/// reachable nodes hold those, a graph holds the numbers of its nodes.
/// </summary>
/// <remarks>Text of a remote's choosing is escaped as in logs: printable ASCII, every other byte as <c>\x1b</c>.</remarks>
public static class CrawlExport
{
    /// <summary>Writes one export.</summary>
    /// <param name="reader">The crawl.</param>
    /// <param name="snapshot">Which snapshot of it: one of <see cref="ICrawlReader.ReadSnapshotsAsync"/>.</param>
    /// <param name="format">The form.</param>
    /// <param name="table">The table, where the form is of one.</param>
    /// <param name="output">Where to; it need not seek, and stays open.</param>
    /// <param name="cancellation">Ends it in the middle.</param>
    public static Task WriteAsync(
        ICrawlReader reader, CrawlSnapshot snapshot, CrawlExportFormat format, CrawlTable table, Stream output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(output);
        return format switch
        {
            CrawlExportFormat.Bitnodes => BitnodesExport.WriteAsync(reader, snapshot, full: true, output, cancellation),
            CrawlExportFormat.BitnodesCrawl => BitnodesExport.WriteAsync(reader, snapshot, full: false, output, cancellation),
            CrawlExportFormat.P2PCrawler => CsvExport.WriteAsync(
                P2PCrawlerTable.Columns, P2PCrawlerTable.ReachedAsync(reader, snapshot, cancellation), output, cancellation),
            CrawlExportFormat.Seeder or CrawlExportFormat.Seeds => SeederExport.WriteAsync(reader, snapshot, output, cancellation),
            CrawlExportFormat.GraphML => GraphMLExport.WriteAsync(reader, snapshot, output, cancellation),
            _ => table switch
            {
                CrawlTable.Node => WriteTableAsync(NodeTableColumns.All, reader.ReadNodesAsync(cancellation), format, output, cancellation),
                CrawlTable.Visit => WriteTableAsync(VisitTableColumns.All, reader.ReadVisitsAsync(snapshot.Id, cancellation), format, output, cancellation),
                _ => WriteTableAsync(GossipTableColumns.All, reader.ReadGossipAsync(snapshot.Id, cancellation), format, output, cancellation),
            },
        };
    }

    private static Task WriteTableAsync<TRow>(
        IReadOnlyList<ExportColumn<TRow>> columns, IAsyncEnumerable<TRow> rows, CrawlExportFormat format, Stream output, CancellationToken cancellation) =>
        format switch
        {
            CrawlExportFormat.Ndjson => NdjsonExport.WriteAsync(columns, rows, output, cancellation),
            CrawlExportFormat.Csv => CsvExport.WriteAsync(columns, rows, output, cancellation),
            CrawlExportFormat.Parquet => ParquetExport.WriteAsync(columns, rows, output, cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "not a form of one table"),
        };
}
