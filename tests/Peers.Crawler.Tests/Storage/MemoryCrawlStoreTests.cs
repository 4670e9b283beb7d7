using static Peers.Crawler.Tests.Storage.StoreSamples;

namespace Peers.Crawler.Tests.Storage;

public sealed class MemoryCrawlStoreTests : CrawlStoreContract
{
    [Fact(DisplayName = "Whatever is asked of the store in memory is done when the call returns")]
    public async Task Synchronous()
    {
        await using var store = new MemoryCrawlStore();
        var open = store.OpenSnapshotAsync("mainnet", Start);
        Assert.True(open.IsCompletedSuccessfully);
        Assert.True(store.AppendAsync(1, [Complete(Alice, TimeSpan.Zero, [Entry(Bob)])], []).IsCompletedSuccessfully);

        await using var load = store.LoadAsync(1, Netgroup.PartitionOf(Alice.Address)).GetAsyncEnumerator();
        Assert.True(load.MoveNextAsync().AsTask() is { IsCompletedSuccessfully: true, Result: true });
        await using var visits = store.ReadVisitsAsync(1).GetAsyncEnumerator();
        Assert.True(visits.MoveNextAsync().AsTask() is { IsCompletedSuccessfully: true, Result: true });
        Assert.True(store.CloseSnapshotAsync(1, Start).IsCompletedSuccessfully);
    }

    [Fact(DisplayName = "Without gossip the store in memory still has every node and visit")]
    public async Task NoGossip()
    {
        await using var store = new MemoryCrawlStore(keepsGossip: false);
        var snapshot = await store.OpenSnapshotAsync("mainnet", Start);
        await store.AppendAsync(snapshot.Id, [Complete(Alice, TimeSpan.Zero, [Entry(Bob)])], [Learned(Bob)]);

        Assert.Equal(2, await store.ReadNodesAsync().CountAsync());
        Assert.Empty((await store.ReadVisitsAsync(snapshot.Id).SingleAsync()).Addresses!.Entries);
        Assert.Equal(0, await store.ReadGossipAsync(snapshot.Id).CountAsync());
    }

    protected override Task<ICrawlStore> OpenAsync() => Task.FromResult<ICrawlStore>(new MemoryCrawlStore());
}
