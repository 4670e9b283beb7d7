namespace Peers.Wire;

/// <summary>The one exception of the codec: what is wrong, where, and in which field.</summary>
public sealed class WireException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">What is wrong.</param>
    /// <param name="offset">Bytes from the start of the payload (for framing errors: of the frame) to the field.</param>
    /// <param name="field">The field, as in <c>inv.count</c>.</param>
    /// <param name="detail">What was found, for a reader of the log; never text of the remote's choosing.</param>
    public WireException(WireError error, int offset, string field, string? detail = null)
        : base($"{error} in {field} at byte {offset}{(detail is null ? "" : ": " + detail)}")
    {
        Error = error;
        Offset = offset;
        Field = field;
    }

    /// <summary>What is wrong.</summary>
    public WireError Error { get; }

    /// <summary>Bytes from the start of the payload (for framing errors: of the frame) to the field.</summary>
    public int Offset { get; }

    /// <summary>The field, as in <c>inv.count</c>.</summary>
    public string Field { get; }
}
