using Peers.Wire;

namespace Peers.Interop.Tests.Kit;

/// <summary>Gives a chain to a peer that asks for it, as a node does.</summary>
internal sealed class BlockServer
{
    private readonly IReadOnlyList<Block> _chain;
    private readonly Dictionary<Hash256, int> _heights;

    /// <param name="genesis">The block before the first.</param>
    /// <param name="chain">The blocks after it.</param>
    public BlockServer(Hash256 genesis, IReadOnlyList<Block> chain)
    {
        _chain = chain;
        _heights = chain.Select((block, index) => (block.Hash, Height: index + 1)).ToDictionary(pair => pair.Hash, pair => pair.Height);
        _heights.Add(genesis, 0);
    }

    /// <summary>Blocks that were sent.</summary>
    public int Served { get; private set; }

    /// <summary>Answers until the connection ends.</summary>
    public async Task ServeAsync(IPeer peer)
    {
        await foreach (var message in peer.Messages.ReadAllAsync())
        {
            switch (message)
            {
                case GetHeadersMessage ask:
                    var known = ask.Locator.First(_heights.ContainsKey);
                    peer.Send(new HeadersMessage(_chain.Skip(_heights[known]).Take(WireLimits.Headers).Select(block => block.Header).ToWireArray()));
                    break;
                case GetDataMessage ask:
                    foreach (var item in ask.Items)
                    {
                        peer.Send(new BlockMessage(_chain[_heights[item.Hash] - 1]));
                        Served++;
                    }

                    break;
            }
        }
    }
}
