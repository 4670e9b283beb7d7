using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Remote.Transport;

namespace Peers.Crawler;

/// <summary>One machine's part of a crawl that a cluster makes: the same crawl as <see cref="Crawl.Start"/>, shared out by Akka.Cluster.</summary>
/// <remarks>All machines use one store, which must be PostgreSQL, and the same settings of the crawl.</remarks>
public static class ClusterCrawl
{
    /// <summary>The name of the actor system on every machine: Akka's addresses name it.</summary>
    public const string SystemName = "crawl";

    private const string Role = "crawler";

    /// <summary>
    /// Whether a fault that Akka logs says no more than that somebody who is no machine of the cluster sent bytes to its port: a scanner, whom nobody needs to hear of
    /// in a stack trace for each connection.
    /// </summary>
    /// <param name="fault">The exception of a line of the log; null for none.</param>
    public static bool IsFromStranger(Exception? fault) => fault is AkkaProtocolException;

    /// <summary>Whether a fault that Akka logs says no more than that the other end of a connection between machines went: the cluster tells by itself which machine is gone.</summary>
    /// <param name="fault">The exception of a line of the log; null for none.</param>
    public static bool IsDeparture(Exception? fault) => fault?.GetType() is { Namespace: "Akka.Remote", Name: "EndpointDisassociatedException" }; // Akka keeps it to itself.

    /// <summary>Workers tell how they are every second: after two all that live have been heard.</summary>
    private static readonly TimeSpan TakeOver = TimeSpan.FromSeconds(2);

    /// <summary>The reference configuration of Akka for a crawl in a cluster: what <see cref="Configure"/> sets below what the user sets.</summary>
    public static Config DefaultConfig => ClusterCrawlConfig.Default;

    /// <summary>The configuration of an actor system, which must be called <see cref="SystemName"/>, that can join.</summary>
    /// <param name="user">What the user sets, of Akka and of the crawl.</param>
    /// <param name="listen">
    /// The address by which the other machines reach this one, as <c>HOST:PORT</c>, port 0 for any; null for what the user sets. Whoever reaches it can give
    /// orders to the crawl, so it belongs into a private network unless the user sets up TLS.
    /// </param>
    /// <param name="seedNodes">Machines of the cluster, as <c>HOST:PORT</c>; none for those that the user sets. With none at all, this machine founds one.</param>
    /// <exception cref="SettingsException">An address cannot be used, or this machine would listen on all its addresses without saying by which it is reached.</exception>
    public static Config Configure(Config user, string? listen, IReadOnlyList<string> seedNodes)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(seedNodes);
        return ClusterCrawlConfig.For(user, listen, seedNodes);
    }

    /// <summary>
    /// Joins the cluster and does this machine's part of the crawl. Disposing of what is returned finishes the visits that run, gives back what was not begun,
    /// hands the partitions of the frontier over, leaves the cluster and ends the actor system; so does a SIGTERM. <see cref="Crawl.PauseAsync"/> pauses the
    /// crawl on all machines.
    /// </summary>
    /// <param name="system">The actor system, made with <see cref="Configure"/>.</param>
    /// <param name="settings">The crawl's settings, the same on every machine.</param>
    /// <param name="engine">The settings of the engine that makes the visits: <see cref="CrawlSettings.EngineSettings"/>.</param>
    /// <param name="store">Where the crawl is kept, the same for every machine; the caller's to dispose of, after the actor system has ended.</param>
    /// <param name="cancellation">Gives up joining.</param>
    /// <exception cref="ClusterJoinException">None of the seed nodes took this machine in.</exception>
    /// <exception cref="SettingsException">The file of those who opted out cannot be used.</exception>
    public static async Task<Crawl> JoinAsync(
        ActorSystem system, CrawlSettings settings, PeerSettings engine, ICrawlStore store, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(store);
        var rules = new DialRules(settings);
        await EnterAsync(system, cancellation).ConfigureAwait(false);

        var ended = new TaskCompletionSource<CrawlProgress>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = system.ActorOf(CrawlWatchActor.Props(ended), "watch");
        var crawl = new CrawlParts(
            settings, rules, engine, store, new SocketDialler(settings.Proxy, engine.Random), null, watch);
        var sharding = ClusterSharding.Get(system);
        var frontier = await sharding.StartAsync(
            "frontier",
            entity => FrontierPartitionActor.Props(int.Parse(entity, CultureInfo.InvariantCulture), settings, rules, store, engine.Clock, engine.Random),
            ClusterShardingSettings.Create(system).WithRole(Role),
            new PartitionExtractor()).ConfigureAwait(false);
        system.ActorOf(
            ClusterSingletonManager.Props(
                CrawlCoordinatorActor.Props(settings, new CoordinatorEnvironment(
                    engine.Network.Name, engine.Network.DefaultPort, frontier, watch, store, engine.Resolve, engine.Clock, TakeOver)),
                PoisonPill.Instance,
                ClusterSingletonManagerSettings.Create(system).WithRole(Role)),
            "coordinator");
        var coordinator = system.ActorOf(
            ClusterSingletonProxy.Props("/user/coordinator", ClusterSingletonProxySettings.Create(system).WithRole(Role)), "coordinator-proxy");

        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var shutdown = CoordinatedShutdown.Get(system);
        var root = system.ActorOf(
            ClusterCrawlActor.Props(new ClusterCrawlParts(crawl, frontier, coordinator, () => shutdown.Run(CoordinatedShutdown.ClusterLeavingReason.Instance), left)),
            "crawl");
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "finish-visits", async () =>
        {
            root.Tell(LeaveCrawl.Instance);
            await left.Task.ConfigureAwait(false);
            return Akka.Done.Instance;
        });
        return new Crawl(system, root, watch, ended.Task);
    }

    private static async Task EnterAsync(ActorSystem system, CancellationToken cancellation)
    {
        var cluster = Cluster.Get(system);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(ClusterEntryActor.Props(entered), "entry");
        if (cluster.Settings.SeedNodes.IsEmpty)
        {
            cluster.Join(cluster.SelfAddress);
        }

        // Akka gives up by ending the system, after akka.cluster.shutdown-after-unsuccessful-join-seed-nodes.
        await Task.WhenAny(entered.Task, system.WhenTerminated).WaitAsync(cancellation).ConfigureAwait(false);
        if (!entered.Task.IsCompletedSuccessfully)
        {
            throw new ClusterJoinException(
                $"none of the seed nodes took this machine in: {string.Join(", ", cluster.Settings.SeedNodes)}; is one of them running, and does it reach "
                + $"{cluster.SelfAddress}?");
        }
    }
}
