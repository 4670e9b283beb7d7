using Peers.Crawler.Tests.PostgreSql;
using static Peers.Crawler.Tests.Storage.StoreSamples;

namespace Peers.Crawler.Tests.Storage;

[Collection(PostgresCollection.Name)]
public sealed class PostgresContractTests(PostgresFixture fixture) : CrawlStoreContract
{
    protected override bool IsAvailable => PostgresServer.IsInstalled;

    protected override async Task<ICrawlStore> OpenAsync() =>
        await PostgresCrawlStore.OpenAsync(await fixture.Server.CreateDatabaseAsync(), new FixedClock(Start));

    protected override void SkipWithout() => Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.Missing);
}
