using System.Collections;
using System.Runtime.CompilerServices;

namespace Peers.Wire;

/// <summary>
/// Transactions one after another, as <c>block</c>, <c>blocktxn</c> and <c>cmpctblock</c> carry them. Decoded, it knows where each
/// begins; a <see cref="Transaction"/> is made when it is asked for, then kept. Immutable, equal to another with equal transactions.
/// </summary>
[CollectionBuilder(typeof(TransactionList), nameof(Create))]
public sealed class TransactionList : IReadOnlyList<Transaction>, IEquatable<TransactionList>
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int[] _starts;
    private readonly bool _witness;
    private Transaction?[]? _made;

    /// <param name="bytes">What the starts refer to.</param>
    /// <param name="starts">Where each transaction begins; each was read once.</param>
    /// <param name="witness">How they were read.</param>
    /// <param name="size">Bytes of all of them.</param>
    /// <param name="strippedSize">The same without witnesses.</param>
    internal TransactionList(ReadOnlyMemory<byte> bytes, int[] starts, bool witness, int size, int strippedSize)
    {
        _bytes = bytes;
        _starts = starts;
        _witness = witness;
        Count = starts.Length;
        Size = size;
        StrippedSize = strippedSize;
    }

    private TransactionList(Transaction[] transactions)
    {
        _starts = [];
        _made = transactions;
        Count = transactions.Length;
        foreach (var transaction in transactions)
        {
            Size = checked(Size + transaction.Size);
            StrippedSize += transaction.StrippedSize;
        }
    }

    /// <summary>No transactions.</summary>
    public static TransactionList Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Bytes of all of them on the wire, with witnesses, their count not included.</summary>
    public int Size { get; }

    /// <summary>Bytes of all of them on the wire without witnesses, their count not included.</summary>
    public int StrippedSize { get; }

    /// <summary>The transaction at that place.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such place.</exception>
    public Transaction this[int index]
    {
        get
        {
            var made = Volatile.Read(ref _made) ?? Interlocked.CompareExchange(ref _made, new Transaction?[Count], null) ?? _made;
            return Volatile.Read(ref made[index]) ?? Interlocked.CompareExchange(ref made[index], Make(index), null) ?? made[index]!;
        }
    }

    /// <summary>Makes a list of those transactions.</summary>
    public static TransactionList Create(ReadOnlySpan<Transaction> transactions) =>
        transactions.IsEmpty ? Empty : new TransactionList(transactions.ToArray());

    /// <summary>The transactions without witnesses; itself when none has one.</summary>
    public TransactionList WithoutWitness() => StrippedSize == Size ? this : [.. this.Select(transaction => transaction.WithoutWitness())];

    /// <inheritdoc/>
    public IEnumerator<Transaction> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(TransactionList? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || Count != other.Count || Size != other.Size || StrippedSize != other.StrippedSize)
        {
            return false;
        }

        for (var i = 0; i < Count; i++)
        {
            var mine = Find(i, out var myLayout);
            var its = other.Find(i, out var itsLayout);
            if (myLayout != itsLayout || !mine.Span.SequenceEqual(its.Span))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TransactionList);

    /// <inheritdoc/>
    public override int GetHashCode() => Count == 0 ? 0 : StableHash.Combine(Size, this[0].GetHashCode());

    /// <summary>How many.</summary>
    public override string ToString() => $"{Count} x {nameof(Transaction)}";

    internal static TransactionList Read(ref WireReader reader, string field)
    {
        var count = reader.ReadCount(WireLimits.AnyCount, TransactionLayout.MinimumSize, field);
        if (count == 0)
        {
            return Empty;
        }

        var witness = TransactionLayout.IsWitnessRead(reader);
        var starts = GC.AllocateUninitializedArray<int>(count);
        var first = reader.Position;
        var strippedSize = 0;
        foreach (ref var start in starts.AsSpan())
        {
            start = reader.Position - first;
            strippedSize += TransactionLayout.Read(ref reader, witness).StrippedSize;
        }

        var bytes = reader.Since(first).Memory;
        return new TransactionList(bytes, starts, witness, bytes.Length, strippedSize);
    }

    /// <summary>Bytes of all of them as that protocol has them.</summary>
    internal int GetSize(WireProtocol protocol) => protocol.Witness ? Size : StrippedSize;

    /// <summary>Writes all of them as that protocol has them.</summary>
    internal void Write(ref WireWriter writer)
    {
        var asTheyAre = writer.Protocol.Witness || StrippedSize == Size;
        if (asTheyAre && Count > 0 && _bytes.Length == Size)
        {
            writer.WriteBytes(_bytes.Span);
            return;
        }

        for (var i = 0; i < Count; i++)
        {
            Write(ref writer, i);
        }
    }

    /// <summary>Writes one of them as that protocol has it.</summary>
    internal void Write(ref WireWriter writer, int index)
    {
        var transaction = Find(index, out var layout);
        layout.Write(ref writer, transaction.Span);
    }

    private ReadOnlyMemory<byte> Find(int index, out TransactionLayout layout)
    {
        if (_made?[index] is { } made)
        {
            layout = made.Layout;
            return made.Bytes.Memory;
        }

        var rest = _bytes[_starts[index]..];
        var reader = new WireReader(rest, WireProtocol.Latest, StrictnessPolicy.Core, owned: true);
        layout = TransactionLayout.Read(ref reader, _witness);
        return rest[..layout.Length];
    }

    private Transaction Make(int index) => new(Find(index, out var layout), layout);
}
