using System.Net;
using DnsClient;
using Peers.Wire;
using static Peers.Node.Tests.DnsServer;

namespace Peers.Node.Tests;

public sealed class DnsSeedsTests
{
    private const ServiceFlags Needed = ServiceFlags.Network | ServiceFlags.Witness;

    private static readonly SeedQuery Query = new(BitcoinNetwork.Mainnet, Needed, IsProxied: false);

    private readonly ManualClock _clock = new();

    [Fact(DisplayName = "A seed is asked for nodes with the needed services, and tells addresses of IPv4 and IPv6 at the network's port, seen 3 to 7 days ago")]
    public async Task Services_and_times()
    {
        await using var server = new DnsServer(name => name == "x9.one.example" ? Addresses("1.2.3.4", "5.6.7.8", "2a01::1") : Addresses("9.9.9.9"));
        var answer = Assert.Single(await AskAsync(server, "one.example"));
        Assert.Equal(["x9.one.example A", "x9.one.example AAAA"], server.Asked.Order(StringComparer.Ordinal));
        Assert.Equal("one.example", answer.Seed);
        Assert.Null(answer.Node);
        Assert.Equal(["1.2.3.4:8333", "5.6.7.8:8333", "[2a01::1]:8333"], Texts(answer));
        Assert.All(answer.Addresses, entry => Assert.Equal(Needed, entry.Services));
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.All(answer.Addresses, entry => Assert.InRange(now - entry.Time, 3 * 86_400, 7 * 86_400));
        Assert.True(answer.Addresses.Select(entry => entry.Time).Distinct().Count() > 1);
    }

