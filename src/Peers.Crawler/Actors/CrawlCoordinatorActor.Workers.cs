using Akka.Actor;

namespace Peers.Crawler;

/// <content>Who works, and what each may do.</content>
internal sealed partial class CrawlCoordinatorActor
{
    private (long Snapshot, CrawlPhase Phase) _before = (0, CrawlPhase.Starting);

    /// <summary>
    /// The coordinator before this one may have ended the crawl, and its machine left: then the workers know, and nothing begins again. One that it was draining
    /// is drained, and its snapshot stays open.
    /// </summary>
    private void OnTakeOver()
    {
        if (_before.Phase is CrawlPhase.Ended or CrawlPhase.Paused)
        {
            _snapshot = new CrawlSnapshot(_before.Snapshot, _around.Network, _around.Clock.GetUtcNow(), null);
            Enter(_before.Phase);
            return;
        }

        if (_before.Phase == CrawlPhase.Draining)
        {
            _pausing = true;
            _phase = CrawlPhase.Draining;
        }

        Open();
    }

    private void Hear(WorkerStatus status)
    {
        if (!_workers.TryGetValue(status.Worker, out var entry))
        {
            _workers[status.Worker] = entry = new WorkerEntry();
            Context.Watch(status.Worker);
        }

        entry.Figures = status.Figures;
        entry.HeardAt = Now;
        if (_snapshot is null && status.Snapshot > 0 && status.Phase >= _before.Phase)
        {
            _before = (status.Snapshot, status.Phase);
        }

        Order(status.Worker, entry);
    }

    /// <summary>What it did counts on; what it was allowed and had not begun is shared out again.</summary>
    private void Forget(IActorRef worker)
    {
        Context.Unwatch(worker);
        if (_workers.Remove(worker, out var entry))
        {
            _ofThoseGone += entry.Figures with { Connections = 0, Allowed = 0, VisitsPerSecond = 0, Unacknowledged = 0 };
        }
    }

    private void Order(IActorRef worker, WorkerEntry entry)
    {
        if (_snapshot is not { } snapshot)
        {
            return;
        }

        Allow(entry);
        var politeness = _settings.Politeness;
        worker.Tell(new WorkerOrders(
            Self, snapshot.Id, snapshot.Network, (double)politeness.Rate / _workers.Count,
            Math.Min(_settings.Worker.Connections, Math.Max(1, politeness.Connections / _workers.Count)), entry.Allowance, _settings.Cluster.OrdersValidFor,
            _phase, Progress()));
    }

    /// <summary>
    /// A limit is given out piece by piece and never taken back from a worker that lives, so that the pieces never sum up to more than it: the last worker
    /// gets all that is left, several get half of it each in its turn.
    /// </summary>
    private void Allow(WorkerEntry entry)
    {
        if (_settings.Limit == 0)
        {
            entry.Allowance = long.MaxValue;
            return;
        }

        // What was given back unvisited does not count as begun, so it does not use up an allowance.
        var left = _settings.Limit - _ofThoseGone.Begun - _workers.Values.Sum(worker => worker.Allowance);
        if (left > 0 && entry.Allowance <= entry.Figures.Begun)
        {
            entry.Allowance += _workers.Count == 1 ? left : (left + (2 * _workers.Count) - 1) / (2 * _workers.Count);
        }
    }

    private sealed class WorkerEntry
    {
        public WorkerFigures Figures { get; set; } = WorkerFigures.None;

        public TimeSpan HeardAt { get; set; }

        public long Allowance { get; set; }
    }
}
