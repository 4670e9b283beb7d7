namespace Peers.TestKit;

/// <summary>A simulation did not do what its author said it would; the message names the seed and the virtual time.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public SimulationException()
    {
    }

    /// <summary>Creates the exception with its <paramref name="message"/>.</summary>
    public SimulationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its <paramref name="message"/> and what caused it.</summary>
    public SimulationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
