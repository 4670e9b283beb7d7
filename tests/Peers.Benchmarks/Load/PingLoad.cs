using Peers.Wire;

namespace Peers.Benchmarks.Load;

/// <summary>Pings, and their pongs awaited.</summary>
/// <param name="name">What it is.</param>
/// <param name="connections">How many connections.</param>
/// <param name="burst">Pings that one sends before it awaits their pongs.</param>
/// <param name="atOnce">Connections that do so at a time; the others wait for their turn.</param>
internal sealed class PingLoad(string name, int connections, int burst, int atOnce) : Workload(name, "pings")
{
    private const int Fewest = 2_000;

    private readonly byte[] _pings = LoadPeer.Encode(Enumerable.Range(0, burst).Select(number => new PingMessage((ulong)number)));
    private LoadPeer[] _peers = [];

    public static byte[] Ping { get; } = LoadPeer.Encode(new PingMessage(1));

    public override async Task PrepareAsync(LoadTarget target) => _peers = await LoadPeer.ConnectAsync(target.Endpoint, connections, atOnce: 64);

    public override async Task<long> RunAsync(LoadTarget target)
    {
        var turns = Math.Max(1, Fewest / (connections * burst));
        await Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (i, _) =>
        {
            for (var turn = 0; turn < turns; turn++)
            {
                await _peers[i].SendAsync(_pings);
                await _peers[i].ReadPongsAsync(burst);
            }
        });
        return (long)turns * connections * burst;
    }

    public override void Dispose() => Array.ForEach(_peers, peer => peer.Dispose());
}
