namespace Peers.Cli;

/// <summary>The user asked for something that cannot be meant; the message names what to change. Exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What was asked for did not succeed; the message says why. Exit code 1.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);

/// <summary>What a command returns to the shell.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;
}
