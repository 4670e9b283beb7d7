using Akka.Actor;

namespace Peers.Crawler;

/// <summary>
/// A crawl that runs: on this machine alone, or this machine's part of one that a cluster makes.
/// </summary>
public sealed class Crawl : IAsyncDisposable
{
    private readonly Func<bool, Task> _stop;
    private readonly Func<Action<CrawlProgress>, IDisposable> _subscribe;

    internal Crawl(Task<CrawlProgress> ended, Func<Action<CrawlProgress>, IDisposable> subscribe, Func<bool, Task> stop)
    {
        WhenEnded = ended;
        _subscribe = subscribe;
        _stop = stop;
    }

    /// <summary>
    /// Completes with the last progress when the crawl has ended: <see cref="CrawlPhase.Ended"/>, or <see cref="CrawlPhase.Paused"/> when it was stopped.
    /// Faults with <see cref="CrawlStoreException"/> when the store cannot be used.
    /// </summary>
    public Task<CrawlProgress> WhenEnded { get; }

    /// <summary>Starts a crawl on this machine alone.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="settings">The crawl's settings.</param>
    /// <param name="engine">The settings of the engine that makes the visits; read them with <see cref="CrawlSettings.EngineSettings"/>.</param>
    /// <param name="store">Where the crawl is kept; the caller's to dispose of, after the crawl.</param>
    /// <exception cref="CrawlStoreException">The store cannot be used.</exception>
    public static Task<Crawl> StartAsync(ActorSystem system, CrawlSettings settings, PeerSettings engine, ICrawlStore store) =>
        throw new NotImplementedException();

    /// <summary>Runs your code with each progress, about once a second, on an actor of its own.</summary>
    /// <returns>Dispose it to hear no more.</returns>
    public IDisposable Subscribe(Action<CrawlProgress> progress) => _subscribe(progress);

    /// <summary>
    /// Begins no more visits, waits for those that run, as long as the longest of them may take, and keeps them. The snapshot goes on with the next start.
    /// </summary>
    public Task PauseAsync() => _stop(true);

    /// <summary>Stops at once; visits that run are given up and will be made again. What was reported is kept.</summary>
    public async ValueTask DisposeAsync() => await _stop(false);
}
