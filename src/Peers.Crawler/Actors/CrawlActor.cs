using Akka.Actor;

namespace Peers.Crawler;

/// <summary>
/// A crawl on one machine: it makes the frontier, the coordinator, the engine and the worker, and ends them in the right order. What crashes of them is
/// made anew: the store has what was reported, and what was not is visited again.
/// </summary>
internal sealed class CrawlActor : UntypedActor
{
    private readonly CrawlParts _parts;
    private IActorRef _engine = ActorRefs.Nobody;
    private IActorRef _coordinator = ActorRefs.Nobody;
    private IActorRef _worker = ActorRefs.Nobody;

    public CrawlActor(CrawlParts parts) => _parts = parts;

    public static Props Props(CrawlParts parts) => ActorFactory.Props(() => new CrawlActor(parts));

    protected override void PreStart()
    {
        var (settings, rules, engine, store) = (_parts.Settings, _parts.Rules, _parts.Engine, _parts.Store);
        var frontier = Context.ActorOf(
            LocalFrontierActor.Props(partition => FrontierPartitionActor.Props(partition, settings, rules, store, engine.Clock, engine.Random)), "frontier");
        _coordinator = Context.ActorOf(
            CrawlCoordinatorActor.Props(settings, new CoordinatorEnvironment(
                engine.Network.Name, engine.Network.DefaultPort, frontier, _parts.Watch, store, engine.Resolve, engine.Clock, TimeSpan.Zero)),
            "coordinator");
        _engine = Context.ActorOf(_parts.EngineOn(Context.System), "engine");
        _worker = Context.ActorOf(
            CrawlWorkerActor.Props(settings, new WorkerEnvironment(
                frontier, _coordinator, _parts.Watch, _engine, _parts.Dialler, store, engine.Clock)),
            "worker");
        Context.Watch(_engine);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(static _ => Directive.Restart);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DrainCrawl:
                _coordinator.Forward(message);
                break;
            case End:
                Context.Stop(_worker);
                _engine.Tell(StopEngine.Instance);
                break;
            case Terminated:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Ends the crawl where it stands.</summary>
    internal sealed record End
    {
        public static End Instance { get; } = new();
    }
}

/// <summary>What a crawl is made of.</summary>
/// <param name="Settings">The crawl's settings.</param>
/// <param name="Rules">Who is never dialled.</param>
/// <param name="Engine">The settings of the engine that makes the visits.</param>
/// <param name="Store">Where the crawl is kept.</param>
/// <param name="Dialler">Opens the connections.</param>
/// <param name="Network">What stands for the network in a simulation; null for that of the settings.</param>
/// <param name="Watch">Gets <see cref="CrawlProgress"/>.</param>
internal sealed record CrawlParts(
    CrawlSettings Settings, DialRules Rules, PeerSettings Engine, ICrawlStore Store, IDialler Dialler, IActorRef? Network, IActorRef Watch)
{
    public Props EngineOn(ActorSystem system) => Network is { } network ? PeerEngine.Props(Engine, network) : PeerEngine.Props(Engine, system);
}
