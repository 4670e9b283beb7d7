using System.Reflection;
using System.Text.RegularExpressions;

namespace Peers.Api.Tests;

/// <summary>The page of messages names every public record of the protocol as it is declared, and none that is not there.</summary>
public sealed partial class MessagesDocTests
{
    private const string Page = "docs/messages.md";

    private static readonly HashSet<string> ProtocolNames =
    [
        .. Repository.Files("src/Peers/Messages", "*.cs").SelectMany(file => PublicRecord().Matches(Repository.ReadCode(file)))
            .Select(match => match.Groups["name"].Value),
    ];

    /// <summary>Every public record that is declared beside the protocol, and why connections end.</summary>
    private static readonly IReadOnlyList<Type> Declared = [.. Records(type => type.IsVisible).Where(IsOfTheProtocol)];

    private static readonly string Text = Repository.Has(Page) ? Repository.Read(Page) : "";

    [Fact(DisplayName = "Every public record of the protocol is on the page, with its parameters")]
    public void Every_record_is_on_the_page()
    {
        var named = NamedRecords().ToHashSet();

        Violations.None(
            Declared.Select(Signature).Where(record => !named.Contains(record)).Select(record => $"`{record}`"),
            $"{Page} must name, first in a row of a table");
    }

    [Fact(DisplayName = "Every record that the page names is there")]
    public void Every_named_record_is_there()
    {
        var there = Records(_ => true).Select(Signature).ToHashSet();

        Violations.None(NamedRecords().Where(record => !there.Contains(record)), $"{Page} names what is not there, or not with these parameters");
    }

    [Fact(DisplayName = "Every type that the page mentions is there")]
    public void Every_mentioned_type_is_there()
    {
        var known = new[] { "Peers", "Peers.Wire", "Akka" }.SelectMany(name => Assembly.Load(name).GetTypes())
            .SelectMany(type => type.Assembly.GetName().Name == "Peers" ? [type.Name, .. type.GetMembers().Select(member => member.Name)] : new[] { type.Name })
            .ToHashSet();

        Violations.None(
            MentionedName().Matches(Text).Select(match => match.Groups["name"].Value).Where(name => !name.Split('.').All(known.Contains)).Distinct(),
            $"{Page} mentions what is not there");
    }

    /// <summary>Names first in a row of a table: <c>| `Name(Parameter, Parameter)` | …</c>.</summary>
    private static IEnumerable<string> NamedRecords() =>
        from row in FirstCell().Matches(Text)
        from record in Quoted().Matches(row.Groups["cell"].Value)
        select record.Groups["text"].Value;

    private static IEnumerable<Type> Records(Func<Type, bool> isWanted) =>
        Assembly.Load("Peers").GetTypes().Where(type => isWanted(type) && !type.IsAbstract && IsRecord(type));

    // Both kinds of record print their members, and nothing else has that method.
    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic, [typeof(System.Text.StringBuilder)]) is not null;

    private static bool IsOfTheProtocol(Type record) => ProtocolNames.Contains(record.Name) || record.DeclaringType == typeof(DisconnectReason);

    private static string Signature(Type record)
    {
        // Of a record's constructors the one with the most parameters is the one in its head; the one that copies is not public.
        var parameters = record.GetConstructors().Select(constructor => constructor.GetParameters()).MaxBy(parameters => parameters.Length) ?? [];
        return record.Name + (parameters.Length == 0 ? "" : $"({string.Join(", ", parameters.Select(parameter => parameter.Name))})");
    }

    [GeneratedRegex(@"\bpublic\s+(?:sealed\s+)?(?:readonly\s+)?record\s+(?:struct\s+|class\s+)?(?<name>\w+)")]
    private static partial Regex PublicRecord();

    [GeneratedRegex(@"^\|(?<cell>[^|\n]*`[^|\n]*)\|", RegexOptions.Multiline)]
    private static partial Regex FirstCell();

    [GeneratedRegex("`(?<text>[^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"`(?<name>[A-Z]\w+(?:\.[A-Z]\w+)*)`")]
    private static partial Regex MentionedName();
}
