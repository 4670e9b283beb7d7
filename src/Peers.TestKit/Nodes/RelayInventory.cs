using System.Buffers.Binary;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// Every transaction and block of one simulation, each once. It makes them, too: what is made follows from the numbers that it is given,
/// so the same simulation makes the same ids.
/// </summary>
/// <remarks>Only the thread of the simulation may use it.</remarks>
public sealed class RelayInventory
{
    // The first block of regtest: Bitcoin's own coinbase, "The Times 03/Jan/2009 Chancellor on brink of second bailout for banks".
    private const string GenesisCoinbase =
        "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e" +
        "2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000" +
        "434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d" +
        "5fac00000000";

    private const uint GenesisTime = 1296688602;
    private const long Subsidy = 50_0000_0000;

    /// <summary>Anyone may spend: what is studied is the network, not the signing.</summary>
    private static readonly byte[] AnyoneMaySpend = [0x51];

    private readonly List<RelayItem> _items = [];
    private readonly Dictionary<Hash256, RelayItem> _byId = [];
    private int _made;

    /// <summary>Makes an inventory that holds the first block of regtest and nothing else.</summary>
    public RelayInventory()
    {
        var coinbase = Transaction.Decode(Convert.FromHexString(GenesisCoinbase));
        var header = new BlockHeader(1, Hash256.Zero, coinbase.Id, GenesisTime, ProofOfWork.RegtestBits, 2);
        Genesis = Keep(new RelayItem(0, Block.Create(header, [coinbase]), null, [], nonce: 0));
    }

    /// <summary>The first block, which every node has.</summary>
    public RelayItem Genesis { get; }

    /// <summary>All items in the order in which they came to be.</summary>
    public IReadOnlyList<RelayItem> Items => _items;

    /// <summary>The transaction by its txid or wtxid, or the block by its hash; null when there is none.</summary>
    public RelayItem? Find(Hash256 id) => _byId.GetValueOrDefault(id);

    /// <summary>Takes a transaction, or finds the one that is there already.</summary>
    public RelayItem Add(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return Find(transaction.WitnessId) is { IsBlock: false } known ? known : Keep(new RelayItem(_items.Count, transaction));
    }

    /// <summary>
    /// Takes a block, or finds the one that is there already. What a node checks is checked once for all of them: proof of work, and that the
    /// transactions are those that the header names.
    /// </summary>
    /// <returns>The block; null when it is not valid, or the block before it is unknown.</returns>
    public RelayItem? Add(Block block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (Find(block.Hash) is { } known)
        {
            // The same header with other transactions is a lie about them.
            return block.Equals(known.Block) ? known : null;
        }

        if (Find(block.Header.Previous) is not { IsBlock: true } previous || block.Transactions.Count == 0
            || !ProofOfWork.IsDone(block.Header, block.Hash) || block.ComputeMerkleRoot(out var mutated) != block.Header.MerkleRoot || mutated)
        {
            return null;
        }

        RelayItem[] transactions = [.. block.Transactions.Skip(1).Select(Add)];
        return Keep(new RelayItem(_items.Count, block, previous, transactions, BinaryPrimitives.ReadUInt64LittleEndian(block.Hash.ToArray())));
    }

    /// <summary>Makes a transaction that is like no other of this inventory: one input, two outputs, with a witness.</summary>
    public Transaction MakeTransaction()
    {
        var seed = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(seed, ++_made);
        var input = new TransactionInput(
            new OutPoint(Hash256.OfDouble(seed), 0), Bytes.Empty, TransactionInput.FinalSequence, [new byte[72], new byte[33]]);
        byte[] script = [0x00, 0x14, .. Hash256.OfDouble([.. seed, 1]).ToArray().AsSpan(0, 20)];
        return Transaction.Create(2, [input], [new TransactionOutput(100_000, script), new TransactionOutput(200_000, script)], 0);
    }

    /// <summary>Makes the block that follows another: valid proof of work of regtest, valid merkle root.</summary>
    /// <param name="previous">The block before.</param>
    /// <param name="transactions">What it confirms.</param>
    /// <param name="time">The time of the header.</param>
    public Block MakeBlock(RelayItem previous, IEnumerable<RelayItem> transactions, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(transactions);

        // The number makes two blocks at one height different even when they confirm the same.
        var script = new byte[1 + sizeof(int) + 1 + sizeof(int)];
        script[0] = sizeof(int);
        BinaryPrimitives.WriteInt32LittleEndian(script.AsSpan(1), previous.Height + 1);
        script[5] = sizeof(int);
        BinaryPrimitives.WriteInt32LittleEndian(script.AsSpan(6), ++_made);
        var coinbase = Transaction.Create(
            2, [new TransactionInput(OutPoint.Null, script, TransactionInput.FinalSequence, [])], [new TransactionOutput(Subsidy, AnyoneMaySpend)], 0);
        Transaction[] all = [coinbase, .. transactions.Select(item => item.Transaction!)];
        var root = MerkleTree.ComputeRoot(Array.ConvertAll(all, transaction => transaction.Id));
        var header = new BlockHeader(0x20000000, previous.Id, root, (uint)time.ToUnixTimeSeconds(), ProofOfWork.RegtestBits, 0);
        while (!ProofOfWork.IsDone(header, header.ComputeHash()))
        {
            header = header with { Nonce = header.Nonce + 1 };
        }

        return Block.Create(header, [.. all]);
    }

    private RelayItem Keep(RelayItem item)
    {
        _items.Add(item);
        _byId[item.Id] = item;
        _byId[item.WitnessId] = item;
        return item;
    }
}
