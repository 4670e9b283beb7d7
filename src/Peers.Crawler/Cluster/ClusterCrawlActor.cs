using Akka.Actor;
using Akka.Event;

namespace Peers.Crawler;

/// <summary>
/// One machine's part of a crawl in a cluster: its engine and its worker. The frontier is where sharding puts it, the coordinator where the singleton is.
/// </summary>
/// <remarks>Working → Leaving → Left. It leaves with the machine, by Akka's coordinated shutdown: first its visits, then its partitions.</remarks>
internal sealed class ClusterCrawlActor : UntypedActor
{
    private readonly ClusterCrawlParts _parts;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _engine = ActorRefs.Nobody;
    private IActorRef _worker = ActorRefs.Nobody;

    public ClusterCrawlActor(ClusterCrawlParts parts) => _parts = parts;

    public static Props Props(ClusterCrawlParts parts) => ActorFactory.Props(() => new ClusterCrawlActor(parts));

    protected override void PreStart()
    {
        var (settings, engine) = (_parts.Crawl.Settings, _parts.Crawl.Engine);
        _engine = Context.ActorOf(_parts.Crawl.EngineOn(Context.System), "engine");
        _worker = Context.ActorOf(
            CrawlWorkerActor.Props(settings, new WorkerEnvironment(
                _parts.Frontier, _parts.Coordinator, _parts.Crawl.Watch, _engine, _parts.Crawl.Dialler, _parts.Crawl.Store, engine.Clock)),
            "worker");
        Context.Watch(_worker);
        Context.Watch(_engine);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DrainCrawl:
                _parts.Coordinator.Tell(message);
                break;
            case CrawlActor.End:
                _parts.Leave();
                break;
            case LeaveCrawl:
                _log.Info("This machine leaves: its visits are finished, and what it has not begun goes back");
                _worker.Tell(LeaveCrawl.Instance);
                break;
            case Terminated gone when gone.ActorRef.Equals(_worker):
                _engine.Tell(StopEngine.Instance);
                break;
            case Terminated:
                _parts.Left.TrySetResult();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop() => _parts.Left.TrySetResult();
}

/// <summary>What one machine's part of a crawl is made of.</summary>
/// <param name="Crawl">What every crawl is made of.</param>
/// <param name="Frontier">The shard region.</param>
/// <param name="Coordinator">The proxy of the singleton.</param>
/// <param name="Leave">Begins the coordinated shutdown of this machine.</param>
/// <param name="Left">Completes when the worker has finished and the engine has closed.</param>
internal sealed record ClusterCrawlParts(CrawlParts Crawl, IActorRef Frontier, IActorRef Coordinator, Action Leave, TaskCompletionSource Left);
