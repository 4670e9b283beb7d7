using Akka.Actor;
using Akka.Configuration;
using Peers;
using Peers.Wire;

// KeepingPeers NETWORK ADDRESS:PORT: keeps eight peers of a network, of which it knows one node, and asks each for headers. Ctrl+C ends it.
var (name, seed) = (args[0], args[1]);
using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stopping.Cancel();
};

// sample: keeping
using var system = ActorSystem.Create("node", ConfigurationFactory.ParseString(
    $$"""peers { network = {{name}}, outbound.seeds.fixed = ["{{seed}}"] }"""));
await using var engine = PeerEngine.Start(system);
engine.KeepOutbound();
try
{
    await foreach (var peer in engine.Kept.ReadAllAsync(stopping.Token))
    {
        _ = Serve(peer, engine.Settings.Network); // The next peer comes by itself when this one is gone.
    }
}
catch (OperationCanceledException)
{
    var status = await engine.GetOutboundAsync();
    Console.WriteLine($"{status.Ready.Values.Sum()} peers, {status.Addresses} addresses known");
}

static async Task Serve(IPeer peer, BitcoinNetwork network)
{
    Console.WriteLine($"{peer.Remote.ConnectionType} {peer.Remote.Endpoint} {peer.Remote.UserAgent}");
    peer.Send(new GetHeadersMessage([network.GenesisHash]));
    await foreach (var message in peer.Messages.ReadAllAsync())
    {
        if (message is HeadersMessage headers)
        {
            Console.WriteLine($"{peer.Remote.Endpoint} has told {headers.Headers.Length} headers");
        }
    }

    Console.WriteLine($"{peer.Remote.Endpoint}: {await peer.WhenStopped}");
}

// end sample
