using System.Collections.Concurrent;
using Peers.Tests.Loopback.Kit;

namespace Peers.Tests.Conformance;

/// <summary>btcd's TestDisconnectBeforeAssociateConnection and TestAssociateConnectionDisconnectRace.</summary>
public sealed class AssociationTests : EngineTests
{
    [Fact(DisplayName = "Given up before there is a connection, twice: the one that comes afterwards is closed once and never spoken on")]
    public async Task Given_up_before()
    {
        await using var engine = Start("engine");
        var told = new ConcurrentQueue<PeerEvent>();
        using var events = engine.Subscribe(told.Enqueue);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await cancellation.CancelAsync();
        var (ours, theirs) = Pipes();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => engine.AdoptAsync(ours, Direction.Outbound, cancellation: cancellation.Token).WaitAsync(Patience));
        Assert.Equal(0, await theirs.ReadAsync(new byte[100])); // The end of the stream, and nothing before it.
        await theirs.DisposeAsync();
        await StreamsAreDisposedOnce();
        Assert.Empty(await engine.GetPeersAsync().WaitAsync(Patience));
        Assert.DoesNotContain(told, happened => happened is PeerReady or PeerOpened);
    }

    [Fact(DisplayName = "Given up, or disconnected, while the connection is being made, 100 times each: each is closed once, each end is told once, none is left")]
    public async Task Races()
    {
        await using var engine = Start("engine", "peers.listen.max-inbound = 1000");
        await using var other = Start("other", "peers.listen.max-inbound = 1000");
        var told = new ConcurrentQueue<PeerEvent>();
        using var events = engine.Subscribe(told.Enqueue);
        var made = 0;
        for (var i = 0; i < 200; i++)
        {
            var (ours, theirs) = Pipes();
            using var cancellation = new CancellationTokenSource();
            var answering = other.AdoptAsync(theirs, Direction.Inbound);
            var adopting = engine.AdoptAsync(ours, Direction.Outbound, cancellation: cancellation.Token);
            var ending = Task.Run(async () =>
            {
                for (var turn = 0; turn < 5 * i; turn++)
                {
                    await Task.Yield(); // Each time a little later.
                }

                if (i % 2 == 0)
                {
                    await cancellation.CancelAsync();
                    return;
                }

                foreach (var peer in await engine.GetPeersAsync())
                {
                    engine.Manager.Tell(new DisconnectPeer(peer.Id, "raced"), Akka.Actor.ActorRefs.NoSender);
                }
            });
            await ending.WaitAsync(Patience);
            try
            {
                await using var peer = await adopting.WaitAsync(Patience);
                made++;
            }
            catch (Exception expected) when (expected is OperationCanceledException or PeerUnreachableException)
            {
                // Whoever was faster.
            }

            try
            {
                await using var peer = await answering.WaitAsync(Patience);
            }
            catch (PeerUnreachableException)
            {
                // The other side left before the handshake was done.
            }
        }

        await StreamsAreDisposedOnce();
        Assert.InRange(made, 1, 199); // Else it was no race.
        await engine.StopAsync().WaitAsync(Patience);
        using var patience = new CancellationTokenSource(Patience);
        while (told.OfType<PeerStopped>().Count() < told.OfType<PeerConnecting>().Count())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield(); // Subscribers hear of an end a little later than who asked for it.
        }

        Assert.Equal(told.OfType<PeerConnecting>().Select(begun => begun.Id.Value).Order(), told.OfType<PeerStopped>().Select(ended => ended.Id.Value).Order());
    }
}
