using System.Globalization;
using Akka.Actor;
using Peers.Crawler;

namespace Peers.Cli;

/// <summary>One run of <c>peers crawl</c>: from its plan to its report.</summary>
internal sealed class CrawlSession(CommandEnvironment environment, CommonValues common, SettingsSource source, CrawlPlan plan)
{
    private readonly CommandOutput _output = new(environment, common.Json);

    public async Task<int> RunAsync(CancellationToken stopping)
    {
        var rules = new DialRules(plan.Settings);
        CheckReport();
        OpenFiles.Suffice(plan.Settings.Worker.Connections, "peers.crawler.worker.connections");
        await using var metrics = await CrawlMetricsServer.StartAsync(plan.Values.Metrics, environment.Clock, stopping);
        var start = environment.Clock.GetTimestamp();
        await using var host = plan.Values.Cluster
            ? EngineHost.Start(
                common, source, environment, ClusterCrawl.SystemName, ClusterCrawl.Configure(source.File, plan.Values.Listen, plan.Values.SeedNodes))
            : EngineHost.Start(common, source, environment);
        await using var demo = plan.Demo > 0
            ? await DemoNetwork.StartAsync(plan.Demo, plan.Values.DemoSeed, host, source, environment.Clock, stopping)
            : null;
        if (demo is not null)
        {
            _output.Tell(
                "demo", new { nodes = demo.Nodes.Count, seed = plan.Values.DemoSeed },
                string.Create(CultureInfo.InvariantCulture, $"made a network of {demo.Nodes.Count} nodes on loopback in {environment.Clock.GetElapsedTime(start).TotalSeconds:0.0} s"));
        }

        var settings = demo is null
            ? plan.Settings
            : plan.Settings with { Seeds = [.. demo.Nodes.Take(DemoNetwork.Seeds).Select(node => node.Endpoint.ToString())] };
        using var folder = plan.Store is null && plan.Values.Postgres is null ? TemporaryFolder.Create() : null;
        await using var store = await OpenAsync(plan.Store ?? folder?.File("crawl.db"), stopping);
        var reader = (ICrawlReader)store;
        var before = await BeforeAsync(reader, stopping);
        Introduce(rules);
        if (before is not null)
        {
            _output.WriteLine(before);
        }

        await using var crawl = plan.Values.Cluster
            ? await JoinAsync(host, settings, store, stopping)
            : Crawl.Start(host.System, settings, plan.Engine, store);
        if (metrics is not null)
        {
            metrics.Watch(crawl);
            _output.Tell("metrics", new { endpoint = metrics.Local }, $"metrics at http://{metrics.Local}/metrics, and /health, /ready");
        }

        var end = await WatchAsync(crawl, stopping);
        _output.Tell("ended", CrawlFigures.Of(end), CrawlFigures.Line(end));
        if (!plan.Values.Cluster)
        {
            CheckBegun(end);
        }

        await ReportAsync(reader, end, CrawlManners.Lines(plan, rules), stopping);
        if (end.Phase == CrawlPhase.Paused)
        {
            _output.WriteLine((demo, plan.Store) switch
            {
                (null, _) => "stopped before its end; the same command goes on where it stood",
                (_, null) => "stopped before its end; nothing is kept of a demo",
                (_, var kept) => $"stopped before its end; the network is gone, what was found of it is in {kept}",
            });
            return demo is null ? ExitCode.Success : ExitCode.Failure;
        }

        return demo is null || await CheckAsync(demo, reader, end) ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>An hour of crawling must not end at a page that cannot be written.</summary>
    private void CheckReport()
    {
        var folder = plan.Report is null ? null : Path.GetDirectoryName(Path.GetFullPath(plan.Report));
        if (Directory.Exists(plan.Report) || (folder is not null && !Directory.Exists(folder)))
        {
            throw new CommandFailedException($"--report {plan.Report}: cannot be written: {(Directory.Exists(plan.Report) ? "it is a folder" : $"there is no folder {folder}")}");
        }
    }

    /// <summary>What an earlier crawl in the same store means for this one; null for nothing.</summary>
    /// <exception cref="CommandFailedException">A demo would find in it a network that is gone.</exception>
    private async Task<string?> BeforeAsync(ICrawlReader reader, CancellationToken stopping)
    {
        var snapshots = await reader.ReadSnapshotsAsync(stopping);
        if (plan.Demo > 0 && snapshots.Count > 0)
        {
            throw new CommandFailedException(
                $"{(plan.Store is { } file ? $"--store {file}" : "--postgres")}: it holds a crawl already, and a demo makes its network anew: name a new store; 'peers crawl diff ONE.db OTHER.db' compares two");
        }

        // As much as the least time between two visits may be varied.
        var rest = CrawlManners.LeastBetweenVisits * (1 + plan.Settings.Politeness.Jitter);
        return snapshots.LastOrDefault(snapshot => snapshot.Network == plan.Engine.Network.Name) is { Ended: { } ended } last
            && environment.Clock.GetUtcNow() - ended is var ago && ago < rest
            ? $"  snapshot {last.Id} ended {CrawlManners.Time(ago)} ago: whom it visited is visited again when {CrawlManners.Time(CrawlManners.LeastBetweenVisits)} have passed since"
            : null;
    }

    /// <summary>A crawl that reached nobody because it had nobody to begin with has not mapped a network without nodes.</summary>
    private static void CheckBegun(CrawlProgress end)
    {
        if (end is { Phase: CrawlPhase.Ended, Known: 0 })
        {
            throw new CommandFailedException("nobody to begin with: no seed was found; '--dry-run' shows what becomes of each");
        }

        if (end is { Phase: CrawlPhase.Ended, Visited: 0 } && end.Excluded == end.Known)
        {
            throw new CommandFailedException(string.Create(
                CultureInfo.InvariantCulture, $"nobody to visit: of {end.Known:N0} known nodes none is dialled; '--dry-run' shows why"));
        }
    }

    /// <summary>Both stores can be read, too.</summary>
    private async Task<ICrawlStore> OpenAsync(string? path, CancellationToken stopping)
    {
        try
        {
            return path is null
                ? await PostgresCrawlStore.OpenAsync(plan.Values.Postgres!, environment.Clock, stopping)
                : SqliteCrawlStore.Open(path, environment.Clock);
        }
        catch (CrawlStoreException fault)
        {
            throw new CommandFailedException(OneLine.Of(fault.Message));
        }
    }

    private async Task<Crawl> JoinAsync(EngineHost host, CrawlSettings settings, ICrawlStore store, CancellationToken stopping)
    {
        try
        {
            var crawl = await ClusterCrawl.JoinAsync(host.System, settings, plan.Engine, store, stopping);
            var own = ((ExtendedActorSystem)host.System).Provider.DefaultAddress;
            _output.Tell(
                "joined", new { address = own.ToString() },
                string.Create(CultureInfo.InvariantCulture, $"part of the cluster; another machine joins with --seed-node {own.Host}:{own.Port}"));
            return crawl;
        }
        catch (ClusterJoinException fault)
        {
            throw new CommandFailedException(OneLine.Of(fault.Message));
        }
    }

    private void Introduce(DialRules rules)
    {
        var manners = CrawlManners.Lines(plan, rules);
        _output.Tell(
            "politeness", new { network = plan.Engine.Network.Name, store = plan.Store, manners },
            $"crawling {plan.Engine.Network.Name}{(plan.Store is null ? "" : $", kept in {plan.Store}")}:");
        foreach (var line in manners)
        {
            _output.WriteLine($"  {line}");
        }
    }

    /// <summary>The first signal lets the visits that run be finished; a second one ends the process.</summary>
    private async Task<CrawlProgress> WatchAsync(Crawl crawl, CancellationToken stopping)
    {
        await using var pausing = stopping.Register(() =>
        {
            // On a cluster only this machine leaves: the others take its part over.
            _output.WriteLine("stopping: no more visits begin, those that run are finished; Ctrl-C again ends at once");
            _ = plan.Values.Cluster ? crawl.DisposeAsync().AsTask() : crawl.PauseAsync();
        });
        return await CrawlView.RunAsync(_output, crawl, environment.Clock);
    }

    private async Task ReportAsync(ICrawlReader store, CrawlProgress end, IReadOnlyList<string> manners, CancellationToken stopping)
    {
        if (plan.Report is not { } path || end.Snapshot == 0)
        {
            return;
        }

        var snapshots = await store.ReadSnapshotsAsync(CancellationToken.None);
        var snapshot = snapshots.Single(made => made.Id == end.Snapshot);
        var before = snapshots.LastOrDefault(made => made.Id < snapshot.Id && made.Ended is not null);
        var options = new CrawlReportOptions(before, manners, plan.Settings.UserAgent);
        var bytes = await FinishedFile.WriteAsync(path, environment, stream => CrawlReport.WriteAsync(store, snapshot, options, stream, CancellationToken.None));
        _output.Tell("reported", new { file = path, bytes }, $"{path}: the report ({StatsTable.Bytes(bytes)}); open it in a browser");
    }

    private async Task<bool> CheckAsync(DemoNetwork demo, ICrawlReader store, CrawlProgress end)
    {
        var check = await DemoCheck.MakeAsync(demo.Nodes, store, end.Snapshot);
        check.Tell(_output);

        // A crawl of a part of it cannot find all of it.
        return plan.Settings is { Limit: > 0 } or { Share: < 1 } || plan.Settings.Duration > TimeSpan.Zero
            ? check.False == 0
            : check is { Missed: 0, False: 0, Wrong.Count: 0 };
    }
}
