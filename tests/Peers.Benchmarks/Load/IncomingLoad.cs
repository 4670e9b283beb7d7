using Peers.Wire;

namespace Peers.Benchmarks.Load;

/// <summary>Messages to the target, which decodes and delivers them. A ping behind them shows that it has.</summary>
/// <param name="name">What it is.</param>
/// <param name="counter">What the target counts.</param>
/// <param name="connections">How many connections.</param>
/// <param name="atOnce">Connections that send at a time.</param>
/// <param name="items">How many of what is counted the messages are together.</param>
/// <param name="messages">What each connection sends in a round.</param>
internal sealed class IncomingLoad(string name, string counter, int connections, int atOnce, int items, IEnumerable<Message> messages) : Workload(name, counter)
{
    private readonly byte[] _frames = LoadPeer.Encode(messages.Append(new PingMessage(1)));
    private LoadPeer[] _peers = [];

    /// <summary><c>inv</c> of transactions that were not announced before, until all of them were.</summary>
    public static IncomingLoad Inventory(string name, int connections, int atOnce, int perMessage, int messages) => new(
        name, "inv_items", connections, atOnce, perMessage * messages,
        Enumerable.Range(0, messages).Select(message => new InvMessage(Enumerable.Range(message * perMessage, perMessage).Select(TypicalMessages.ItemOf).ToWireArray())));

    public static IncomingLoad Transactions() => new("226-byte transaction", "txs", 8, 8, 1_000, Enumerable.Range(0, 1_000).Select(number => new TransactionMessage(TypicalMessages.SmallTransaction(number))));

    public static IncomingLoad Headers() => new("header, of headers of 2,000", "headers", 1, 1, 20_000, Enumerable.Repeat(TypicalMessages.All["headers"], 10));

    public static IncomingLoad Blocks(Block block) => new("block in", "blocks", 1, 1, 10, Enumerable.Repeat(new BlockMessage(block), 10));

    public override async Task PrepareAsync(LoadTarget target) => _peers = await LoadPeer.ConnectAsync(target.Endpoint, connections, atOnce: 64);

    public override async Task<long> RunAsync(LoadTarget target)
    {
        await Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (i, _) =>
        {
            await _peers[i].SendAsync(_frames);
            await _peers[i].ReadPongsAsync(1);
        });
        return (long)connections * items;
    }

    public override void Dispose() => Array.ForEach(_peers, peer => peer.Dispose());
}
