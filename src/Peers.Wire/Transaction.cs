using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Peers.Wire;

/// <summary>
/// A transaction as its bytes: ids, sizes and re-serialisation come from them, inputs and outputs are read when they are asked for.
/// Structure only: nothing is validated. Immutable, equal to another with the same bytes.
/// </summary>
/// <remarks>
/// A transaction read from a block or a message refers to the bytes of that block or message and keeps them in memory; one that
/// is kept much longer is better decoded again from <see cref="ToArray"/>.
/// </remarks>
public sealed class Transaction : IEquatable<Transaction>
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly TransactionLayout _layout;
    private TransactionInput[]? _inputs;
    private TransactionOutput[]? _outputs;

    // Threads that race compute the same hashes, so a hash may be written twice; it is read only after its flag.
    private Hash256 _id;
    private Hash256 _witnessId;
    private bool _idKnown;
    private bool _witnessIdKnown;

    internal Transaction(ReadOnlyMemory<byte> bytes, TransactionLayout layout)
    {
        _bytes = bytes;
        _layout = layout;
    }

    /// <summary>The version, 2 or more where relative lock times are meant (BIP 68).</summary>
    public int Version => BinaryPrimitives.ReadInt32LittleEndian(_bytes.Span);

    /// <summary>Block height below 500,000,000, else Unix time in seconds, before which it cannot be mined; 0 for none.</summary>
    public uint LockTime => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.Span[^sizeof(uint)..]);

    /// <summary>What it spends. Scripts and witnesses are slices of the transaction's bytes.</summary>
    public WireArray<TransactionInput> Inputs => WireArray.Own(_inputs ??= TransactionParts.ReadInputs(_bytes, _layout));

    /// <summary>What it pays. Scripts are slices of the transaction's bytes.</summary>
    public WireArray<TransactionOutput> Outputs => WireArray.Own(_outputs ??= TransactionParts.ReadOutputs(_bytes, _layout));

    /// <summary>Whether any input has a witness, so that the bytes are in the form of BIP 144.</summary>
    public bool HasWitness => _layout.HasWitness;

    /// <summary>The id (txid): it does not depend on witnesses. Computed when first asked for.</summary>
    public Hash256 Id
    {
        get
        {
            if (!Volatile.Read(ref _idKnown))
            {
                _id = _layout.ComputeId(_bytes.Span);
                Volatile.Write(ref _idKnown, true);
            }

            return _id;
        }
    }

    /// <summary>The id with witnesses (wtxid, BIP 141); equal to <see cref="Id"/> when there are none. Computed when first asked for.</summary>
    public Hash256 WitnessId
    {
        get
        {
            if (!HasWitness)
            {
                return Id;
            }

            if (!Volatile.Read(ref _witnessIdKnown))
            {
                _witnessId = DoubleSha256.Hash(_bytes.Span);
                Volatile.Write(ref _witnessIdKnown, true);
            }

            return _witnessId;
        }
    }

    /// <summary>Bytes on the wire, with witnesses.</summary>
    public int Size => _layout.Length;

    /// <summary>Bytes on the wire without witnesses.</summary>
    public int StrippedSize => _layout.StrippedSize;

    /// <summary>Weight units (BIP 141): three times the stripped size and once the size.</summary>
    public int Weight => (3 * StrippedSize) + Size;

    /// <summary>A quarter of the weight, rounded up: what fees are reckoned by.</summary>
    public int VirtualSize => (Weight + 3) / 4;

    /// <summary>Whether it makes the coins of a block: one input, which spends nothing.</summary>
    public bool IsCoinbase
    {
        get
        {
            var inputs = _bytes.Span[_layout.InputsStart..];
            return inputs[0] == 1 && MemoryMarshal.Read<OutPoint>(inputs[1..]).IsNull;
        }
    }

    /// <summary>The bytes on the wire, with witnesses; not a copy.</summary>
    public Bytes Bytes => new(_bytes);

    internal TransactionLayout Layout => _layout;

    /// <summary>Makes a transaction. It is serialised here and never again.</summary>
    /// <param name="version">The version.</param>
    /// <param name="inputs">What it spends. Without any, a remote that knows witnesses takes outputs for a witness flag.</param>
    /// <param name="outputs">What it pays.</param>
    /// <param name="lockTime">Block height or Unix time in seconds before which it cannot be mined; 0 for none.</param>
    public static Transaction Create(
        int version, WireArray<TransactionInput> inputs, WireArray<TransactionOutput> outputs, uint lockTime)
    {
        var bytes = TransactionParts.Serialize(version, inputs, outputs, lockTime, out var layout);
        return new Transaction(bytes, layout);
    }

    /// <summary>Reads a transaction, which must fill the bytes.</summary>
    /// <param name="bytes">The transaction. It is referred to, so nobody may change it.</param>
    /// <param name="witness">Whether the form of BIP 144 is recognised; without, a count of no inputs means just that.</param>
    /// <exception cref="WireException">The bytes are no transaction, or more than one.</exception>
    public static Transaction Decode(ReadOnlyMemory<byte> bytes, bool witness = true)
    {
        var reader = new WireReader(bytes, new WireProtocol(ProtocolVersion.Latest, witness), StrictnessPolicy.Btcd, owned: true);
        var transaction = Read(ref reader);
        if (reader.Remaining > 0)
        {
            reader.Fail(WireError.TrailingBytes, "tx", $"{reader.Remaining} bytes");
        }

        return transaction;
    }

    /// <summary>The transaction without witnesses; itself when it has none.</summary>
    public Transaction WithoutWitness()
    {
        if (!HasWitness)
        {
            return this;
        }

        var stripped = new byte[StrippedSize];
        _layout.CopyStripped(_bytes.Span, stripped);
        return new Transaction(stripped, new TransactionLayout(stripped.Length, stripped.Length - sizeof(uint)));
    }

    /// <summary>A copy of the bytes on the wire, with witnesses.</summary>
    public byte[] ToArray() => _bytes.ToArray();

    /// <inheritdoc/>
    public bool Equals(Transaction? other) =>
        ReferenceEquals(this, other) || (other is not null && _layout == other._layout && _bytes.Span.SequenceEqual(other._bytes.Span));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Transaction);

    /// <inheritdoc/>
    public override int GetHashCode() => WitnessId.GetHashCode();

    /// <summary>The id.</summary>
    public override string ToString() => Id.ToString();

    internal static Transaction Read(ref WireReader reader)
    {
        var start = reader.Position;
        var layout = TransactionLayout.Read(ref reader, TransactionLayout.IsWitnessRead(reader));
        return new Transaction(reader.Since(start).Memory, layout);
    }
}
