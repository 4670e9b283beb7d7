namespace Peers;

/// <summary>Names one connection for the life of its engine; it is never used again.</summary>
/// <param name="Value">Counted up from 1.</param>
public readonly record struct PeerId(long Value)
{
    /// <summary>As in <c>17</c>.</summary>
    public override string ToString() => Value.ToString();
}
