using static Peers.Crawler.Tests.Storage.StoreSamples;

namespace Peers.Crawler.Tests.Storage;

public sealed class SqliteContractTests : CrawlStoreContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peers-store-");

    public void Dispose() => _folder.Delete(recursive: true);

    protected override Task<ICrawlStore> OpenAsync() =>
        Task.FromResult<ICrawlStore>(SqliteCrawlStore.Open(Path.Combine(_folder.FullName, "crawl.db"), new FixedClock(Start)));
}
