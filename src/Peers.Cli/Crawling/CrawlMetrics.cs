using Peers.Crawler;
using Prometheus;

namespace Peers.Cli;

/// <summary>A crawl's figures for Prometheus; no label has more values than there are outcomes.</summary>
internal sealed class CrawlMetrics
{
    private readonly Counter _visits;
    private readonly Gauge _frontier;
    private readonly Gauge _reached;
    private readonly Gauge _connections;
    private readonly Gauge _allowed;
    private readonly Counter _addresses;
    private readonly Counter _bytes;
    private readonly Gauge _unacknowledged;
    private readonly Gauge _oldestDue;
    private readonly Gauge _workers;
    private readonly Gauge _fault;
    private readonly Gauge _phase;

    public CrawlMetrics()
    {
        Registry = Metrics.NewCustomRegistry();
        DotNetStats.Register(Registry);
        var metrics = Metrics.WithCustomRegistry(Registry);
        _visits = metrics.CreateCounter("peers_crawler_visits_total", "Visits that ended, by outcome.", "outcome");
        _frontier = metrics.CreateGauge("peers_crawler_nodes", "Nodes of the frontier, by where they are.", "state");
        _reached = metrics.CreateGauge("peers_crawler_reached_nodes", "Nodes that were reachable, by network.", "network");
        _connections = metrics.CreateGauge("peers_crawler_connections", "Visits that run.");
        _allowed = metrics.CreateGauge("peers_crawler_connections_allowed", "Visits that may run at a time, as it adapts.");
        _addresses = metrics.CreateCounter("peers_crawler_addresses_heard_total", "Addresses in all answers.");
        _bytes = metrics.CreateCounter("peers_crawler_bytes_total", "Bytes of all visits, by direction.", "direction");
        _unacknowledged = metrics.CreateGauge("peers_crawler_unacknowledged", "Results that are not in the store yet, or not told to the frontier.");
        _oldestDue = metrics.CreateGauge("peers_crawler_oldest_due_seconds", "How long the oldest node to be visited again has been due.");
        _workers = metrics.CreateGauge("peers_crawler_workers", "Machines that make visits.");
        _fault = metrics.CreateGauge("peers_crawler_store_failing", "1 while the store takes no results.");
        _phase = metrics.CreateGauge("peers_crawler_phase", "1 for the phase that the crawl is in.", "phase");
        foreach (var outcome in VisitOutcomes.All)
        {
            _visits.WithLabels(outcome.Text());
        }

        Show(CrawlPhase.Starting);
    }

    public CollectorRegistry Registry { get; }

    public void Show(CrawlProgress progress)
    {
        var figures = progress.Figures;
        foreach (var outcome in VisitOutcomes.All)
        {
            _visits.WithLabels(outcome.Text()).IncTo(figures.Of(outcome));
        }

        foreach (var (network, nodes) in CrawlFigures.Reached(progress))
        {
            _reached.WithLabels(network).Set(nodes);
        }

        _frontier.WithLabels("known").Set(progress.Known);
        _frontier.WithLabels("waiting").Set(progress.Waiting);
        _frontier.WithLabels("leased").Set(progress.Leased);
        _frontier.WithLabels("visited").Set(progress.Visited);
        _frontier.WithLabels("excluded").Set(progress.Excluded);
        _frontier.WithLabels("dropped").Set(progress.Dropped);
        _connections.Set(figures.Connections);
        _allowed.Set(figures.Allowed);
        _addresses.IncTo(figures.AddressesHeard);
        _bytes.WithLabels("received").IncTo(figures.BytesReceived);
        _bytes.WithLabels("sent").IncTo(figures.BytesSent);
        _unacknowledged.Set(figures.Unacknowledged);
        _oldestDue.Set(progress.OldestDue.TotalSeconds);
        _workers.Set(progress.Workers);
        _fault.Set(progress.Fault.Length > 0 ? 1 : 0);
        Show(progress.Phase);
    }

    private void Show(CrawlPhase now)
    {
        foreach (var phase in Enum.GetValues<CrawlPhase>())
        {
            _phase.WithLabels(phase.ToString().ToLowerInvariant()).Set(phase == now ? 1 : 0);
        }
    }
}
