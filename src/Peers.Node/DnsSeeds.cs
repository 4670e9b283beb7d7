using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Peers.Wire;

namespace Peers.Node;

/// <summary>
/// Asks the DNS seeds of a network for addresses (<see cref="PeerSettings.Seeds"/>), as Bitcoin Core: those of nodes with the services that are needed
/// (<c>x9.seed.example</c> for services 9), or of any where a seed does not tell them apart. Through a proxy no name is resolved: the seeds are named as nodes to be asked.
/// </summary>
/// <remarks>A seed that fails is passed over. Three are asked at a time, all of them in 30 s; each tells 32 addresses at most, and none that the internet does not route.</remarks>
public sealed class DnsSeeds : IAddressSeeds
{
    /// <summary>Addresses of one seed at most (as Bitcoin Core): none may fill the book alone.</summary>
    private const int MostAddresses = 32;

    private const int AtOnce = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _clock;
    private readonly Random _random;
    private readonly Func<IDnsQuery> _client;

    /// <summary>Asks the name servers of the system.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="random">Chance; nobody else may use it at the same time.</param>
    public DnsSeeds(TimeProvider clock, Random random)
        : this(clock, random, () => new LookupClient(new LookupClientOptions { UseCache = false, Timeout = TimeSpan.FromSeconds(3), Retries = 1 }))
    {
    }

    /// <summary>Asks by that client.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="random">Chance; nobody else may use it at the same time.</param>
    /// <param name="client">Who resolves names, such as a <see cref="LookupClient"/> with name servers of your own.</param>
    public DnsSeeds(TimeProvider clock, Random random, IDnsQuery client)
        : this(clock, random, () => client) => ArgumentNullException.ThrowIfNull(client);

    private DnsSeeds(TimeProvider clock, Random random, Func<IDnsQuery> client)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(random);
        (_clock, _random, _client) = (clock, random, client);
    }

    /// <summary>The names to ask; null for those of the network (<see cref="BitcoinNetwork.DnsSeeds"/>).</summary>
    public IReadOnlyList<string>? Seeds { get; init; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SeedAnswer>> FindAsync(SeedQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        string[] seeds = [.. Seeds ?? query.Network.DnsSeeds];
        _random.Shuffle(seeds); // None is always first.
        if (query.IsProxied)
        {
            return [.. seeds.Select(seed => new SeedAnswer(seed, []) { Node = new DnsEndPoint(seed, query.Network.DefaultPort) })];
        }

        var told = new IReadOnlyList<IPAddress>[seeds.Length];
        if (seeds.Length > 0)
        {
            var client = _client();
            using var limit = new CancellationTokenSource(Limit, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
            await Parallel.ForAsync(
                0, seeds.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (i, _) => told[i] = await AskAsync(client, seeds[i], query.Services, either.Token).ConfigureAwait(false)).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
        }

        var now = _clock.GetUtcNow();
        return [.. seeds.Zip(told).Where(answer => answer.Second.Count > 0).Select(answer => new SeedAnswer(answer.First, Entries(answer.Second)))];

        AddressEntry[] Entries(IReadOnlyList<IPAddress> addresses)
        {
            var drawn = addresses.ToArray();
            _random.Shuffle(drawn); // Of one who tells more, no part has the say.
            return [.. drawn.Take(MostAddresses).Select(address => new AddressEntry(
                Age(now), query.Services, new NetworkEndpoint(NetworkAddress.From(address), (ushort)query.Network.DefaultPort)))];
        }
    }

    /// <summary>Seen 3 to 7 days ago (as Bitcoin Core): a seed does not say, and whoever was seen since is to be preferred.</summary>
    private uint Age(DateTimeOffset now) => (uint)Math.Max(0, (now - TimeSpan.FromDays(3 + (4 * _random.NextDouble()))).ToUnixTimeSeconds());

    private static async Task<IReadOnlyList<IPAddress>> AskAsync(IDnsQuery client, string seed, ServiceFlags services, CancellationToken cancellation)
    {
        if (services != ServiceFlags.None && await ResolveAsync(client, $"x{(ulong)services:x}.{seed}", cancellation).ConfigureAwait(false) is { Count: > 0 } fit)
        {
            return fit;
        }

        return await ResolveAsync(client, seed, cancellation).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<IPAddress>> ResolveAsync(IDnsQuery client, string name, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(
            QueryAsync(client, name, QueryType.A, cancellation), QueryAsync(client, name, QueryType.AAAA, cancellation)).ConfigureAwait(false);
        return [.. answers.SelectMany(addresses => addresses).Where(Routing.IsRoutable).Distinct()];
    }

    private static async Task<IEnumerable<IPAddress>> QueryAsync(IDnsQuery client, string name, QueryType type, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return [];
        }

#pragma warning disable CA1031 // Whatever a name server makes the client throw is that server's fault, and costs its answer only.
        try
        {
            // A client that does not listen to the cancellation is left alone.
            var response = await client.QueryAsync(name, type, QueryClass.IN, cancellation).WaitAsync(cancellation).ConfigureAwait(false);
            return response.HasError ? [] : [.. response.Answers.OfType<AddressRecord>().Select(record => Plain(record.Address))];
        }
        catch (Exception)
        {
            return [];
        }
#pragma warning restore CA1031
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
