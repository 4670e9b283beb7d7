namespace Peers.Simulations;

/// <summary>Keeps a book as long as the test lives.</summary>
internal sealed class MemoryStore : IAddressStore
{
    public AddressBookState? State { get; private set; }

    public int Saves { get; private set; }

    public string? Warning { get; set; }

    /// <summary>What goes wrong when it is called.</summary>
    public Exception? Fault { get; set; }

    public AddressBookState? Load() => Fault is { } fault ? throw fault : State;

    public void Save(AddressBookState state)
    {
        if (Fault is { } fault)
        {
            throw fault;
        }

        State = state;
        Saves++;
    }
}
