using Peers.Wire;

namespace Peers;

/// <summary>
/// Keeps the same <c>getheaders</c> or <c>getblocks</c> from going out twice in a row, as btcd; unlike there, an answer, a stall or time
/// lets it go out again, or a lost answer would end a sync for ever.
/// </summary>
internal sealed class RequestFilter(TimeSpan window)
{
    private (Hash256 First, Hash256 Stop, TimeSpan At)? _last;

    /// <summary>Whether the same was asked last, and may still be answered. A request without a locator never is.</summary>
    public bool IsRepeated(ReadOnlySpan<Hash256> locator, Hash256 stop, TimeSpan now) =>
        _last is { } last && locator.Length > 0 && last.First == locator[0] && last.Stop == stop && now - last.At < window;

    /// <summary>Notes a request that goes out.</summary>
    public void Asked(ReadOnlySpan<Hash256> locator, Hash256 stop, TimeSpan now) => _last = locator.Length == 0 ? null : (locator[0], stop, now);

    /// <summary>It was answered, or never will be.</summary>
    public void Reset() => _last = null;
}
