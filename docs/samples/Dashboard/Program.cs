using Peers;

// A node that keeps its peers, with its live page at /peers. Run it with --Peers:Network=signet, or with an appsettings.json.
// sample: dashboard
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddPeers(builder.Configuration.GetSection("Peers"), options => options.KeepOutbound = true);

var app = builder.Build();
app.MapPeers("/peers");
await app.RunAsync();
// end sample
