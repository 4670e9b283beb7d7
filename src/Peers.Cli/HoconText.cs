using Akka.Configuration.Hocon;

namespace Peers.Cli;

/// <summary>
/// Looks over HOCON before Akka reads it: Akka's parser never ends in a list that is not closed (it takes memory until there is none), and ends the
/// process in what is nested too deeply or refers to itself. This takes the same steps with the same tokens and makes nothing of them; what is
/// wrong besides is Akka's to find.
/// </summary>
internal sealed class HoconText
{
    private const int MostLevels = 64;
    private const int MostReferences = 200;

    private readonly HoconTokenizer _tokens;
    private readonly List<(string From, string To)> _references = [];
    private int _levels;

    private HoconText(string text) => _tokens = new HoconTokenizer(text);

    /// <exception cref="FormatException">Akka must not read it; the message says why.</exception>
    /// <exception cref="Exception">Akka could not read it either.</exception>
    public static void Check(string text)
    {
        var check = new HoconText(text);
        check._tokens.PullWhitespaceAndComments();
        check.PassObject("", hasBraces: true);
        check.CheckReferences();
    }

    // The names of the steps are those of the parser, so that both can be compared.
    private bool IsValue =>
        _tokens.IsArrayStart() || _tokens.IsObjectStart() || _tokens.IsSubstitutionStart() || _tokens.IsStartOfQuotedText()
        || (_tokens.IsStartSimpleValue() && !_tokens.IsSpaceOrTab());

    private void PassObject(string path, bool hasBraces)
    {
        Enter(path);
        while (!_tokens.EoF)
        {
            var token = _tokens.PullNext();
            if (token.Type == TokenType.Include)
            {
                throw new FormatException("include: a file of settings stands alone");
            }

            if (token.Type == TokenType.Key)
            {
                PassKeyContent(path.Length == 0 ? token.Value : $"{path}.{token.Value}");
                if (!hasBraces)
                {
                    break;
                }
            }
            else if (token.Type == TokenType.ObjectEnd)
            {
                break;
            }
        }

        _levels--;
    }

    private void PassKeyContent(string path)
    {
        while (!_tokens.EoF)
        {
            switch (_tokens.PullNext().Type)
            {
                case TokenType.Dot:
                    PassObject(path, hasBraces: false);
                    return;
                case TokenType.Assign:
                    PassValue(path);
                    return;
                case TokenType.ObjectStart:
                    PassObject(path, hasBraces: true);
                    return;
                default:
                    break;
            }
        }
    }

    private void PassValue(string path)
    {
        _tokens.PullWhitespaceAndComments();
        while (IsValue)
        {
            var token = _tokens.PullValue();
            switch (token.Type)
            {
                case TokenType.Substitute:
                    _references.Add((path, token.Value));
                    break;
                case TokenType.ObjectStart:
                    PassObject(path, hasBraces: true);
                    break;
                case TokenType.ArrayStart:
                    PassArray(path);
                    break;
                default:
                    break;
            }

            _tokens.PullSpaceOrTab();
        }

        if (_tokens.IsComma())
        {
            _tokens.PullComma();
        }
    }

    private void PassArray(string path)
    {
        Enter(path);
        while (!_tokens.EoF && !_tokens.IsArrayEnd())
        {
            _tokens.PullWhitespaceAndComments();
            if (!_tokens.EoF && !_tokens.IsArrayEnd() && !_tokens.IsComma() && !IsValue)
            {
                throw new FormatException($"the list of {path} is not closed: a ] is missing");
            }

            PassValue(path);
            _tokens.PullWhitespaceAndComments();
        }

        _tokens.PullArrayEnd();
        _levels--;
    }

    private void CheckReferences()
    {
        if (_references.Count > MostReferences)
        {
            throw new FormatException($"more than {MostReferences} substitutions");
        }

        foreach (var (from, to) in _references)
        {
            if (to.Length == 0)
            {
                throw new FormatException($"{from}: of substitutions only those such as ${{a.b}} can be read");
            }

            if (Reaches(from, from, []))
            {
                throw new FormatException($"{from} refers to itself");
            }
        }
    }

    /// <summary>Whether what is at a path holds, by any way, something that is at, in or around another.</summary>
    private bool Reaches(string start, string end, HashSet<string> seen) => _references.Any(reference =>
        AreRelated(reference.From, start) && (AreRelated(reference.To, end) || (seen.Add(reference.To) && Reaches(reference.To, end, seen))));

    /// <summary>Whether both are the same, or one is in the other.</summary>
    private static bool AreRelated(string one, string other) =>
        one.Length <= other.Length ? IsIn(other, one) : IsIn(one, other);

    private static bool IsIn(string inner, string outer) =>
        outer.Length == 0 || (inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] == '.'));

    private void Enter(string path)
    {
        if (++_levels > MostLevels)
        {
            throw new FormatException($"nested more than {MostLevels} times, below {(path.Length > 40 ? path[..40] + "…" : path)}");
        }
    }
}
