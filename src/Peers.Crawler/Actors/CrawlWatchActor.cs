using Akka.Actor;
using Akka.Event;

namespace Peers.Crawler;

/// <summary>Who watches a crawl on this machine: users' code runs here and nowhere else. One a machine; dies with the crawl.</summary>
internal sealed class CrawlWatchActor : UntypedActor
{
    private readonly TaskCompletionSource<CrawlProgress> _ended;
    private readonly List<Action<CrawlProgress>> _watchers = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private CrawlProgress _last = CrawlProgress.None;

    public CrawlWatchActor(TaskCompletionSource<CrawlProgress> ended) => _ended = ended;

    public static Props Props(TaskCompletionSource<CrawlProgress> ended) => ActorFactory.Props(() => new CrawlWatchActor(ended));

    /// <summary>A crawl that is stopped in its middle goes on with the next start.</summary>
    protected override void PostStop() => _ended.TrySetResult(_last with { Phase = _last.Phase == CrawlPhase.Ended ? CrawlPhase.Ended : CrawlPhase.Paused });

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case CrawlProgress progress:
                Show(progress);
                break;
            case Watch watch:
                _watchers.Add(watch.Progress);
                break;
            case Unwatch unwatch:
                _watchers.Remove(unwatch.Progress);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Show(CrawlProgress progress)
    {
        _last = progress;
        foreach (var watcher in _watchers.ToList())
        {
#pragma warning disable CA1031 // What a user's code throws is the user's: the crawl goes on.
            try
            {
                watcher(progress);
            }
            catch (Exception fault)
            {
                _log.Error(fault, "What watches the crawl threw");
            }
#pragma warning restore CA1031
        }

        if (progress.Phase is CrawlPhase.Ended or CrawlPhase.Paused)
        {
            _ended.TrySetResult(progress);
        }
    }

    /// <summary>Runs this with each progress.</summary>
    internal sealed record Watch(Action<CrawlProgress> Progress) : INoSerializationVerificationNeeded;

    /// <summary>Runs it no more.</summary>
    internal sealed record Unwatch(Action<CrawlProgress> Progress) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
