namespace Peers.Cli;

/// <summary>Pings from both ends of one connection and waits for both answers.</summary>
internal sealed class PingWatch(PeerEngine server, PeerEngine client)
{
    /// <returns>The two round trips.</returns>
    public async Task<(TimeSpan Server, TimeSpan Client)> PingAsync(IPeer far, IPeer near, CancellationToken stopping)
    {
        var both = await Task.WhenAll(PingAsync(server, far, stopping), PingAsync(client, near, stopping));
        return (both[0], both[1]);
    }

    private static async Task<TimeSpan> PingAsync(PeerEngine engine, IPeer peer, CancellationToken stopping)
    {
        var answered = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = engine.Subscribe(happened =>
        {
            switch (happened)
            {
                case PingMeasured measured when measured.Id == peer.Id:
                    answered.TrySetResult(measured.RoundTrip);
                    break;
                case PeerStopped stopped when stopped.Id == peer.Id:
                    answered.TrySetException(new CommandFailedException($"no answer to a ping: {ReasonText.Of(stopped.Reason)}"));
                    break;
            }
        });
        peer.Actor.Tell(PingNow.Instance, Akka.Actor.ActorRefs.NoSender);
        return await answered.Task.WaitAsync(stopping);
    }
}
