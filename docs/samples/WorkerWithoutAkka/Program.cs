using OpenTelemetry.Metrics;
using Peers;
using WorkerWithoutAkka;

// A service that keeps connections to the nodes of its configuration, and is watched: /metrics for Prometheus, /health for whoever restarts it.
// sample: worker
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddPeers(builder.Configuration.GetSection("Peers"));
builder.Services.AddHealthChecks().AddPeers(health => health.Grace = TimeSpan.FromMinutes(2));
builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(PeerDiagnostics.MeterName).AddPrometheusExporter());
builder.Services.AddHostedService<KeepConnected>();

var app = builder.Build();
app.MapPrometheusScrapingEndpoint();
app.MapHealthChecks("/health");
await app.RunAsync();
// end sample
