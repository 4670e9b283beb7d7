namespace Peers;

/// <summary>
/// Where an engine that keeps connections (<see cref="KeepOutbound"/>) keeps the addresses that it knows, from one start to the next. Called one at a
/// time, never on an actor: it may block.
/// </summary>
public interface IAddressStore
{
    /// <summary>Reads what was kept; called once, before anybody is dialled.</summary>
    /// <returns>Null when nothing is kept yet.</returns>
    /// <exception cref="Exception">Whatever it throws is logged, and the engine starts with nothing.</exception>
    AddressBookState? Load();

    /// <summary>Keeps all of that in place of what was kept before, or throws and keeps what was.</summary>
    /// <param name="state">All that is known.</param>
    /// <exception cref="Exception">Whatever it throws is logged; the next time is another attempt.</exception>
    void Save(AddressBookState state);

    /// <summary>One line for the log behind <see cref="Load"/>, such as that a damaged file was put aside; null for none.</summary>
    string? Warning { get; }
}
