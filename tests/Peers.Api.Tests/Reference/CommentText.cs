using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Peers.Api.Tests;

/// <summary>Comments of the source as Markdown.</summary>
/// <param name="linkTo">The page of a type or member by its id; null when it is none of ours.</param>
internal sealed partial class CommentText(Func<string, string?> linkTo)
{
    public string Of(XElement? element) => element is null ? "" : Blank().Replace(string.Concat(element.Nodes().Select(Of)), "\n\n").Trim();

    /// <summary>For a cell of a table.</summary>
    public string LineOf(XElement? element) => Of(element).ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    private string Of(XNode node) => node switch
    {
        XText text => Plain(Space().Replace(text.Value, " ")),
        XElement element => element.Name.LocalName switch
        {
            "see" or "seealso" when element.Attribute("cref") is { } reference => Link(reference.Value, element.Value),
            "see" when element.Attribute("langword") is { } word => $"`{word.Value}`",
            "see" when element.Attribute("href") is { } link => $"[{(element.Value.Length > 0 ? element.Value : link.Value)}]({link.Value})",
            "paramref" or "typeparamref" => $"`{element.Attribute("name")!.Value}`",
            "c" => $"`{Space().Replace(element.Value, " ")}`",
            "code" => $"\n\n```csharp\n{Unindented(element.Value)}\n```\n\n",
            "para" => $"\n\n{Of(element)}\n\n",
            "list" => $"\n\n{string.Join('\n', element.Elements("item").Select(item => $"- {LineOf(item)}"))}\n\n",
            _ => Of(element),
        },
        _ => "",
    };

    private string Link(string reference, string text)
    {
        var name = text.Length > 0 ? text : Shown(reference);
        return linkTo(reference) is { } page ? $"[`{name}`]({page})" : $"`{name}`";
    }

    /// <summary>The last part of an id, as people write it: <c>Send(Message)</c> is <c>Send</c>.</summary>
    private static string Shown(string reference)
    {
        var name = reference[(reference.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('(')[0];
        var parts = Arity().Replace(name, "").Split('.');
        return reference.StartsWith("T:", StringComparison.Ordinal) || parts.Length < 2 ? parts[^1] : parts[^1] == "#ctor" ? parts[^2] : $"{parts[^2]}.{parts[^1]}";
    }

    /// <summary>What Markdown would take for its own.</summary>
    private static string Plain(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);

    private static string Unindented(string code)
    {
        var lines = code.ReplaceLineEndings("\n").Trim('\n').Split('\n');
        var indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..].TrimEnd() : "")).TrimEnd();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"\s*\n\s*\n\s*(?=\S)(?<!```[^`]*)")]
    private static partial Regex Blank();

    [GeneratedRegex("`+[0-9]+")]
    private static partial Regex Arity();
}
