namespace Peers.Crawler;

/// <summary>Values as all exports have them.</summary>
internal static class ExportValues
{
    public static DateTime? Time(DateTimeOffset? time) => time?.UtcDateTime;

    /// <summary>A time that a remote told; 0 is none.</summary>
    public static DateTime? Time(uint seconds) => seconds == 0 ? null : DateTime.UnixEpoch.AddSeconds(seconds);

    public static double? Milliseconds(TimeSpan? duration) => duration is { } known ? Math.Round(known.TotalMilliseconds, 3) : null;
}
