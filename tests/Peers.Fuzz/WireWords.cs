using System.Text;
using Peers.Wire;

namespace Peers.Fuzz;

/// <summary>What inputs of the wire are made of.</summary>
internal static class WireWords
{
    /// <summary>Counts at the edges of their forms and of the protocol's caps.</summary>
    public static IEnumerable<byte[]> Counts { get; } =
    [
        [0xFD, 0xFD, 0x00], [0xFD, 0xE8, 0x03], [0xFD, 0xE9, 0x03], [0xFD, 0xD0, 0x07], [0xFD, 0x50, 0xC3], [0xFD, 0x51, 0xC3], [0xFD, 0xFF, 0xFF],
        [0xFE, 0x00, 0x00, 0x01, 0x00], [0xFE, 0x00, 0x00, 0x00, 0x02], [0xFF, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ];

    /// <summary>The command in the 12 bytes there; null when there is none.</summary>
    public static string? CommandAt(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < WireLimits.CommandBytes)
        {
            return null;
        }

        var field = bytes[..WireLimits.CommandBytes];
        var end = field.IndexOf((byte)0);
        var text = end < 0 ? field : field[..end];
        return text.IsEmpty || text.ContainsAnyExceptInRange((byte)' ', (byte)'~') || field[text.Length..].ContainsAnyExcept((byte)0) ? null : Encoding.ASCII.GetString(text);
    }
}
