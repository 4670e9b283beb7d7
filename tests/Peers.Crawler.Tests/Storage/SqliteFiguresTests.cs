using Xunit.Abstractions;
using static Peers.Crawler.Tests.Storage.StoreSamples;

namespace Peers.Crawler.Tests.Storage;

public sealed class SqliteFiguresTests(ITestOutputHelper output)
{
    [SkippableFact(DisplayName = "Figures: visits per second and CPU per visit of the store in SQLite")]
    public async Task Append()
    {
        Skip.IfNot(StoreFigures.AreWanted, $"figures are measured when {StoreFigures.Switch} is set");
        var folder = Directory.CreateTempSubdirectory("peers-store-");
        try
        {
            await using var store = SqliteCrawlStore.Open(Path.Combine(folder.FullName, "crawl.db"), new FixedClock(Start));
            await StoreFigures.MeasureAsync(store, output, () => TimeSpan.Zero);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
