namespace Peers.Benchmarks.Load;

/// <summary>Connections that are opened, shake hands and are closed.</summary>
internal sealed class HandshakeLoad() : Workload("handshake, 64 at a time", "handshakes")
{
    private const int AtOnce = 64;

    // Each address of loopback has ports of its own: those of a closed connection rest for a minute.
    private const int Addresses = 250 * 500;
    private int _next;

    public override Task PrepareAsync(LoadTarget target) => Task.CompletedTask;

    public override async Task<long> RunAsync(LoadTarget target)
    {
        const int Count = 4 * AtOnce;
        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) =>
        {
            using var peer = await LoadPeer.ConnectAsync(target.Endpoint, 97 * Interlocked.Increment(ref _next) % Addresses);

            // A pong shows that the target has our verack: the handshake is done on its side as well.
            await peer.SendAsync(PingLoad.Ping);
            await peer.ReadPongsAsync(1);
        });
        return Count;
    }

    public override void Dispose()
    {
        // Each connection has been closed.
    }
}
