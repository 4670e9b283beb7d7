using System.Collections.Immutable;
using Peers.Wire;

namespace Peers.Node;

/// <summary>What <see cref="AddressText.Read"/> has found.</summary>
/// <param name="Addresses">The addresses, in the order of the text.</param>
/// <param name="FaultCount">Lines, or entries of a JSON text, that could not be read.</param>
/// <param name="Faults">The first ten of them.</param>
public sealed record AddressImport(ImmutableArray<AddressEntry> Addresses, long FaultCount, ImmutableArray<AddressFault> Faults);

/// <summary>What is wrong with a line of a text of addresses.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record AddressFault(long Line, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"line {Line}: {Reason}";
}
