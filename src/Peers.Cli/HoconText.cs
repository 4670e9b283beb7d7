namespace Peers.Cli;

/// <summary>
/// Looks over HOCON before Akka reads it: Akka's parser never ends in a list that is not closed (it takes memory until there is none), and ends the
/// process in what is nested too deeply. It decides nothing else; what is wrong besides is Akka's to find.
/// </summary>
internal sealed class HoconText
{
    private const int MostLevels = 64;

    /// <summary>What is neither a value nor the end of a list: Akka's parser stays there for ever.</summary>
    private const string NeverInList = "}:=`^?!@*&\\";

    private readonly string _text;
    private readonly Stack<(char Bracket, int Line)> _open = new();
    private int _place;
    private int _line = 1;
    private int _dots;

    private HoconText(string text) => _text = text;

    /// <summary>What is wrong, in words; null when Akka may read it.</summary>
    public static string? FaultIn(string text) => new HoconText(text).Fault();

    private string? Fault()
    {
        while (_place < _text.Length)
        {
            if (Next() is { } fault)
            {
                return fault;
            }
        }

        return null; // Objects may be left open: Akka closes them. A list at the end of the text it closes as well.
    }

    private string? Next()
    {
        switch (_text[_place])
        {
            case '"':
                PassQuoted();
                return null;
            case '#':
                PassTo("\n");
                return null;
            case '/' when IsAt("//"):
                PassTo("\n");
                return null;
            case '$' when IsAt("${"):
                PassTo("}");
                return null;
            case '$' or '\\' or '`' or '^' or '?' or '!' or '@' or '*' or '&' when IsInList:
                return NotClosed();
            case var bracket when bracket is '[' or '{':
                _open.Push((bracket, _line));
                _dots = 0;
                break;
            case ']' when IsInList:
                _open.Pop();
                break;
            case var never when IsInList && NeverInList.Contains(never, StringComparison.Ordinal):
                return NotClosed();
            case '}' when _open.Count > 0:
                _open.Pop();
                _dots = 0;
                break;
            case '=' or ':':
                _dots = 0;
                break;
            case '.':
                _dots++;
                break;
        }

        Pass(1);
        return _open.Count > MostLevels || _dots > MostLevels ? $"line {_line}: nested more than {MostLevels} times" : null;
    }

    private bool IsInList => _open.TryPeek(out var innermost) && innermost.Bracket == '[';

    private string NotClosed() => $"line {_line}: '{_text[_place]}' in the list that begins in line {_open.Peek().Line}; is its ] missing?";

    private void PassQuoted()
    {
        if (IsAt("\"\"\""))
        {
            Pass(3);
            PassTo("\"\"\"");
            return;
        }

        for (Pass(1); _place < _text.Length && _text[_place] != '"';)
        {
            Pass(_text[_place] == '\\' ? 2 : 1);
        }

        Pass(1);
    }

    private void PassTo(string end)
    {
        while (_place < _text.Length && !IsAt(end))
        {
            Pass(1);
        }

        Pass(end.Length);
    }

    private bool IsAt(string what) => string.CompareOrdinal(_text, _place, what, 0, what.Length) == 0;

    private void Pass(int count)
    {
        for (; count > 0 && _place < _text.Length; count--, _place++)
        {
            _line += _text[_place] == '\n' ? 1 : 0;
        }
    }
}
