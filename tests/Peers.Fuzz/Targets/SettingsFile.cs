using System.Text;
using Akka.Actor;
using Peers.Cli;
using Peers.Crawler;

namespace Peers.Fuzz;

/// <summary>
/// A file of settings, as <c>--config</c> reads it: settings of an engine and of a crawl, or a <see cref="SettingsException"/>; text that is no HOCON
/// is told by the command line. Input: the text of the file.
/// </summary>
internal sealed class SettingsFile : FuzzTarget
{
    private static readonly CommonValues Common = new(null, null, LogChoice.Off, Json: false);

    public override string Name => "settings_file";

    public override IReadOnlyList<string> Instrumented => ["Peers.dll", "Peers.Crawler.dll", "Peers.Cli.dll", "Akka.dll:Akka.Configuration"];

    public override IEnumerable<byte[]> Words =>
        ((string[])
        [
            "peers", "crawler", "profiles", "profile = crawler", "include \"x\"", "${peers.network}", "${?x}", "\"\"\"", "\\u0041", "+=", "//", "#", "on", "off",
            "1.5MiB", "64KiB", "512b", "250ms", "30s", "2h", "9d", "1e9", "null", "[]", "{}",
            .. PeerEngine.DefaultConfig.GetConfig("peers").Root.GetObject().Items.Keys.Order(StringComparer.Ordinal),
            .. CrawlSettings.DefaultConfig.GetConfig("peers.crawler").Root.GetObject().Items.Keys.Order(StringComparer.Ordinal),
        ]).Distinct().Select(Encoding.UTF8.GetBytes);

    public override byte[] Sample => "peers { network = signet, ping.interval = 10s, crawler.limit = 7 }"u8.ToArray();

    public override void Run(byte[] input)
    {
        SettingsSource source;
        try
        {
            source = SettingsSource.Of(Common, "fuzz.conf", Encoding.UTF8.GetString(input));
        }
        catch (UsageException)
        {
            return;
        }

        ReadAll(() => PeerEngine.Props(source.Settings(), ActorRefs.Nobody));
        ReadAll(() =>
        {
            var config = source.Layers("", "");
            CrawlSettings.From(config.WithFallback(CrawlSettings.DefaultConfig)).EngineSettings(config);
        });
    }

    private static void ReadAll(Action read)
    {
        try
        {
            read();
        }
        catch (SettingsException fault)
        {
            if (fault.Faults.Count == 0 || fault.Faults.Any(string.IsNullOrWhiteSpace))
            {
                throw new FindException("settings are refused without a word", fault);
            }
        }
    }
}
