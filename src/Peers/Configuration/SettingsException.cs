namespace Peers;

/// <summary>Settings that cannot be used; the message names every fault, its key and what to write instead.</summary>
public sealed class SettingsException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SettingsException(IReadOnlyList<string> faults)
        : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <summary>One line for each fault.</summary>
    public IReadOnlyList<string> Faults { get; }
}
