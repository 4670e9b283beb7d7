using System.Collections.Immutable;
using Peers.Wire;

namespace Peers;

/// <summary>All that an engine knows of addresses, as an <see cref="IAddressStore"/> keeps it.</summary>
/// <param name="Secret">32 bytes that decide where an address is filed, so that nobody can choose addresses that push others out.</param>
/// <param name="Entries">The addresses.</param>
/// <param name="Anchors">The block-relay-only peers that it was connected to last.</param>
public sealed record AddressBookState(ImmutableArray<byte> Secret, ImmutableArray<AddressBookEntry> Entries, ImmutableArray<NetworkEndpoint> Anchors);

/// <summary>One address and what is known of it.</summary>
/// <param name="Address">The address, with its services and the time at which it was last heard to be there.</param>
/// <param name="Source">Who told it.</param>
/// <param name="IsTried">Whether we were connected to it.</param>
/// <param name="Failures">Dials in a row that failed, but for those that were nobody's fault.</param>
/// <param name="LastTry">When it was last dialled.</param>
/// <param name="LastSuccess">When a handshake was last done.</param>
public sealed record AddressBookEntry(
    AddressEntry Address, NetworkAddress Source, bool IsTried, int Failures, DateTimeOffset? LastTry, DateTimeOffset? LastSuccess)
{
    /// <summary>
    /// Its places in the table of those that were told, each 0 to 65,535, eight at most: several may have told it. Without any it has the one that
    /// follows from its source, if that is free.
    /// </summary>
    public ImmutableArray<ushort> Places { get; init; }

    /// <inheritdoc/>
    public bool Equals(AddressBookEntry? other) =>
        other is not null && Address == other.Address && Source == other.Source && IsTried == other.IsTried && Failures == other.Failures
        && LastTry == other.LastTry && LastSuccess == other.LastSuccess && Places.AsSpan().SequenceEqual(other.Places.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Address, Source, IsTried, Failures, LastTry, LastSuccess);
}
