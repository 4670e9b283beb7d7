using Peers.Wire;

namespace Peers.Cli;

/// <summary>
/// The longest chain of headers that a remote showed, in memory. Links are always checked, work where the chain begins at the
/// network's first block: another chain with the same magic (Litecoin's regtest) has other work.
/// </summary>
internal sealed class HeaderChain
{
    /// <summary>An announcement has at most so many headers (Bitcoin Core); more are the answer to a request.</summary>
    private const int MostAnnounced = 8;

    private readonly BitcoinNetwork _network;
    private readonly bool _workWanted;
    private readonly uint _easiestBits;
    private readonly List<BlockHeader> _headers = [];
    private readonly List<Hash256> _hashes = [];
    private readonly Dictionary<Hash256, int> _heights = [];

    public HeaderChain(BitcoinNetwork network, bool checkWork)
    {
        _network = network;
        _workWanted = checkWork;
        _easiestBits = ProofOfWork.EasiestOf(network);
        Root = network.GenesisHash;
        _heights.Add(Root, 0);
    }

    /// <summary>The block before the first header: the network's first block, unless the remote's chain begins elsewhere.</summary>
    public Hash256 Root { get; private set; }

    public bool IsRooted => Root == _network.GenesisHash;

    public bool IsWorkChecked => _workWanted && IsRooted;

    /// <summary>The height of the tip; that of the root is 0.</summary>
    public int Height => _headers.Count;

    public Hash256 Tip => HashAt(Height);

    public Hash256 HashAt(int height) => height == 0 ? Root : _hashes[height - 1];

    /// <summary>The height of a block of the chain; null when it is none.</summary>
    public int? HeightOf(Hash256 hash) => _heights.TryGetValue(hash, out var height) ? height : null;

    /// <summary>Hashes from the tip down, ten one by one, then ever farther apart.</summary>
    public WireArray<Hash256> Locator()
    {
        List<Hash256> locator = [];
        var step = 1;
        for (var height = Height; height > 0; height -= step)
        {
            locator.Add(HashAt(height));
            step = locator.Count >= 10 ? step * 2 : 1;
        }

        locator.Add(Root);
        return locator.ToWireArray();
    }

    /// <summary>Takes headers that a remote sent.</summary>
    /// <returns>How many are new; null when they do not connect but may be an announcement, so that it is worth asking again.</returns>
    /// <exception cref="ChainException">They are no chain.</exception>
    public int? Accept(WireArray<BlockHeader> headers)
    {
        if (headers.Length == 0)
        {
            return 0;
        }

        var hashes = CheckLinks(headers);
        if (!_heights.TryGetValue(headers[0].Previous, out var fork))
        {
            if (Height > 0)
            {
                return headers.Length <= MostAnnounced
                    ? null
                    : throw new ChainException($"the header {hashes[0]} does not connect to the chain: its previous block {headers[0].Previous} is unknown");
            }

            _heights.Remove(Root);
            Root = headers[0].Previous;
            _heights.Add(Root, 0);
            fork = 0;
        }

        CheckWork(headers, hashes);
        return Append(headers, hashes, fork);
    }

    private static Hash256[] CheckLinks(WireArray<BlockHeader> headers)
    {
        var hashes = new Hash256[headers.Length];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = headers[i].ComputeHash();
            if (i > 0 && headers[i].Previous != hashes[i - 1])
            {
                throw new ChainException($"the header {hashes[i]} does not follow {hashes[i - 1]}: its previous block is {headers[i].Previous}");
            }
        }

        return hashes;
    }

    private void CheckWork(WireArray<BlockHeader> headers, Hash256[] hashes)
    {
        for (var i = 0; IsWorkChecked && i < hashes.Length; i++)
        {
            if (!ProofOfWork.IsDone(headers[i], hashes[i], _easiestBits))
            {
                throw new ChainException($"the header {hashes[i]} has too little proof of work for its bits {headers[i].Bits:x8} on {_network.Name}");
            }
        }
    }

    private int Append(WireArray<BlockHeader> headers, Hash256[] hashes, int fork)
    {
        // What we have already is no branch.
        var known = 0;
        while (known < hashes.Length && HeightOf(hashes[known]) == fork + known + 1)
        {
            known++;
        }

        fork += known;
        if (known == hashes.Length || fork + hashes.Length - known <= Height)
        {
            return 0;
        }

        for (var height = Height; height > fork; height--)
        {
            _heights.Remove(HashAt(height));
            _hashes.RemoveAt(height - 1);
            _headers.RemoveAt(height - 1);
        }

        for (var i = known; i < hashes.Length; i++)
        {
            _headers.Add(headers[i]);
            _hashes.Add(hashes[i]);
            _heights[hashes[i]] = Height;
        }

        return hashes.Length - known;
    }
}
