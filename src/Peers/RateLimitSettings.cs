namespace Peers;

/// <summary>So many a second, and so many at once.</summary>
/// <param name="PerSecond">How many a second; 0 for as many as come.</param>
/// <param name="Burst">How many at once, and after a silence.</param>
public readonly record struct RateLimit(double PerSecond, int Burst)
{
    /// <summary>Whether there is a limit.</summary>
    public bool IsOn => PerSecond > 0;
}

/// <summary>What becomes of what comes above its rate.</summary>
public enum RateLimitAction
{
    /// <summary>It is dropped and counted: <see cref="PeerStats.RateLimited"/>.</summary>
    Drop,

    /// <summary>The remote is disconnected: <see cref="DisconnectReason.RateExceeded"/>.</summary>
    Disconnect,
}

/// <summary>How much of one kind a remote may say: <c>peers.rate-limits</c>. Bitcoin Core limits addresses only.</summary>
/// <param name="Action">What becomes of what comes above a rate, but for addresses, which are left out.</param>
/// <param name="Addresses">Entries of <c>addr</c> and <c>addrv2</c>; an answer to our <c>getaddr</c> comes on top.</param>
/// <param name="Pings">Messages <c>ping</c>.</param>
/// <param name="Inventory">Items of <c>inv</c>.</param>
/// <param name="Requests">Items of <c>getdata</c>.</param>
/// <param name="Unknown">Messages of unknown commands.</param>
public sealed record RateLimitSettings(
    RateLimitAction Action, RateLimit Addresses, RateLimit Pings, RateLimit Inventory, RateLimit Requests, RateLimit Unknown)
{
    internal static RateLimitSettings Read(SettingsReader reader) => new(
        Enum.Parse<RateLimitAction>(
            reader.Choice("rate-limits.action", "drop or disconnect", word => word is "drop" or "disconnect" ? word : null) ?? "drop", ignoreCase: true),
        Read(reader, "addresses"), Read(reader, "pings"), Read(reader, "inventory"), Read(reader, "requests"), Read(reader, "unknown"));

    private static RateLimit Read(SettingsReader reader, string kind) =>
        new(reader.Rate($"rate-limits.{kind}-per-second"), reader.Number($"rate-limits.{kind}-burst", least: 1));
}
