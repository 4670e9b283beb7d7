using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Embedding;
using Peers;
using Peers.Wire;

// Embedding HOST PORT: follows the signet headers of a node until it has told all.
var (host, port) = (args[0], int.Parse(args[1]));
using var stopping = new CancellationTokenSource(TimeSpan.FromMinutes(1));

// sample: embedding
using var system = ActorSystem.Create("node", ConfigurationFactory.ParseString("peers.network = signet"));
var chain = new HeaderChain(BitcoinNetwork.Signet.GenesisHash);
await using var engine = PeerEngine.Start(system, PeerSettings.From(system) with
{
    UserAgent = "/mynode:1.0/",
    BestHeight = () => chain.Height,
});

await using var peer = await engine.ConnectAsync(new DnsEndPoint(host, port), stopping.Token);
peer.Send(new GetHeadersMessage([chain.Tip]));

await foreach (var message in peer.Messages.ReadAllAsync(stopping.Token))
{
    switch (message)
    {
        case HeadersMessage headers when chain.Accept(headers.Headers):
            peer.Send(new GetHeadersMessage([chain.Tip]));
            break;
        case HeadersMessage:
            await peer.DisconnectAsync("the chain is complete");
            break;
    }
}

Console.WriteLine($"{chain.Height} headers from {peer.Remote.UserAgent}; {await peer.WhenStopped}");
// end sample
