namespace Peers.Cli;

/// <summary>Everything of the world that a command touches; tests put their own here.</summary>
/// <param name="Input">Standard input.</param>
/// <param name="Output">Standard output: results.</param>
/// <param name="Error">Standard error: faults and logs.</param>
/// <param name="IsInputTerminal">Whether a person types the input.</param>
/// <param name="IsOutputTerminal">Whether a person watches the output: bars, colours and tables that move.</param>
/// <param name="Clock">The clock that durations are measured with.</param>
internal sealed record CommandEnvironment(
    Stream Input, TextWriter Output, TextWriter Error, bool IsInputTerminal, bool IsOutputTerminal, TimeProvider Clock)
{
    /// <summary>Whether a person watches standard error: how far a long run is.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Standard output for what is no text, or too long to be held; null to write it to <see cref="Output"/> as text.</summary>
    public Stream? OutputStream { get; init; }
}
