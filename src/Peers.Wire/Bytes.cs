namespace Peers.Wire;

/// <summary>A run of bytes with value equality: a script, a witness item, a payload. It never copies what it refers to.</summary>
public readonly struct Bytes : IEquatable<Bytes>
{
    /// <summary>Refers to bytes that nobody will change.</summary>
    public Bytes(ReadOnlyMemory<byte> memory) => Memory = memory;

    /// <summary>No bytes.</summary>
    public static Bytes Empty => default;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>How many.</summary>
    public int Length => Memory.Length;

    /// <summary>Reads hexadecimal digits.</summary>
    /// <exception cref="FormatException">Not hexadecimal.</exception>
    public static Bytes FromHex(string text) => new(Convert.FromHexString(text));

    /// <summary>Refers to an array that nobody will change.</summary>
    public static implicit operator Bytes(byte[] bytes) => new(bytes);

    /// <summary>Refers to bytes that nobody will change.</summary>
    public static Bytes ToBytes(byte[] bytes) => new(bytes);

    /// <inheritdoc/>
    public bool Equals(Bytes other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Bytes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => StableHash.Of(Span);

    /// <summary>Lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Span);

    /// <summary>Whether both hold the same bytes.</summary>
    public static bool operator ==(Bytes left, Bytes right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Bytes left, Bytes right) => !left.Equals(right);
}