    [Fact(DisplayName = "The name of the services is their number in hexadecimal")]
    public async Task Services_in_hexadecimal()
    {
        await using var server = new DnsServer(_ => Addresses("1.2.3.4"));
        var seeds = new DnsSeeds(_clock, new Random(1), server.Client(TimeSpan.FromSeconds(5))) { Seeds = ["one.example"] };
        await seeds.FindAsync(Query with { Services = (ServiceFlags)0xC49 }, CancellationToken.None);
        await seeds.FindAsync(Query with { Services = ServiceFlags.None }, CancellationToken.None);
        Assert.Equal(["one.example", "xc49.one.example"], server.Asked.Select(asked => asked.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory(DisplayName = "A seed that does not tell services apart is asked by its plain name")]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Plain_name(byte code)
    {
        await using var server = new DnsServer(name => name == "one.example" ? Addresses("1.2.3.4") : new Answer { Code = code });
        Assert.Equal(["1.2.3.4:8333"], Texts(Assert.Single(await AskAsync(server, "one.example"))));
    }

    [Fact(DisplayName = "The seeds are those of the network, unless others are given")]
    public async Task Seeds_of_the_network()
    {
        await using var server = new DnsServer(_ => Addresses("1.2.3.4"));
        var seeds = new DnsSeeds(_clock, new Random(1), server.Client(TimeSpan.FromSeconds(5)));
        var answers = await seeds.FindAsync(Query with { Network = BitcoinNetwork.Signet }, CancellationToken.None);
        Assert.Equal(BitcoinNetwork.Signet.DnsSeeds.Order(StringComparer.Ordinal), answers.Select(answer => answer.Seed).Order(StringComparer.Ordinal));
        Assert.All(answers, answer => Assert.Equal(["1.2.3.4:38333"], Texts(answer)));
        Assert.Empty(await seeds.FindAsync(Query with { Network = BitcoinNetwork.Regtest }, CancellationToken.None));
    }

    [Fact(DisplayName = "Through a proxy no name is resolved: each seed is a node to be asked")]
    public async Task Proxied()
    {
        var seeds = new DnsSeeds(_clock, new Random(1), new LookupClient(IPAddress.Loopback, 1)) { Seeds = ["one.example", "two.example"] };
        var answers = await seeds.FindAsync(Query with { IsProxied = true }, CancellationToken.None);
        Assert.All(answers, answer => Assert.Equal((new DnsEndPoint(answer.Seed, 8333), 0), (answer.Node, answer.Addresses.Count)));
        Assert.Equal(["one.example", "two.example"], answers.Select(answer => answer.Seed).Order(StringComparer.Ordinal));

        await using var server = new DnsServer(_ => Addresses("1.2.3.4"));
        await new DnsSeeds(_clock, new Random(1), server.Client(TimeSpan.FromSeconds(5))).FindAsync(Query with { IsProxied = true }, CancellationToken.None);
        Assert.Empty(server.Asked);
    }

    [Fact(DisplayName = "Of a thousand addresses 32 are taken, by chance and without doubles")]
    public async Task A_thousand()
    {
        var all = Enumerable.Range(0, 1_000).Select(i => $"11.{i / 200}.{i % 200}.1").ToArray();
        await using var server = new DnsServer(_ => Addresses([.. all, .. all[..100]]));
        var first = Texts(Assert.Single(await AskAsync(server, "one.example")));
        Assert.Equal(32, first.Distinct().Count());
        Assert.Equal(32, first.Count());
        Assert.True(first.Count(text => text.StartsWith("11.0.", StringComparison.Ordinal)) < 20);
    }

    [Fact(DisplayName = "Addresses that the internet does not route are left out; a seed that tells no other is passed over")]
    public async Task Not_routable()
    {
        string[] bad =
        [
            "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.1.1", "172.16.0.1", "172.31.255.255", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7",
            "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "2001:10::1", "2001:2f::1", "2001:db8::1", "fc00::1", "fd00::1", "fe80::1", "ff02::1",
        ];
        await using var server = new DnsServer(name => name.EndsWith("bad.example", StringComparison.Ordinal)
            ? Addresses(bad)
            : Addresses([.. bad, "11.0.0.1", "172.32.0.1", "100.128.0.1", "2001:db7::1", "2001::1"]));
        var answer = Assert.Single(await AskAsync(server, "bad.example", "mixed.example"));
        Assert.Equal("mixed.example", answer.Seed);
        Assert.Equal(["100.128.0.1:8333", "11.0.0.1:8333", "172.32.0.1:8333", "[2001::1]:8333", "[2001:db7::1]:8333"], Texts(answer));
    }

    [Fact(DisplayName = "Garbage, aliases that go in circles and failures cost the answer of that seed only; all that fail give an empty list")]
    public async Task Hostile()
    {
        var random = new Random(7);
        await using var server = new DnsServer(name => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..] switch
        {
            _ when name.EndsWith("good.example", StringComparison.Ordinal) => Addresses("1.2.3.4"),
            _ when name.EndsWith("circle.example", StringComparison.Ordinal) => new Answer { Cnames = [name, "circle.example", name] },
            _ when name.EndsWith("garbage.example", StringComparison.Ordinal) => Garbage(random),
            _ when name.EndsWith("empty.example", StringComparison.Ordinal) => new Answer { Raw = [] },
            _ when name.EndsWith("liar.example", StringComparison.Ordinal) => new Answer { Raw = [0x84, 0x80, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0] },
            _ when name.EndsWith("loop.example", StringComparison.Ordinal) => new Answer { Raw = [0x84, 0x80, 0, 0, 0, 1, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4] }, // A name that points at itself.
            _ => new Answer { Code = 5 },
        });
        string[] bad = ["circle.example", "garbage.example", "empty.example", "liar.example", "loop.example", "refused.example", "no name at all..", new string('x', 70) + ".example"];
        Assert.Equal(["good.example"], (await AskAsync(server, TimeSpan.FromMilliseconds(400), ["good.example", .. bad])).Select(answer => answer.Seed));
        Assert.Empty(await AskAsync(server, TimeSpan.FromMilliseconds(400), bad));
    }

    [Fact(DisplayName = "A silent server costs its time-out, and not the answers of others")]
    public async Task Silence()
    {
        await using var server = new DnsServer(name => name.EndsWith("silent.example", StringComparison.Ordinal) ? Answer.Silence : Addresses("1.2.3.4"));
        var answers = await AskAsync(server, TimeSpan.FromMilliseconds(300), "silent.example", "one.example", "two.example");
        Assert.Equal(["one.example", "two.example"], answers.Select(answer => answer.Seed).Order(StringComparer.Ordinal));
    }

    [Fact(DisplayName = "After 30 s there is an end, with what was told until then: three at a time are asked")]
    public async Task Thirty_seconds()
    {
        await using var server = new DnsServer(name => name.EndsWith("silent.example", StringComparison.Ordinal) ? Answer.Silence : Addresses("1.2.3.4"));
        var names = Enumerable.Range(0, 7).Select(i => $"s{i}.silent.example").Append("one.example").ToArray();
        var finding = Seeds(server, TimeSpan.FromMinutes(10), names).FindAsync(Query, CancellationToken.None);
        while (server.Asked.Count(asked => asked.Contains("silent", StringComparison.Ordinal)) < 6)
        {
            Assert.False(finding.IsCompleted);
            await Task.Yield();
        }

        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(finding.IsCompleted);
        Assert.Equal(3, server.Asked.Select(asked => asked.Split(' ')[0]).Distinct().Count(name => name.EndsWith("silent.example", StringComparison.Ordinal)));
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        var answers = await finding.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(answers.All(answer => answer.Seed == "one.example"));
        Assert.Equal(3, server.Asked.Select(asked => asked.Split(' ')[0]).Distinct().Count(name => name.EndsWith("silent.example", StringComparison.Ordinal)));
    }

    [Fact(DisplayName = "An engine that ends is not waited for")]
    public async Task Cancelled()
    {
        await using var server = new DnsServer(_ => Answer.Silence);
        using var ending = new CancellationTokenSource();
        var finding = Seeds(server, TimeSpan.FromMinutes(10), "one.example").FindAsync(Query, ending.Token);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private Task<IReadOnlyList<SeedAnswer>> AskAsync(DnsServer server, params string[] names) => AskAsync(server, TimeSpan.FromSeconds(10), names);

    private Task<IReadOnlyList<SeedAnswer>> AskAsync(DnsServer server, TimeSpan timeout, params string[] names) =>
        Seeds(server, timeout, names).FindAsync(Query, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

    private DnsSeeds Seeds(DnsServer server, TimeSpan timeout, params string[] names) => new(_clock, new Random(1), server.Client(timeout)) { Seeds = names };

    private static Answer Addresses(params string[] addresses) => new([.. addresses.Select(IPAddress.Parse)]);

    private static Answer Garbage(Random random)
    {
        lock (random)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            return new Answer { Raw = bytes };
        }
    }

    private static IEnumerable<string> Texts(SeedAnswer answer) => answer.Addresses.Select(entry => entry.Endpoint.ToString()).Order(StringComparer.Ordinal);
}
