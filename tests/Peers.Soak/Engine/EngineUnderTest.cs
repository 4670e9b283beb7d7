using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using Peers.Cli;
using Peers.Wire;

namespace Peers.Soak;

/// <summary>
/// The engine, in a process of its own so that what it costs is its own: listens, serves a chain to whoever connects, announces transactions,
/// dials whom it is told to, and says how it is doing. Told what to do by lines on standard input; answers by lines of JSON.
/// </summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    public const int Blocks = 60;
    public const int Transactions = 40;

    private readonly ActorSystem _system;
    private readonly PeerEngine _engine;
    private readonly ServedChain _chain;
    private readonly LostMessages _lost = new();
    private readonly ConcurrentDictionary<string, int> _stopped = new();
    private readonly ConcurrentDictionary<PeerId, IPeer> _served = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _dialling = new();
    private readonly IDisposable _events;

    private EngineUnderTest(string hocon)
    {
        var config = ConfigurationFactory.ParseString(hocon)
            .WithFallback(ConfigurationFactory.ParseString("peers.network = regtest\nakka { loglevel = ERROR, loggers = [], stdout-loglevel = OFF, log-dead-letters = off }"));
        _system = ActorSystem.Create("soak", config.WithFallback(ConfigurationFactory.Default()));
        _system.ActorOf(Props.Create(() => new LostMessagesActor(_lost)), "lost-messages");
        var demo = DemoChain.Make(Blocks);
        _chain = new ServedChain(BitcoinNetwork.Regtest, demo.Blocks, demo.MakeUnconfirmed(Transactions));
        _engine = PeerEngine.Start(_system, PeerSettings.From(config.WithFallback(PeerEngine.DefaultConfig)) with { BestHeight = () => _chain.Height });
        _events = _engine.Subscribe(happened =>
        {
            if (happened is PeerStopped stopped)
            {
                _stopped.AddOrUpdate(stopped.Reason.GetType().Name, 1, (_, count) => count + 1);
            }
        });
    }

    /// <summary>Runs until its standard input ends or says so.</summary>
    public static async Task<int> RunAsync(string hocon)
    {
        await using var engine = new EngineUnderTest(hocon);
        var serving = engine.ServeAsync();
        var announcing = engine.AnnounceAsync();
        Console.WriteLine("listening {0}", await engine._engine.ListenAsync(new IPEndPoint(IPAddress.Any, 0)));
        while (await Console.In.ReadLineAsync() is { } line and not "quit")
        {
            switch (line.Split(' '))
            {
                case ["measure"]:
                    Console.WriteLine(JsonSerializer.Serialize(await engine.MeasureAsync()));
                    break;
                case ["dial", var endpoint]:
                    _ = engine.DialAsync(IPEndPoint.Parse(endpoint));
                    break;
                case ["rest"]:
                    await engine._dialling.CancelAsync();
                    break;
                default:
                    throw new InvalidOperationException($"'{line}' is not known");
            }
        }

        await engine._dialling.CancelAsync();
        await engine._stopping.CancelAsync();
        await Task.WhenAll(serving, announcing);
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _events.Dispose();
        await _engine.StopAsync();
        await _system.Terminate();
        _stopping.Dispose();
        _dialling.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            await foreach (var peer in _engine.Accepted.ReadAllAsync(_stopping.Token))
            {
                _ = ServeAsync(peer);
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private async Task ServeAsync(IPeer peer)
    {
        _served[peer.Id] = peer;
        await new BlockServer(peer, _chain, _engine.Settings).RunAsync(CancellationToken.None);
        _served.TryRemove(peer.Id, out _);
        await peer.DisposeAsync();
    }

    /// <summary>Dials again and again, as a node does that wants its outbound connections.</summary>
    private async Task DialAsync(IPEndPoint remote)
    {
        while (!_dialling.IsCancellationRequested)
        {
            try
            {
                var peer = await _engine.ConnectAsync(remote, _dialling.Token);
                await ServeAsync(peer);
            }
            catch (PeerUnreachableException)
            {
                // The next one will be there.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), _dialling.Token));
        }
    }

    private async Task AnnounceAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            for (var turn = 0; await timer.WaitForNextTickAsync(_stopping.Token); turn++)
            {
                var transaction = _chain.Unconfirmed[turn % _chain.Unconfirmed.Count];
                foreach (var peer in _served.Values)
                {
                    peer.Announce(peer.Remote.Features.WtxIdRelay
                        ? InventoryVector.WitnessTransactionId(transaction.WitnessId) : InventoryVector.Transaction(transaction.Id));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private async Task<Measures> MeasureAsync()
    {
        var peers = await _engine.GetPeersAsync();

        // What lives is what is left when everything was collected that can be, finalizers and all.
        for (var turn = 0; turn < 2; turn++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        var process = ProcessFigures.Of(Environment.ProcessId);
        return new Measures(
            GC.GetTotalMemory(forceFullCollection: false), process.Resident, process.Handles, CountActors(((ExtendedActorSystem)_system).Provider.RootGuardian), peers.Length,
            _lost.DeadLetters, _lost.UnhandledMessages, new Dictionary<string, int>(_stopped), _lost.Told);
    }

    private static int CountActors(IActorRef actor) => actor is ActorRefWithCell cell ? 1 + cell.Children.Sum(CountActors) : 1;
}
