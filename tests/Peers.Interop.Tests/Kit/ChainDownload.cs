using Peers.Wire;

namespace Peers.Interop.Tests.Kit;

/// <summary>Headers first, then blocks: how a node takes over a chain from a peer, without judging it.</summary>
internal static class ChainDownload
{
    /// <summary>How many blocks are asked for at a time: as Bitcoin Core.</summary>
    private const int BlocksInFlight = 16;

    /// <summary>All headers of the remote's chain after that block.</summary>
    public static async Task<IReadOnlyList<BlockHeader>> HeadersAsync(this Conversation conversation, Hash256 after)
    {
        List<BlockHeader> headers = [];
        while (true)
        {
            var tip = headers.Count == 0 ? after : headers[^1].ComputeHash();
            await conversation.SayAsync(new GetHeadersMessage([tip]));
            var answer = await conversation.HearAsync<HeadersMessage>();
            headers.AddRange(answer.Headers);
            if (answer.Headers.Length < WireLimits.Headers)
            {
                return headers;
            }
        }
    }

    /// <summary>Those blocks, in that order.</summary>
    /// <param name="conversation">With whom.</param>
    /// <param name="hashes">Which.</param>
    /// <param name="kind">In what form.</param>
    public static async Task<IReadOnlyList<Block>> BlocksAsync(
        this Conversation conversation, IEnumerable<Hash256> hashes, InventoryKind kind = InventoryKind.WitnessBlock)
    {
        List<Block> blocks = [];
        foreach (var batch in hashes.Chunk(BlocksInFlight))
        {
            await conversation.SayAsync(new GetDataMessage(batch.Select(hash => new InventoryVector(kind, hash)).ToWireArray()));
            foreach (var hash in batch)
            {
                blocks.Add((await conversation.HearAsync<BlockMessage>(message => message.Block.Hash == hash)).Block);
            }
        }

        return blocks;
    }
}
