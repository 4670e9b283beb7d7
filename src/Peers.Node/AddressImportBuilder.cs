using System.Collections.Immutable;
using Peers.Wire;

namespace Peers.Node;

/// <summary>Gathers what is read.</summary>
internal sealed class AddressImportBuilder
{
    private const int MostFaults = 10;

    private readonly ImmutableArray<AddressEntry>.Builder _addresses = ImmutableArray.CreateBuilder<AddressEntry>();
    private readonly ImmutableArray<AddressFault>.Builder _faults = ImmutableArray.CreateBuilder<AddressFault>();
    private long _count;

    public void Add(AddressEntry entry) => _addresses.Add(entry);

    public void Fault(long line, string reason)
    {
        _count++;
        if (_faults.Count < MostFaults)
        {
            _faults.Add(new AddressFault(line, reason));
        }
    }

    public AddressImport ToImport() => new(_addresses.ToImmutable(), _count, _faults.ToImmutable());
}
