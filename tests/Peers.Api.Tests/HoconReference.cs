using System.Text;
using System.Text.RegularExpressions;

namespace Peers.Api.Tests;

/// <summary>One key of a reference file, with what is said about it.</summary>
internal sealed record HoconKey(string Path, string Value, string Sentence, int Line);

/// <summary>
/// Reads the style that reference files are written in, which is narrower than HOCON: one thing a line, <c>key = value</c>, <c>key {</c>, <c>}</c>,
/// and comments above or behind a key. Akka's own parser drops comments and lets the last of two equal keys win in silence.
/// </summary>
internal sealed partial class HoconReference
{
    private readonly List<HoconKey> _keys = [];
    private readonly Dictionary<string, string> _sections = [];
    private readonly List<string> _complaints = [];

    private HoconReference()
    {
    }

    public IReadOnlyList<HoconKey> Keys => _keys;

    /// <summary>What is said above the sections that have a comment, by path.</summary>
    public IReadOnlyDictionary<string, string> Sections => _sections;

    /// <summary>Lines that are not in the style.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    public static HoconReference Parse(string text)
    {
        var reference = new HoconReference();
        var comment = new StringBuilder();
        var path = new Stack<string>();
        foreach (var (index, line) in text.Split('\n').Index())
            reference.ParseLine(line.Trim(), index + 1, comment, path);
        if (path.Count > 0)
            reference._complaints.Add($"the section {path.Peek()} is not closed");
        return reference;
    }

    private void ParseLine(string line, int number, StringBuilder comment, Stack<string> path)
    {
        if (line.StartsWith('#'))
        {
            comment.Append(comment.Length > 0 ? " " : "").Append(line.TrimStart('#').Trim());
            return;
        }

        if (line == "}" && path.Count > 0)
            path.Pop();
        else if (Section().Match(line) is { Success: true } section)
            OpenSection(section, comment.ToString(), path);
        else if (Key().Match(line) is { Success: true } key)
            AddKey(key, number, comment.ToString(), path);
        else if (line.Length > 0)
            _complaints.Add($"line {number} is neither a key nor a section in the style of this file: {line}");

        comment.Clear();
    }

    private void OpenSection(Match match, string comment, Stack<string> path)
    {
        var full = Join(path, match.Groups["name"].Value);
        if (comment.Length > 0)
            _sections[full] = comment;
        if (!match.Groups["closed"].Success)
            path.Push(full);
    }

    private void AddKey(Match match, int number, string above, Stack<string> path)
    {
        var behind = match.Groups["comment"].Value.Trim();
        _keys.Add(new HoconKey(
            Join(path, match.Groups["name"].Value),
            match.Groups["value"].Value.Trim(),
            string.Join(' ', new[] { above, behind }.Where(part => part.Length > 0)),
            number));
    }

    private static string Join(Stack<string> path, string name) => path.TryPeek(out var outer) ? $"{outer}.{name}" : name;

    [GeneratedRegex(@"^(?<name>[a-z0-9][a-z0-9.-]*)\s*\{\s*(?<closed>\})?$")]
    private static partial Regex Section();

    // A bare value has none of the characters by which HOCON means more than a value.
    [GeneratedRegex("""^(?<name>[a-z0-9][a-z0-9.-]*)\s*=\s*(?<value>"(?:[^"\\]|\\.)*"|\[(?:[^\]"]|"[^"]*")*\]|[^\s"#{}\[\]$,]+)\s*(?:#(?<comment>.*))?$""")]
    private static partial Regex Key();
}
