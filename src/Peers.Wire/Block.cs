namespace Peers.Wire;

/// <summary>
/// A block as its bytes, which are copied when it is sent on. Structure only: nothing is validated.
/// Immutable, equal to another with the same bytes.
/// </summary>
public sealed class Block : IEquatable<Block>
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly BlockHeader _header;

    // Threads that race compute the same hash, so it may be written twice; it is read only after its flag.
    private Hash256 _hash;
    private bool _hashKnown;

    private Block(ReadOnlyMemory<byte> bytes, in BlockHeader header, TransactionList transactions)
    {
        _bytes = bytes;
        _header = header;
        Transactions = transactions;
    }

    /// <summary>The first 80 bytes.</summary>
    public BlockHeader Header => _header;

    /// <summary>The hash of the header, the block's id. Computed when first asked for.</summary>
    public Hash256 Hash
    {
        get
        {
            if (!Volatile.Read(ref _hashKnown))
            {
                _hash = _header.ComputeHash();
                Volatile.Write(ref _hashKnown, true);
            }

            return _hash;
        }
    }

    /// <summary>The transactions, the coinbase first. Each is made when it is asked for.</summary>
    public TransactionList Transactions { get; }

    /// <summary>
    /// What follows the transactions: nothing in Bitcoin, but other chains may put things there. Kept, so
    /// that the block is sent on as it came.
    /// </summary>
    public Bytes Extension => new(_bytes[SizeWithoutExtension..]);

    /// <summary>Bytes on the wire, with witnesses and extension.</summary>
    public int Size => _bytes.Length;

    /// <summary>Bytes on the wire without witnesses and extension.</summary>
    public int StrippedSize => BlockHeader.Size + CompactSize.SizeOf(Transactions.Count) + Transactions.StrippedSize;

    /// <summary>Weight units (BIP 141): three times the stripped size and once the size, extension not counted.</summary>
    public int Weight => (3 * StrippedSize) + SizeWithoutExtension;

    /// <summary>The bytes on the wire, with witnesses and extension; not a copy.</summary>
    public Bytes Bytes => new(_bytes);

    private int SizeWithoutExtension => BlockHeader.Size + CompactSize.SizeOf(Transactions.Count) + Transactions.Size;

    /// <summary>Makes a block. It is serialised here and never again.</summary>
    public static Block Create(in BlockHeader header, TransactionList transactions)
    {
        var bytes = new byte[checked(BlockHeader.Size + CompactSize.SizeOf(transactions.Count) + transactions.Size)];
        Write(bytes, header, transactions, WireProtocol.Latest);
        return new Block(bytes, header, transactions);
    }

    /// <summary>Reads a block, which must fill the bytes; what follows the transactions is its extension.</summary>
    /// <param name="bytes">The block. It is referred to, so nobody may change it.</param>
    /// <param name="witness">Whether transactions in the form of BIP 144 are recognised.</param>
    /// <exception cref="WireException">The bytes are no block.</exception>
    public static Block Decode(ReadOnlyMemory<byte> bytes, bool witness = true)
    {
        var policy = StrictnessPolicy.Core with { WitnessAlwaysDecoded = witness };
        var reader = new WireReader(bytes, new WireProtocol(ProtocolVersion.Latest, witness), policy, owned: true);
        return Read(ref reader);
    }

    /// <summary>The root over the transactions' ids, to be compared with the header's.</summary>
    public Hash256 ComputeMerkleRoot() => ComputeMerkleRoot(out _);

    /// <summary>The root over the transactions' ids, to be compared with the header's.</summary>
    /// <param name="mutated">Whether the list may have been tampered with (CVE-2012-2459).</param>
    public Hash256 ComputeMerkleRoot(out bool mutated)
    {
        var ids = new Hash256[Transactions.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = Transactions[i].Id;
        }

        return MerkleTree.ComputeRoot(ids, out mutated);
    }

    /// <summary>The root over the ids with witnesses, the coinbase's taken as zero (BIP 141).</summary>
    public Hash256 ComputeWitnessMerkleRoot()
    {
        var ids = new Hash256[Transactions.Count];
        for (var i = 1; i < ids.Length; i++)
        {
            ids[i] = Transactions[i].WitnessId;
        }

        return MerkleTree.ComputeRoot(ids);
    }

    /// <summary>The block without witnesses and extension; itself when it has neither.</summary>
    public Block WithoutWitness()
    {
        if (StrippedSize == Size)
        {
            return this;
        }

        var bytes = new byte[StrippedSize];
        Write(bytes, _header, Transactions, WireProtocol.Latest with { Witness = false });
        return Decode(bytes, witness: false);
    }

    /// <summary>A copy of the bytes on the wire, with witnesses and extension.</summary>
    public byte[] ToArray() => _bytes.ToArray();

    /// <inheritdoc/>
    public bool Equals(Block? other) =>
        ReferenceEquals(this, other)
        || (other is not null && StrippedSize == other.StrippedSize && _bytes.Span.SequenceEqual(other._bytes.Span));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Block);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash.GetHashCode();

    /// <summary>The hash.</summary>
    public override string ToString() => Hash.ToString();

    internal static Block Read(ref WireReader reader)
    {
        var start = reader.Position;
        var header = reader.ReadHeader("block.header");
        var transactions = TransactionList.Read(ref reader, "block.transactions");
        if (reader.Policy.TrailingBytesAllowed)
        {
            reader.ReadSpan(reader.Remaining, "block.extension");
        }

        return new Block(reader.Since(start).Memory, header, transactions);
    }

    /// <summary>Bytes as that protocol has them: an extension is for those who know witnesses, too.</summary>
    internal int GetSize(WireProtocol protocol) => protocol.Witness ? Size : StrippedSize;

    /// <summary>Writes the block as that protocol has it.</summary>
    internal void Write(ref WireWriter writer)
    {
        if (writer.Protocol.Witness)
        {
            writer.WriteBytes(_bytes.Span);
        }
        else
        {
            Write(ref writer, _header, Transactions);
        }
    }

    private static void Write(byte[] bytes, in BlockHeader header, TransactionList transactions, WireProtocol protocol)
    {
        var writer = new WireWriter(bytes, protocol);
        Write(ref writer, header, transactions);
    }

    private static void Write(ref WireWriter writer, in BlockHeader header, TransactionList transactions)
    {
        writer.WriteHeader(header);
        writer.WriteCompactSize((ulong)transactions.Count);
        transactions.Write(ref writer);
    }
}
