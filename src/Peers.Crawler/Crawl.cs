using Akka.Actor;

namespace Peers.Crawler;

/// <summary>A crawl that runs: on this machine alone, or this machine's part of one that a cluster makes.</summary>
public sealed class Crawl : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly ActorSystem _system;
    private readonly IActorRef _root;
    private readonly IActorRef _watch;
    private readonly Task<CrawlProgress> _ended;
    private readonly Lazy<Task> _stop;

    internal Crawl(ActorSystem system, IActorRef root, IActorRef watch, Task<CrawlProgress> ended)
    {
        _system = system;
        _root = root;
        _watch = watch;
        _ended = ended;
        _stop = new Lazy<Task>(StopOnceAsync);
    }

    /// <summary>
    /// Completes with the last progress when the crawl has ended: <see cref="CrawlPhase.Ended"/>, or <see cref="CrawlPhase.Paused"/> when it was stopped
    /// before.
    /// </summary>
    public Task<CrawlProgress> WhenEnded => _ended;

    /// <summary>Starts a crawl on this machine alone.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="settings">The crawl's settings.</param>
    /// <param name="engine">The settings of the engine that makes the visits: <see cref="CrawlSettings.EngineSettings"/>.</param>
    /// <param name="store">Where the crawl is kept; the caller's to dispose of, after the crawl.</param>
    /// <exception cref="SettingsException">The file of those who opted out cannot be used.</exception>
    public static Crawl Start(ActorSystem system, CrawlSettings settings, PeerSettings engine, ICrawlStore store)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(store);
        var rules = new DialRules(settings);
        var ended = new TaskCompletionSource<CrawlProgress>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = system.ActorOf(CrawlWatchActor.Props(ended));
        var parts = new CrawlParts(settings, rules, engine, store, new SocketDialler(settings.Proxy, engine.Random), null, watch);
        return new Crawl(system, system.ActorOf(CrawlActor.Props(parts)), watch, ended.Task);
    }

    /// <summary>Runs your code with each progress, about once a second, on an actor of its own.</summary>
    /// <returns>Dispose it to hear no more.</returns>
    public IDisposable Subscribe(Action<CrawlProgress> progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _watch.Tell(new CrawlWatchActor.Watch(progress));
        return new Subscription(_watch, progress);
    }

    /// <summary>
    /// Begins no more visits, waits for those that run, as long as the longest of them may take, and keeps them. The snapshot goes on with the next start.
    /// </summary>
    public Task PauseAsync()
    {
        _root.Tell(DrainCrawl.Instance);
        return _ended;
    }

    /// <summary>Stops at once; visits that run are given up and will be made again. What was reported is kept.</summary>
    public async ValueTask DisposeAsync() => await _stop.Value;

    private async Task StopOnceAsync()
    {
        if (_system.WhenTerminated.IsCompleted)
        {
            return;
        }

        // The engine closes its connections; whoever does not answer in time goes with the actor system.
        var stopped = _root.GracefulStop(StopTimeout, CrawlActor.End.Instance);
        await Task.WhenAny(stopped, _system.WhenTerminated);
        if (!stopped.IsCompletedSuccessfully)
        {
            _system.Stop(_root);
        }

        await Task.WhenAny(_watch.GracefulStop(StopTimeout), _system.WhenTerminated);
    }

    private sealed class Subscription(IActorRef watch, Action<CrawlProgress> progress) : IDisposable
    {
        public void Dispose() => watch.Tell(new CrawlWatchActor.Unwatch(progress));
    }
}
