using System.Collections;
using System.Runtime.CompilerServices;

namespace Peers.Wire;

/// <summary>An immutable array with value equality, so that messages which hold lists compare by what they say.</summary>
/// <typeparam name="T">What it holds.</typeparam>
[CollectionBuilder(typeof(WireArray), nameof(WireArray.Create))]
public readonly struct WireArray<T> : IReadOnlyList<T>, IEquatable<WireArray<T>>
{
    private readonly T[]? _items;

    internal WireArray(T[] items) => _items = items;

    /// <summary>No items.</summary>
    public static WireArray<T> Empty => default;

    /// <summary>How many.</summary>
    public int Length => _items?.Length ?? 0;

    int IReadOnlyCollection<T>.Count => Length;

    /// <summary>The item at that place.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such place.</exception>
    public T this[int index] => (_items ?? [])[index];

    /// <summary>The items, without a copy.</summary>
    public ReadOnlySpan<T> Span => _items;

    /// <summary>Enumerates without an allocation.</summary>
    public ReadOnlySpan<T>.Enumerator GetEnumerator() => Span.GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (_items ?? []).GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(WireArray<T> other) =>
        _items == other._items || Span.SequenceEqual(other.Span, EqualityComparer<T>.Default);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WireArray<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = Length;
        foreach (var item in Span)
        {
            hash = StableHash.Combine(hash, item?.GetHashCode() ?? 0);
        }

        return hash;
    }

    /// <summary>How many items of what.</summary>
    public override string ToString() => $"{Length} x {typeof(T).Name}";

    /// <summary>Whether both hold equal items in the same order.</summary>
    public static bool operator ==(WireArray<T> left, WireArray<T> right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(WireArray<T> left, WireArray<T> right) => !left.Equals(right);
}

/// <summary>Makes <see cref="WireArray{T}"/>s.</summary>
public static class WireArray
{
    /// <summary>Copies the items.</summary>
    public static WireArray<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? default : new WireArray<T>(items.ToArray());

    /// <summary>Copies the items.</summary>
    public static WireArray<T> ToWireArray<T>(this IEnumerable<T> items) => Own([.. items]);

    /// <summary>Takes over an array that its maker lets go of.</summary>
    internal static WireArray<T> Own<T>(T[] items) => items.Length == 0 ? default : new WireArray<T>(items);
}
