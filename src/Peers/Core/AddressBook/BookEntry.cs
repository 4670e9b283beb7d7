using Peers.Wire;

namespace Peers;

/// <summary>What the book knows of one address. Times are seconds since 1970, 0 for never.</summary>
internal sealed class BookEntry(NetworkEndpoint endpoint, NetworkAddress source)
{
    /// <summary>An address that nobody has heard of for so long is gone.</summary>
    private const long Horizon = 30 * 24 * 3600;

    private const long Week = 7 * 24 * 3600;
    private const long TenMinutes = 600;
    private const int FailuresOfStranger = 3;
    private const int FailuresInAWeek = 10;

    public NetworkEndpoint Endpoint { get; } = endpoint;

    public NetworkAddress Source { get; } = source;

    public ServiceFlags Services { get; set; }

    /// <summary>When it was last heard to be there.</summary>
    public long Time { get; set; }

    public bool IsTried { get; set; }

    /// <summary>In how many places of the new table it is.</summary>
    public int References { get; set; }

    public int Failures { get; set; }

    public long LastTry { get; set; }

    public long LastCountedTry { get; set; }

    public long LastSuccess { get; set; }

    /// <summary>Where it is in the list that draws are made from.</summary>
    public int Index { get; set; }

    /// <summary>Whether it is not worth its place: never there, long not heard of, or of the future.</summary>
    public bool IsTerrible(long now) =>
        now - LastTry > 60
        && (Time > now + TenMinutes || now - Time > Horizon || (LastSuccess == 0 && Failures >= FailuresOfStranger)
            || (now - LastSuccess > Week && Failures >= FailuresInAWeek));

    /// <summary>How likely it is to be chosen when it is drawn: less when it was tried just now, and with each failure.</summary>
    public double Chance(long now) => (now - LastTry < TenMinutes ? 0.01 : 1) * Math.Pow(0.66, Math.Min(Failures, 8));

    public AddressBookEntry ToPublic() => new(
        new AddressEntry((uint)Math.Clamp(Time, 0, uint.MaxValue), Services, Endpoint), Source, IsTried, Failures, TimeOf(LastTry), TimeOf(LastSuccess));

    private static DateTimeOffset? TimeOf(long seconds) => seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds);
}
