using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Configuration;
using HeadersInSqlite;
using Microsoft.Data.Sqlite;
using Peers;
using Peers.Wire;

// HeadersInSqlite NETWORK FILE.db ADDRESS:PORT: a light client that knows one node at first, keeps headers in a database, and goes on there when it is
// started again. Ctrl+C or a signal ends it.
if (args is not [var name, var file, var seed])
{
    Console.Error.WriteLine("usage: HeadersInSqlite NETWORK FILE.db ADDRESS:PORT");
    return 2;
}

using var stopping = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}

using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return await RunAsync();
}
catch (Exception fault) when (fault is SettingsException or SqliteException)
{
    Console.Error.WriteLine($"HeadersInSqlite: {fault.Message}");
    return 1;
}

async Task<int> RunAsync()
{
    // sample: light
    using var system = ActorSystem.Create("light", ConfigurationFactory.ParseString(
        $$"""peers { network = {{name}}, outbound.seeds.fixed = ["{{seed}}"] }"""));
    var settings = PeerSettings.From(system);
    using var store = new HeaderStore(file, settings.Network.GenesisHash);
    Console.WriteLine($"{store.Height} headers are known");

    await using var engine = PeerEngine.Start(system, settings with { BestHeight = () => store.Height });
    engine.KeepOutbound();
    try
    {
        await foreach (var peer in engine.Kept.ReadAllAsync(stopping.Token))
        {
            _ = FollowAsync(peer, store);
        }
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine($"stopped at height {store.Height}");
    }

    // end sample
    return 0;
}

static async Task FollowAsync(IPeer peer, HeaderStore store)
{
    Ask();
    await foreach (var message in peer.Messages.ReadAllAsync())
    {
        switch (message)
        {
            case HeadersMessage { Headers.Length: > 0 } headers:
                try
                {
                    lock (store)
                    {
                        if (store.Add(headers.Headers) is > 0 and var added)
                        {
                            Console.WriteLine($"{added} headers from {peer.Remote.Endpoint}: height {store.Height}");
                            Ask();
                        }
                    }
                }
                catch (InvalidDataException fault)
                {
                    await peer.DisconnectAsync(fault.Message); // The engine dials another.
                }

                break;
            case InvMessage inv when inv.Items.ToArray().Any(item => item.IsBlock):
                Ask();
                break;
        }
    }

    void Ask()
    {
        lock (store)
        {
            peer.Send(new GetHeadersMessage(store.Locator()));
        }
    }
}
