using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>
/// A network of five engines, a few dead addresses and some rude remotes, for 150 seconds; the last 50 of them are quiet, and the network whole.
/// </summary>
internal static class ChaosScenario
{
    private const int Engines = 5;
    public const int Port = 18444;

    // Small limits and short times, so that all of them are met.
    private const string Settings =
        """
        peers {
          connection { connect-timeout = 5s, read-window = 64KiB, write-limit = 64KiB, frame-size = 4KiB, max-message-size = 100000b }
          handshake.timeout = 10s
          ping { interval = 10s, timeout = 20s }
          idle.timeout = 40s
          stall { response-timeout = 10s, headers-timeout = 15s }
          requests.max-outstanding = 100
          trickle.queue = 50
        }
        """;

    private static readonly TimeSpan Wild = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(50);

    /// <summary>What befalls it.</summary>
    public static FaultProfile Faults { get; } = FaultProfile.Chaos with { Within = Wild };

    /// <summary>Plays it under so many seeds, whatever the environment says.</summary>
    /// <returns>The first seed that finds something and the rule that it broke; null for nothing.</returns>
    public static (int Seed, string Rule)? Search(int seeds)
    {
        var options = new ExplorationOptions { Seeds = seeds, OnlySeed = null, Faults = Faults, ShrinkRuns = 0, TraceLines = 0 };
        return Exploration.Find(options, Play).Failure is { } failure ? (failure.Seed, $"{failure.Rule}: {failure.Detail}") : null;
    }

    public static void Play(ExplorationRun run)
    {
        var random = run.Random("network");
        var ledger = new ChaosLedger();
        run.Simulation.Network.DefaultLink = LinkProfile.Default with { Window = 16 * 1024 };
        run.Simulation.Network.Host("10.0.0.99"); // Listens nowhere.
        var rude = run.Simulation.Network.Listen(new IPEndPoint(IPAddress.Parse("10.0.9.1"), Port));
        RudeRemote.Accept(run, ledger, run.Random("rude"), rude);
        List<IActorRef> nodes = [];
        for (var i = 1; i <= Engines; i++)
            nodes.Add(Start(run, ledger, random, i, life: 1));

        foreach (var node in nodes)
        {
            for (var dials = 1 + random.Next(3); dials > 0; dials--)
                node.Tell(new ChaosNode.Dial(Somewhere(random)));
        }

        for (var visits = random.Next(4, 12); visits > 0; visits--)
        {
            var (from, to) = (IPAddress.Parse($"10.0.8.{visits}"), new IPEndPoint(IPAddress.Parse($"10.0.0.{1 + random.Next(Engines)}"), Port));
            run.After(random.NextDouble() * Wild, () => RudeRemote.Dial(run, ledger, run.Random($"visit {from}"), from, to));
        }

        var end = run.Simulation.Elapsed + Wild;
        for (var restarts = random.Next(4); restarts > 0; restarts--)
            Restart(run, ledger, random, nodes);

        run.Advance(end - run.Simulation.Elapsed);
        run.Heal();
        nodes.ForEach(node => node.Tell(ChaosNode.Quiet.Instance));
        run.Advance(Quiet);
    }

    private static IActorRef Start(ExplorationRun run, ChaosLedger ledger, Random random, int number, int life)
    {
        var (slow, draws) = (number % 2 == 0, run.Random($"node {number} life {life}"));
        var choosy = random.Next(3) == 0;
        var engine = run.Engine($"10.0.0.{number}", Different(number, random) + Settings, settings => settings with
        {
            Admit = choosy ? (_, _) => draws.Next(10) == 0 ? "no" : null : null,
            Addresses = choosy ? _ => [new AddressEntry(1_767_225_600, ServiceFlags.Network, NetworkEndpoint.From(new IPEndPoint(IPAddress.Parse("8.8.4.4"), 8333)))] : null,
        });
        var node = run.ActorOf(Props.Create(() => new ChaosNode(engine, ledger, draws, slow)), $"node-{number}-{life}");
        engine.Manager.Tell(new Listen(
            new IPEndPoint(engine.Host.Addresses[0], Port), ActorRefs.Nobody, node, slow ? Consumption.Explicit : Consumption.OnDelivery));
        return node;
    }

    /// <summary>Stops an engine in the middle of everything; a new one takes its place.</summary>
    private static void Restart(ExplorationRun run, ChaosLedger ledger, Random random, List<IActorRef> nodes)
    {
        var index = random.Next(Engines);
        run.Advance(TimeSpan.FromSeconds(random.Next(25)));
        if (random.Next(3) == 0)
        {
            nodes[index].Tell(ChaosNode.Relisten.Instance);
            return;
        }

        nodes[index].Tell(ChaosNode.Quiet.Instance);
        run.Engines.Last(engine => engine.Host.ToString() == $"10.0.0.{1 + index}").Manager.Tell(StopEngine.Instance);
        run.Advance(TimeSpan.FromMilliseconds(random.Next(8000)));
        nodes[index] = Start(run, ledger, random, 1 + index, life: run.Engines.Count);
        nodes[index].Tell(new ChaosNode.Dial(Somewhere(random)));
    }

    private static string Different(int number, Random random) =>
        $$"""
        peers {
          strictness = {{(number % 3 == 0 ? "btcd" : "core")}}
          outbound.allow-duplicates = {{(random.Next(2) == 0 ? "on" : "off")}}
          listen.max-inbound = {{4 + random.Next(10)}}
          stall.enabled = {{(random.Next(2) == 0 ? "on" : "off")}}
          stall.action = {{random.Next(3) switch { 0 => "pause", 1 => "report", _ => "disconnect" }}}
          stall.exempt = []
          handshake.wtxid-relay = {{(random.Next(2) == 0 ? "on" : "off")}}
          trickle.policy = {{random.Next(3) switch { 0 => "immediate", 1 => "fixed", _ => "poisson" }}}
          reject.enabled = {{(random.Next(2) == 0 ? "on" : "off")}}
        }

        """;

    private static IPEndPoint Somewhere(Random random) => new(IPAddress.Parse(random.Next(10) switch
    {
        0 => "10.0.0.99",
        1 => "10.9.9.9",
        2 => "10.0.9.1",
        _ => $"10.0.0.{1 + random.Next(Engines)}",
    }), Port);
}
