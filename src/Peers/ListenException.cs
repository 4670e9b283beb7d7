namespace Peers;

/// <summary>An address cannot be listened on.</summary>
public sealed class ListenException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ListenException(ListenFailed failure)
        : base($"cannot listen on {(failure ?? throw new ArgumentNullException(nameof(failure))).Local}: {failure.Why}") => Failure = failure;

    /// <summary>What was said.</summary>
    public ListenFailed Failure { get; }
}
