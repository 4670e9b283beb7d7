using System.Globalization;
using Peers.Crawler;

namespace Peers.Cli;

/// <summary>What a crawl does and does not do to others, in sentences: said before it begins.</summary>
internal static class CrawlManners
{
    /// <summary>No node is visited twice within, whatever the settings say.</summary>
    public static TimeSpan LeastBetweenVisits { get; } = TimeSpan.FromMinutes(10);

    public static IReadOnlyList<string> Lines(CrawlPlan plan, DialRules rules)
    {
        var (settings, politeness) = (plan.Settings, plan.Settings.Politeness);
        return
        [
            $"calls itself {settings.UserAgent}, offers nothing, asks for no transactions and no blocks",
            settings.RevisitAfter > TimeSpan.Zero
                ? $"visits a node once in {Time(settings.RevisitAfter)} at most, and asks it for addresses once in {Time(settings.AddressesAfter)}"
                : $"visits each node once, never twice within 10 min, and asks it for addresses once in {Time(settings.AddressesAfter)}",
            string.Create(CultureInfo.InvariantCulture, $"begins {politeness.Rate:N0} visits a second at most, {Math.Min(politeness.Connections, settings.Worker.Connections):N0} at a time, ")
                + $"{Between(politeness.SubnetInterval)} in a /24 or /64 and {Between(politeness.NetgroupInterval)} in a netgroup, varied by {politeness.Jitter:P0}",
            $"dials {(politeness.PrivateAddresses ? "private addresses, too" : "no private or reserved address")}; "
                + $"{(politeness.BadPorts ? "any port" : "no port of another service")}; "
                + (rules.OptOuts > 0 ? string.Create(CultureInfo.InvariantCulture, $"nobody of {rules.OptOuts:N0} who opted out") : "nobody has opted out (--opt-out)"),
            $"waits {Time(settings.Timeouts.IP.Connect)} for a connection, {Time(settings.Timeouts.IP.Message)} for each message, {Time(settings.Timeouts.IP.Addresses)} for addresses; "
                + $"{(settings.Proxy.Tor is null ? "onion services are known and not visited" : $"onion services by {settings.Proxy.Tor}")}",
        ];
    }

    public static string Time(TimeSpan time) => time switch
    {
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h"),
        { TotalMinutes: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min"),
        { TotalSeconds: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
    };

    private static string Between(TimeSpan interval) => interval == TimeSpan.Zero ? "no pause" : $"one in {Time(interval)}";
}
