namespace Peers.Wire;

/// <summary>Base 32 of RFC 4648 in lower case and without padding, as onion and I2P addresses are written.</summary>
internal static class Base32
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + 4) / 5];
        for (var i = 0; i < text.Length; i++)
        {
            var bit = i * 5;
            var pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0);
            text[i] = Digits[(pair >> (11 - (bit % 8))) & 31];
        }

        return new string(text);
    }

    /// <returns>The bytes; null when a character is no digit or bits are left over.</returns>
    public static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length * 5 / 8];
        var (buffer, bits, length) = (0, 0, 0);
        foreach (var character in text)
        {
            // Only ASCII has a lower case here: the Kelvin sign's is a k, and would be another text for the same address.
            var digit = Digits.IndexOf(char.IsAsciiLetterUpper(character) ? (char)(character | 0x20) : character, StringComparison.Ordinal);
            if (digit < 0)
            {
                return null;
            }

            buffer = ((buffer << 5) | digit) & 0xFFF;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[length++] = (byte)(buffer >> bits);
            }
        }

        // A character too many, or bits that encode nothing: another text for the same address.
        return bits < 5 && (buffer & ((1 << bits) - 1)) == 0 ? bytes : null;
    }
}
