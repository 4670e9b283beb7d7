// A remote that answers everything but one getdata, and an engine that asks it, in virtual time.
// Usage: dotnet run -- [peers.stall.enabled=off]
using System.Net;
using Peers;
using Peers.TestKit;
using Peers.Wire;

// sample: stall
using var simulation = new Simulation();
var remoteAt = simulation.Network.Listen(new IPEndPoint(IPAddress.Parse("10.0.0.2"), 18444));
var engine = new SimulatedEngine(simulation, simulation.Network.Host("10.0.0.1"), string.Join('\n', args.DefaultIfEmpty("peers.stall.enabled = on")));

engine.Dial(remoteAt.Endpoint);
using var remote = ScriptedPeer.Accept(simulation, remoteAt);
remote.Handshakes();
simulation.Until(() => engine.Events.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
var peer = engine.Events.Of<PeerReady>().Single().Peer;

// The remote keeps talking, and withholds the block.
peer.Tell(new Send(new GetDataMessage([InventoryVector.Block(BitcoinNetwork.Regtest.GenesisHash)])), Akka.Actor.ActorRefs.NoSender);
for (var second = 0; second < 60 && !engine.Stopped.Any(); second++)
{
    simulation.Advance(TimeSpan.FromSeconds(1));
    remote.Says(new InvMessage([InventoryVector.Block(Hash256.OfDouble(BitConverter.GetBytes(second)))]));
}

Console.WriteLine(engine.Stopped.Any()
    ? $"after {simulation.Elapsed.TotalSeconds:0} s: {engine.Stopped.Single().Reason}"
    : $"after {simulation.Elapsed.TotalSeconds:0} s: still connected, {engine.Stats(peer).Requests.Outstanding} requests are watched");
// end sample
