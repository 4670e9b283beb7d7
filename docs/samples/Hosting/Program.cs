using Akka.Hosting;
using Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peers;

// dotnet run -- --Nodes=127.0.0.1:38333 --Peers:Network=signet: an engine in an actor system that has other actors, too.
// sample: akka
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddAkka("node", akka => akka
    .ConfigureLoggers(logging => logging.AddLoggerFactory())
    .WithPeers(builder.Configuration.GetSection("Peers"), options => options.UserAgent = "/mynode:1.0/")
    .WithActors((system, registry, resolver) =>
        registry.Register<CensusActor>(system.ActorOf(resolver.Props<CensusActor>(registry.Get<Peers.Hosting.PeerManager>()), "census"))));
builder.Services.AddPeerEngine();
builder.Services.AddHostedService<HeaderWorker>();

await builder.Build().RunAsync();
// end sample
