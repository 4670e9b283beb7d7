extern alias node; // Beside the namespace Peers.Node no test could have a method of that name.

using node::Peers.Node;

namespace Peers.Crawler.Tests;

public class SeederImportTests
{
    [Fact(DisplayName = "An address book reads the dump that the crawler writes: every node, with its services and when it was last there")]
    public async Task The_dump_is_read()
    {
        await using var store = await HostileCrawl.CrawlAsync();
        var import = AddressText.Read(new StringReader(await HostileCrawl.TextAsync(store, CrawlExportFormat.Seeder)), HostileCrawl.Start);
        var reached = new List<string>();
        await foreach (var node in store.ReadNodesAsync())
        {
            if (node is { LastReachable: { } last, LastVersion: { } version })
            {
                reached.Add($"{node.Endpoint} {version.Services} {last.ToUnixTimeSeconds()}");
            }
        }

        Assert.Empty(import.Faults);
        Assert.True(reached.Count > 5);
        Assert.Equal(reached, import.Addresses.Select(entry => $"{entry.Endpoint} {entry.Services} {entry.Time}"));
    }
}
