using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>Who is asked for addresses while an engine that keeps connections (<see cref="KeepOutbound"/>) knows too few, such as the DNS seeds of a network.</summary>
public interface IAddressSeeds
{
    /// <summary>Asks. Called one at a time, never on an actor.</summary>
    /// <param name="query">What for.</param>
    /// <param name="cancellation">The engine ends.</param>
    /// <returns>An answer for each who was asked and answered.</returns>
    /// <exception cref="Exception">Whatever it throws is logged; it is asked again later.</exception>
    Task<IReadOnlyList<SeedAnswer>> FindAsync(SeedQuery query, CancellationToken cancellation);
}

/// <summary>What seeds are asked for.</summary>
/// <param name="Network">The network.</param>
/// <param name="Services">What the nodes must offer.</param>
/// <param name="IsProxied">
/// Whether everything goes through a proxy: then no name may be resolved here, or the resolver would learn of us; name the seeds as nodes to be asked
/// instead (<see cref="SeedAnswer.Node"/>), as Bitcoin Core does.
/// </param>
public sealed record SeedQuery(BitcoinNetwork Network, ServiceFlags Services, bool IsProxied);

/// <summary>What one seed answered.</summary>
/// <param name="Seed">Its name: each has its part of the book only.</param>
/// <param name="Addresses">The addresses that it told.</param>
public sealed record SeedAnswer(string Seed, IReadOnlyList<AddressEntry> Addresses)
{
    /// <summary>A node to be asked for addresses, in place of them; null for none.</summary>
    public EndPoint? Node { get; init; }
}
