using Akka.Actor;
using Akka.Configuration;
using Peers.TestKit;

namespace Peers.Crawler.Tests;

public sealed class CrawlWorkerTests
{
    [Fact(DisplayName = "A worker all of whose questions were lost, with the machine that had the partitions, asks again")]
    public void Lost_questions()
    {
        using var simulation = new Simulation(1);
        var settings = CrawlSettings.From(ConfigurationFactory.ParseString("peers.crawler.worker.first-connections = 16").WithFallback(CrawlSettings.DefaultConfig));
        var (frontier, others) = (simulation.Recorder(), simulation.Recorder());
        var worker = simulation.ActorOf(CrawlWorkerActor.Props(settings, new WorkerEnvironment(
            frontier.Ref, others.Ref, others.Ref, others.Ref, new NoDialler(), new MemoryCrawlStore(false), simulation.Clock)));
        worker.Tell(new WorkerOrders(
            others.Ref, 1, "regtest", 100, 16, long.MaxValue, TimeSpan.FromHours(1), CrawlPhase.Running, CrawlProgress.None));
        simulation.Advance(TimeSpan.FromSeconds(4));
        var asked = frontier.Of<Lease>().Sum(lease => lease.Capacity);
        Assert.Equal(16, asked); // As many as may run, and no more while an answer may come.

        simulation.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2 * asked, frontier.Of<Lease>().Sum(lease => lease.Capacity));
        simulation.System.Stop(worker);
        simulation.Run();
    }

    private sealed class NoDialler : IDialler
    {
        public IDisposable Dial(Wire.NetworkEndpoint endpoint, IActorRef replyTo) => throw new InvalidOperationException("nothing is leased");
    }
}
