using System.Net;
using System.Runtime;
using Akka.Actor;
using Akka.Configuration;
using Peers.Wire;

namespace Peers.Benchmarks.Target;

/// <summary>
/// The engine as a load generator measures it: the public API, the ordinary settings but for the limits that a load from one address meets, and a
/// listener that counts. It prints READY and takes commands on its standard input.
/// </summary>
internal static class EngineTarget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(int port, FileInfo block, string overrides)
    {
        var config = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }\nakka.actor.own-threads { type = ForkJoinDispatcher, throughput = 30, dedicated-thread-pool { thread-count = 1 } }");
        var system = ActorSystem.Create("target", config);
        var settings = PeerSettings.From(ConfigurationFactory.ParseString(overrides).WithFallback(ConfigurationFactory.ParseString(Load)).WithFallback(PeerEngine.DefaultConfig));
        await using var engine = PeerEngine.Start(system, settings);
        var bytes = await File.ReadAllBytesAsync(block.FullName);
        var served = new BlockMessage(Block.Decode(bytes));
        var listener = system.ActorOf(Props.Create(() => new CountingListener(served)), "counting");
        var bound = await engine.Manager.Ask<PeerEvent>((IActorRef asker) => new Listen(new IPEndPoint(IPAddress.Loopback, port), asker, listener), Patience, CancellationToken.None);
        if (bound is ListenFailed failed)
        {
            await Console.Error.WriteLineAsync($"Cannot listen on {failed.Local}: {failed.Why}.");
            return 1;
        }

        // Whoever lets the system choose a port has to be told of it.
        Console.WriteLine(port == 0 ? $"READY {((Listening)bound).Local.Port}" : "READY");
        while (await Console.In.ReadLineAsync() is { } line && line != "quit")
        {
            Console.WriteLine(await AnswerAsync(line, engine, listener));
        }

        return 0;
    }

    /// <summary>What a load from one address is in the way of: limits of how many come from there, and of how much one may say.</summary>
    private static string Load => """
        peers {
          network = regtest
          services = [network, witness]
          listen { max-inbound = 60000, backlog = 8192 }
          admission.pending-per-prefix = 0
          rate-limits.addresses-per-second = 0
        }
        """;

    private static async Task<string> AnswerAsync(string line, PeerEngine engine, IActorRef listener)
    {
        switch (line.Split(' '))
        {
            case ["gc"]:
                GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                return "DONE";
            case ["announce", var count]:
                for (var i = int.Parse(count, System.Globalization.CultureInfo.InvariantCulture); i > 0; i--)
                {
                    var hash = new byte[32];
                    Random.Shared.NextBytes(hash);
                    engine.Announce(new InventoryVector(InventoryKind.Transaction, new Hash256(hash)));
                }

                return "DONE";
            case ["announce-block"]:
                var block = new byte[32];
                Random.Shared.NextBytes(block);
                engine.Announce(InventoryVector.Block(new Hash256(block)));
                return "DONE";
            case ["used"]:
                return ProcessUse.Now.ToString();
            case ["stats"]:
                var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                listener.Tell(answer);
                return await answer.Task;
            default:
                return $"unknown: {line}";
        }
    }
}
