using Peers.Wire;

namespace Peers.Cli;

/// <summary>What is to be synced.</summary>
/// <param name="Blocks">The last so many blocks.</param>
/// <param name="CheckWork">Whether proof of work is checked, where the chain begins at the network's first block.</param>
/// <param name="Witness">Whether blocks are asked for with their witnesses: the remote offers them.</param>
internal sealed record SyncPlan(int Blocks, bool CheckWork, bool Witness);

/// <summary>What one message brought.</summary>
/// <param name="Say">What to answer.</param>
/// <param name="NewHeaders">Headers that the chain grew by; null when the message held none.</param>
/// <param name="NewBlock">The block that was asked for and came.</param>
/// <param name="NewBlockHeight">Its height.</param>
internal readonly record struct SyncStep(IReadOnlyList<Message> Say, int? NewHeaders = null, Block? NewBlock = null, int NewBlockHeight = 0);

/// <summary>
/// Follows a remote's chain: all headers, then the last blocks, so many in flight at a time, each matched by its hash and checked
/// against its header's merkle root. Pure: it is told what was heard and says what to answer.
/// </summary>
internal sealed class ChainSync
{
    /// <summary>Blocks asked for and not come yet.</summary>
    private const int Window = 64;

    private readonly SyncPlan _plan;
    private readonly HashSet<Hash256> _inFlight = [];
    private int _nextHeight;
    private int _lastHeight = -1;

    public ChainSync(BitcoinNetwork network, SyncPlan plan)
    {
        _plan = plan;
        Chain = new HeaderChain(network, plan.CheckWork);
    }

    public HeaderChain Chain { get; }

    /// <summary>Whether the remote has no more headers.</summary>
    public bool HeadersDone => _lastHeight >= 0;

    /// <summary>Whether all headers and blocks are there.</summary>
    public bool Done => HeadersDone && BlocksDone == BlocksWanted;

    public int BlocksDone { get; private set; }

    /// <summary>Blocks to download; known when the headers are there.</summary>
    public int BlocksWanted { get; private set; }

    public long BytesOfBlocks { get; private set; }

    public long Transactions { get; private set; }

    /// <summary>What is missing, for whoever waits too long.</summary>
    public string Awaiting => HeadersDone ? $"{_inFlight.Count} blocks" : "headers";

    /// <summary>The first question.</summary>
    public Message Start() => new GetHeadersMessage(Chain.Locator());

    /// <exception cref="ChainException">The remote's chain is wrong, or it lacks a block that it named.</exception>
    public SyncStep On(Message heard) => heard switch
    {
        HeadersMessage headers => OnHeaders(headers.Headers),
        BlockMessage block => OnBlock(block.Block),
        NotFoundMessage missing => OnNotFound(missing),
        InvMessage inv when HeadersDone && NamesNewBlock(inv) => new SyncStep([Start()]),
        _ => new SyncStep([]),
    };

    private bool NamesNewBlock(InvMessage inv)
    {
        foreach (var item in inv.Items)
        {
            if (item.IsBlock && Chain.HeightOf(item.Hash) is null)
            {
                return true;
            }
        }

        return false;
    }

    private SyncStep OnHeaders(WireArray<BlockHeader> headers)
    {
        if (Chain.Accept(headers) is not { } added)
        {
            return new SyncStep([Start()]);
        }

        if (headers.Length == WireLimits.Headers)
        {
            return new SyncStep([Start()], added);
        }

        if (HeadersDone)
        {
            return new SyncStep([], added);
        }

        _lastHeight = Chain.Height;
        BlocksWanted = Math.Min(_plan.Blocks, Chain.Height);
        _nextHeight = Chain.Height - BlocksWanted + 1;
        return new SyncStep(Ask(), added);
    }

    private SyncStep OnBlock(Block block)
    {
        if (!_inFlight.Remove(block.Hash))
        {
            return new SyncStep([]); // Nobody asked for it.
        }

        if (block.ComputeMerkleRoot(out var mutated) != block.Header.MerkleRoot || mutated)
        {
            throw new ChainException($"the merkle root of block {block.Hash} is not that of its transactions");
        }

        BlocksDone++;
        BytesOfBlocks += block.Size;
        Transactions += block.Transactions.Count;
        return new SyncStep(Ask(), NewBlock: block, NewBlockHeight: Chain.HeightOf(block.Hash) ?? 0);
    }

    private SyncStep OnNotFound(NotFoundMessage missing)
    {
        foreach (var item in missing.Items)
        {
            if (_inFlight.Contains(item.Hash))
            {
                throw new ChainException($"the remote does not have block {item.Hash}; it may be pruned");
            }
        }

        return new SyncStep([]);
    }

    /// <summary>Fills the window when half of it is free: few requests, and the remote never waits for one.</summary>
    private List<Message> Ask()
    {
        if (_inFlight.Count > Window / 2 || _nextHeight > _lastHeight)
        {
            return [];
        }

        List<InventoryVector> items = [];
        for (; _inFlight.Count < Window && _nextHeight <= _lastHeight; _nextHeight++)
        {
            var hash = Chain.HashAt(_nextHeight);
            _inFlight.Add(hash);
            items.Add(_plan.Witness ? InventoryVector.WitnessBlock(hash) : InventoryVector.Block(hash));
        }

        return [new GetDataMessage(items.ToWireArray())];
    }
}
