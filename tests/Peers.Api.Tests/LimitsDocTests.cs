using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Akka.Configuration;

namespace Peers.Api.Tests;

/// <summary>The page of limits says what holds: keys and constants are there with these values, and each test that shows a row exists.</summary>
public sealed partial class LimitsDocTests
{
    private const string Page = "docs/limits.md";

    /// <summary>Sections of settings of which each key is a limit.</summary>
    private static readonly string[] Whole =
        ["peers.admission.", "peers.eviction.", "peers.misbehaviour.", "peers.bans.", "peers.rate-limits.", "peers.receive-budget", "peers.outbound.", "peers.log.per-source", "peers.log.inbound"];

    private static readonly HoconReference Reference = HoconReference.Parse(Repository.Read("hocon/peers.conf"));

    private static readonly Dictionary<string, string> Settings =
        Reference.Keys.Where(key => !key.Path.StartsWith("peers.profiles.", StringComparison.Ordinal)).ToDictionary(key => key.Path, key => key.Value);

    private static string Text { get; } = Repository.Read(Page);

    private static IReadOnlyList<string[]> Limits { get; } = Rows(cells: 5);

    private static IReadOnlyList<string[]> Policies { get; } = [.. Rows(cells: 3).Where(row => Name(row).StartsWith("peers.", StringComparison.Ordinal))];

    [Fact(DisplayName = "Each limit has the value that holds, whether it is a setting or a constant")]
    public void Values_are_those_that_hold()
    {
        Assert.True(Limits.Count > 70, $"{Limits.Count} rows");
        Violations.None(
            from row in Limits
            let name = Name(row)
            where name.Length > 0
            let value = name.StartsWith("peers.", StringComparison.Ordinal) ? Settings.GetValueOrDefault(name) : Constant(name)
            where value != row[1]
            select $"{name}: {value ?? "is not there"}, the page says {row[1]}",
            $"{Page} says what does not hold");
    }

    [Fact(DisplayName = "Each row is whole: why, what happens, and tests that exist")]
    public void Rows_are_whole()
    {
        var tests = Tests();
        Violations.None(
            from row in Limits
            where row.Any(cell => cell.Length == 0) || !TestName().IsMatch(row[4])
            select string.Join(" | ", row), $"{Page} has rows that are not whole, or that no test shows");
        Violations.None(
            Limits.SelectMany(row => TestName().Matches(row[4])).Select(match => match.Groups["test"].Value).Distinct().Where(test => !tests.Contains(test)),
            $"{Page} names tests that are not there");
    }

    [Fact(DisplayName = "No limit among the settings is left out")]
    public void Nothing_is_left_out()
    {
        var named = Limits.Select(Name).ToHashSet();
        Violations.None(
            Settings.Keys.Where(key => Whole.Any(section => key.StartsWith(section, StringComparison.Ordinal)) && !named.Contains(key)), $"{Page} must name");
    }

    [Fact(DisplayName = "Every setting that the page mentions is there")]
    public void Mentioned_settings_are_there() => Violations.None(
        SettingName().Matches(Text).Select(match => match.Groups["key"].Value).Distinct().Where(key => !Settings.Keys.Any(known => known == key || known.StartsWith(key + ".", StringComparison.Ordinal))),
        $"{Page} mentions settings that are not there");

    [Fact(DisplayName = "The policies are the defaults and btcd's example")]
    public void Policies_are_those_that_hold()
    {
        var btcd = ConfigurationFactory.ParseString(Repository.Read("hocon/examples/btcd.conf")).WithFallback(ConfigurationFactory.ParseString(Repository.Read("hocon/peers.conf")));
        Assert.True(Policies.Count >= 8);
        Violations.None(
            Policies.Where(row => Settings.GetValueOrDefault(Name(row)) != row[1] || ValueOf(btcd, Name(row), row[2]) != row[2]).Select(row => string.Join(" | ", row)),
            $"{Page} says other values than hocon/peers.conf and hocon/examples/btcd.conf");
    }

    private static string ValueOf(Config config, string key, string like) =>
        like.StartsWith('[') ? $"[{string.Join(", ", config.GetStringList(key))}]" : config.GetString(key);

    private static string[][] Rows(int cells) =>
        [.. Text.Split('\n').Where(line => line.StartsWith('|') && !line.StartsWith("| ---", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .Where(row => row.Length == cells && row[0] is not ("limit" or "setting"))];

    /// <summary>The setting or the constant of a row; nothing where it is neither.</summary>
    private static string Name(string[] row) => Quoted().Match(row[0]) is { Success: true } name ? name.Groups["text"].Value : "";

    private static string? Constant(string name)
    {
        var parts = name.Split('.');
        var field = new[] { "Peers.Wire", "Peers" }.SelectMany(assembly => Assembly.Load(assembly).GetTypes()).Where(type => type.Name == parts[0])
            .Select(type => type.GetField(parts[^1], BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)).FirstOrDefault(field => field is { IsLiteral: true });
        return field is null ? null : Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture);
    }

    private static HashSet<string> Tests()
    {
        HashSet<string> tests = [];
        foreach (var file in Repository.Files("tests", "*.cs"))
        {
            var owner = "";
            foreach (var match in ClassOrTest().Matches(Repository.Read(file)).AsEnumerable())
            {
                if (match.Groups["class"].Success)
                    owner = match.Groups["class"].Value;
                else
                    tests.Add($"{owner}.{match.Groups["test"].Value}");
            }
        }

        return tests;
    }

    [GeneratedRegex("^`(?<text>[^`\n]+)`$")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"`(?<key>peers\.[a-z][a-z.-]*[a-z])(?: = [^`]*)?`")]
    private static partial Regex SettingName();

    [GeneratedRegex(@"`(?<test>[A-Z]\w+\.[A-Z]\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^[ ]*(?:(?:public|internal|private|static|sealed|abstract|partial) )+class (?<class>\w+)|\[(?:Fact|Theory|SkippableFact|SkippableTheory)\b[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public (?:async )?(?:void|Task) (?<test>\w+)\(", RegexOptions.Multiline)]
    private static partial Regex ClassOrTest();
}
