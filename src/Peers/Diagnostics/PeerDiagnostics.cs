namespace Peers;

/// <summary>What an engine measures and traces is found by these names; <c>docs/metrics.md</c> lists the instruments, their units and their tags.</summary>
public static class PeerDiagnostics
{
    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/> of each engine.</summary>
    public const string MeterName = "Peers";

    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/> of each engine.</summary>
    public const string ActivitySourceName = "Peers";

    internal static string Version { get; } = typeof(PeerDiagnostics).Assembly.GetName().Version!.ToString(3);
}
