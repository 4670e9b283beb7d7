namespace Peers.Node;

/// <summary>The lines of a text, none of which can fill the memory.</summary>
internal sealed class BoundedLines(TextReader text, int limit)
{
    private const char ByteOrderMark = '\uFEFF';

    private readonly char[] _line = new char[limit];
    private string _ahead = "";

    /// <summary>The number of the line that was read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Whether the text is a JSON array. A line may begin with a bracket as well: that of an IPv6 address.</summary>
    public bool StartsAsJson()
    {
        while (text.Peek() is var next and >= 0 && (char.IsWhiteSpace((char)next) || next == ByteOrderMark))
        {
            text.Read();
            Number += next == '\n' ? 1 : 0;
        }

        if (text.Peek() != '[')
        {
            return false;
        }

        _ahead = "[";
        text.Read();
        return text.Peek() is not (':' or >= 'a' and <= 'f' or >= 'A' and <= 'F' or >= '0' and <= '9');
    }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">The line; null when it is longer than the limit.</param>
    /// <returns>False at the end.</returns>
    public bool Next(out string? line)
    {
        Number++;
        _ahead.CopyTo(_line);
        var length = _ahead.Length;
        _ahead = "";
        int next;
        while ((next = text.Read()) >= 0 && next != '\n')
        {
            if (length < limit)
            {
                _line[length] = (char)next;
            }

            length = Math.Min(length + 1, limit + 1);
        }

        line = length <= limit ? new string(_line, 0, length) : null;
        return next >= 0 || length > 0;
    }

    /// <summary>All that is left, up to a limit.</summary>
    /// <returns>Null when it is more.</returns>
    public char[]? Rest(int most)
    {
        var rest = new char[1 << 16];
        _ahead.CopyTo(rest);
        var length = _ahead.Length;
        for (int read; (read = text.Read(rest, length, rest.Length - length)) > 0; )
        {
            length += read;
            if (length > most)
            {
                return null;
            }

            if (length == rest.Length)
            {
                Array.Resize(ref rest, 2 * length);
            }
        }

        return rest[..length];
    }
}
