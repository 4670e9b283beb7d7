using System.Collections.Concurrent;

namespace Peers.Tests.Conformance;

/// <summary>btcd's Example_newOutboundPeer: dial a node on simnet, see its version, part.</summary>
public sealed class ExampleTests : OverTcp
{
    [Fact(DisplayName = "Dial a listener on simnet: its version is told once, the handshake is done, the disconnect ends")]
    public async Task Dial_and_part()
    {
        await using var server = Start("server", "peers.network = simnet");
        await using var client = Start("client", "peers.network = simnet");
        var told = new ConcurrentQueue<PeerEvent>();
        var stopped = new TaskCompletionSource();
        using var events = client.Subscribe(happened =>
        {
            told.Enqueue(happened);
            if (happened is PeerStopped)
            {
                stopped.TrySetResult();
            }
        });

        await using var peer = await client.ConnectAsync(await server.ListenAsync(AnyPort)).WaitAsync(Patience);
        Assert.Equal(new DisconnectReason.Requested("done"), await peer.DisconnectAsync("done").WaitAsync(Patience));
        await stopped.Task.WaitAsync(Patience);
        Assert.Equal(peer.Id, Assert.Single(told.OfType<VersionHeard>()).Id);
        Assert.Equal(
            [typeof(PeerConnecting), typeof(PeerOpened), typeof(VersionHeard), typeof(PeerReady), typeof(PeerStopped)], told.Select(happened => happened.GetType()));
    }
}
