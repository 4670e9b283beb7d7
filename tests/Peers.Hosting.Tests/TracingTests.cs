using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Peers.Wire;

namespace Peers.Hosting.Tests;

/// <summary>Spans of connections and requests, by a listener as an exporter has one.</summary>
[Collection(nameof(Alone))]
public sealed class TracingTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivitySource _user = new("user of Peers");
    private readonly ActivityListener _listener;

    public TracingTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is PeerDiagnostics.ActivitySourceName or "user of Peers",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _user.Dispose();
    }

    [Fact(DisplayName = "A connection and a request are spans of what the user is doing; failures say why; nothing tells an address")]
    public async Task Connections_and_requests_are_spans()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services => services.AddPeers(options => options.Network = "regtest"));
        await host.StartAsync();
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(Scene.AnyLoopback); // Bound and not listening.
        ActivityTraceId trace;
        ActivitySpanId parent;
        using (var doing = _user.StartActivity("a sync")!)
        {
            (trace, parent) = (doing.TraceId, doing.SpanId);
            await using var peer = await engine.ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience);
            await using var theirs = await remote.Engine.Accepted.ReadAsync();
            using var answers = theirs.Subscribe<GetDataMessage>(asked => theirs.Send(new NotFoundMessage(asked.Items)));
            await peer.GetBlockAsync(Hash256.Zero).WaitAsync(Scene.Patience);
            answers.Dispose();
            var unanswered = peer.GetHeadersAsync([Hash256.Zero]);
            await theirs.DisconnectAsync();
            await unanswered.WaitAsync(Scene.Patience);
            await Assert.ThrowsAsync<PeerUnreachableException>(() => engine.ConnectAsync(closed.LocalEndPoint!));
            Assert.Same(doing, Activity.Current);
        }

        await host.StopAsync();

        var connected = One("peers.connect", "ready");
        Assert.Equal((trace, parent, ActivityKind.Client, ActivityStatusCode.Unset), (connected.TraceId, connected.ParentSpanId, connected.Kind, connected.Status));
        Assert.Equal("outbound", connected.GetTagItem("peers.connection.direction"));
        Assert.True(connected.Duration > TimeSpan.Zero && connected.Duration < Scene.Patience);
        var failed = One("peers.connect", "connect_failed");
        Assert.Equal((trace, ActivityStatusCode.Error, "connect_failed"), (failed.TraceId, failed.Status, failed.StatusDescription));
        var found = One("peers.request getdata", "not_found");
        Assert.Equal((trace, parent, ActivityStatusCode.Unset), (found.TraceId, found.ParentSpanId, found.Status));
        var stopped = One("peers.request getheaders", "peer_stopped");
        Assert.Equal((ActivityStatusCode.Error, "peer_stopped"), (stopped.Status, stopped.GetTagItem("error.type")));
        Assert.DoesNotContain(_ended.SelectMany(span => span.TagObjects), tag => tag.Value is string text && text.Contains("127.0.0.1", StringComparison.Ordinal));

        // The remote accepted it in the same process: a span of its own, of nobody's doing.
        var accepted = _ended.First(span => span.OperationName == "peers.accept");
        Assert.NotEqual(trace, accepted.TraceId);
    }

    [Fact(DisplayName = "A span that is open when the engine stops ends with it, as an error")]
    public async Task Open_spans_end()
    {
        using var silent = new TcpListener(Scene.AnyLoopback);
        silent.Start();
        using var host = Scene.Host(services => services.AddPeers(options => options.Network = "regtest"));
        await host.StartAsync();
        var connecting = host.Services.GetRequiredService<IPeerEngine>().ConnectAsync(silent.LocalEndpoint);
        using var socket = await silent.AcceptSocketAsync();

        await host.StopAsync().WaitAsync(Scene.Patience);

        await Assert.ThrowsAsync<PeerUnreachableException>(() => connecting);
        Assert.Equal(ActivityStatusCode.Error, One("peers.connect", "requested").Status);
    }

    private Activity One(string name, string outcome) => Assert.Single(
        _ended, span => span.OperationName == name && Equals(span.GetTagItem("peers.handshake.outcome") ?? span.GetTagItem("peers.request.outcome"), outcome));
}
