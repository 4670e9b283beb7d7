namespace Peers.Cli;

/// <summary>Hexadecimal digits with white space between them.</summary>
internal static class HexText
{
    private const int Judged = 16;

    /// <summary>Whether bytes are meant as digits: they begin with several, and hold nothing that is no text.</summary>
    public static bool Looks(ReadOnlySpan<byte> bytes)
    {
        var digits = 0;
        foreach (var value in bytes)
        {
            if (char.IsAsciiHexDigit((char)value))
            {
                digits++;
            }
            else if (!IsSpace(value) && digits < Judged)
            {
                return false;
            }
            else if (value is not (>= 0x20 and <= 0x7E) && !IsSpace(value))
            {
                return false;
            }
        }

        return digits > 0;
    }

    /// <exception cref="FormatException">A character is no digit, or a digit is missing.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> text)
    {
        var bytes = new List<byte>(text.Length / 2);
        int? high = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (IsSpace(text[i]))
            {
                continue;
            }

            var digit = DigitAt(text, i);
            if (high is { } first)
            {
                bytes.Add((byte)((first << 4) | digit));
                high = null;
            }
            else
            {
                high = digit;
            }
        }

        return high is null ? [.. bytes] : throw new FormatException("the number of hexadecimal digits is odd: one is missing");
    }

    private static int DigitAt(ReadOnlySpan<byte> text, int place)
    {
        var character = (char)text[place];
        return char.IsAsciiHexDigit(character)
            ? Convert.ToInt32(character.ToString(), 16)
            : throw new FormatException($"character {place + 1} ({(text[place] is > 0x20 and < 0x7F ? $"'{character}'" : $"0x{text[place]:x2}")}) is no hexadecimal digit");
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
