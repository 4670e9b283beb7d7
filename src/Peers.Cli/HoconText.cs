using Akka.Configuration.Hocon;

namespace Peers.Cli;

/// <summary>
/// Looks over HOCON before Akka reads it: Akka's parser never ends in a list that is not closed (it takes memory until there is none), and ends the
/// process in what is nested too deeply. This takes the same steps with the same tokens and makes nothing of them; what is wrong besides is
/// Akka's to find.
/// </summary>
internal sealed class HoconText
{
    private const int MostLevels = 64;

    private readonly HoconTokenizer _tokens;
    private int _levels;

    private HoconText(string text) => _tokens = new HoconTokenizer(text);

    /// <exception cref="FormatException">Akka must not read it; the message says why.</exception>
    /// <exception cref="Exception">Akka could not read it either.</exception>
    public static void Check(string text)
    {
        var check = new HoconText(text);
        check._tokens.PullWhitespaceAndComments();
        check.PassObject("", hasBraces: true);
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
            switch (_tokens.PullValue().Type)
            {
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

    private void Enter(string path)
    {
        if (++_levels > MostLevels)
        {
            throw new FormatException($"nested more than {MostLevels} times, below {(path.Length > 40 ? path[..40] + "…" : path)}");
        }
    }
}
