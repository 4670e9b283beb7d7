using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// Reads a crawl with less in its addresses than in the store: of IPv4 the /24, of IPv6 the /48. Addresses of overlay networks have no prefix; each is
/// replaced by another that looks like one, made of it and a key: the same key, the same address. Forget the key, and nobody finds back.
/// </summary>
/// <param name="inner">The crawl.</param>
/// <param name="key">A secret.</param>
public sealed class TruncatingReader(ICrawlReader inner, byte[] key) : ICrawlReader
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<CrawlSnapshot>> ReadSnapshotsAsync(CancellationToken cancellation = default) => inner.ReadSnapshotsAsync(cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<NodeRecord> ReadNodesAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var node in inner.ReadNodesAsync(cancellation))
        {
            yield return node with { Endpoint = Truncate(node.Endpoint) };
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Visit> ReadVisitsAsync(long snapshot, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var visit in inner.ReadVisitsAsync(snapshot, cancellation))
        {
            yield return visit with
            {
                Endpoint = Truncate(visit.Endpoint),
                Addresses = visit.Addresses is { } answer ? answer with { Entries = [.. answer.Entries.Select(Truncate)] } : null,
            };
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<GossipRecord> ReadGossipAsync(long snapshot, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var told in inner.ReadGossipAsync(snapshot, cancellation))
        {
            yield return told with { Source = Truncate(told.Source), Entry = Truncate(told.Entry) };
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private AddressEntry Truncate(AddressEntry entry) => entry with { Endpoint = Truncate(entry.Endpoint) };

    private NetworkEndpoint Truncate(NetworkEndpoint endpoint)
    {
        var bytes = endpoint.Address.ToArray();
        switch (endpoint.Address.Kind)
        {
            case NetworkKind.IPv4:
                bytes.AsSpan(3).Clear();
                break;
            case NetworkKind.IPv6:
                bytes.AsSpan(6).Clear();
                break;
            default:
                // A CJDNS address is a hash of its owner's key: its first byte is all that it shares with others.
                var kept = endpoint.Address.Kind == NetworkKind.Cjdns ? 1 : 0;
                var hash = HMACSHA256.HashData(key, bytes);
                for (var i = kept; i < bytes.Length; i++)
                {
                    bytes[i] = hash[i % hash.Length];
                }

                break;
        }

        return endpoint with { Address = new NetworkAddress(endpoint.Address.Kind, bytes) };
    }
}
