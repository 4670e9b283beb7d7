using Akka.Actor;
using Akka.Configuration;
using Peers.TestKit;

namespace Peers.Crawler.Tests;

/// <summary>A whole crawl in virtual time: the same actors as on one machine.</summary>
internal sealed class SimulatedCrawl
{
    private readonly TaskCompletionSource<CrawlProgress> _ended = new();
    private readonly IActorRef _watch;

    public SimulatedCrawl(Simulation simulation, CrawledNetwork network, ICrawlStore store, string hocon = "")
    {
        var config = ConfigurationFactory.ParseString(hocon)
            .WithFallback(ConfigurationFactory.ParseString($"peers.network = regtest, peers.crawler.seeds = [\"{network.Seed}\"]"));
        Settings = CrawlSettings.From(config.WithFallback(CrawlSettings.DefaultConfig));
        var engine = Settings.EngineSettings(config) with { Clock = simulation.Clock, Random = simulation.Random("crawl") };
        var host = simulation.Network.Host("9.9.9.9", "2600::9");
        _watch = simulation.ActorOf(CrawlWatchActor.Props(_ended));
        _watch.Tell(new CrawlWatchActor.Watch(progress => Last = progress));
        Root = simulation.ActorOf(CrawlActor.Props(new CrawlParts(
            Settings, new DialRules(Settings), engine, store, new SimulatedDialler(simulation, host, Settings.Timeouts.IP.Connect), host.Tcp, _watch)));
    }

    public CrawlSettings Settings { get; }

    public IActorRef Root { get; }

    public CrawlProgress Last { get; private set; } = CrawlProgress.None;

    public bool HasEnded => _ended.Task.IsCompleted;
}
