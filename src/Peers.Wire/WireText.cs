using System.Globalization;
using System.Text;

namespace Peers.Wire;

/// <summary>Text of the remote's choosing: kept as the bytes that came, escaped whenever it is printed.</summary>
public readonly struct WireText : IEquatable<WireText>
{
    /// <summary>Keeps the bytes.</summary>
    public WireText(Bytes bytes) => Bytes = bytes;

    /// <summary>No text.</summary>
    public static WireText Empty => default;

    /// <summary>The bytes as they came.</summary>
    public Bytes Bytes { get; }

    /// <summary>How many bytes.</summary>
    public int Length => Bytes.Length;

    /// <summary>The text as UTF-8.</summary>
    public static implicit operator WireText(string text) => ToWireText(text);

    /// <summary>The text as UTF-8.</summary>
    public static WireText ToWireText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new WireText(Encoding.UTF8.GetBytes(text));
    }

    /// <inheritdoc/>
    public bool Equals(WireText other) => Bytes.Equals(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WireText other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Bytes.GetHashCode();

    /// <summary>Printable ASCII as it is, a backslash doubled, every other byte as <c>\x1b</c>: safe in a terminal and in a log.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Length);
        foreach (var value in Bytes.Span)
        {
            _ = value switch
            {
                (byte)'\\' => text.Append(@"\\"),
                >= 0x20 and <= 0x7E => text.Append((char)value),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
            };
        }

        return text.ToString();
    }

    /// <summary>Whether both hold the same bytes.</summary>
    public static bool operator ==(WireText left, WireText right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(WireText left, WireText right) => !left.Equals(right);
}
