using System.Text;
using System.Xml.Linq;
using Akka.Configuration;

namespace Peers.Api.Tests;

/// <summary>The reference of the settings is clean, and its page says the same.</summary>
public sealed class SettingsDocTests
{
    /// <summary>Each reference, and the page that is made from it.</summary>
    public static TheoryData<string, string> References => new() { { "hocon/peers.conf", "docs/settings.md" }, { "hocon/crawler.conf", "docs/crawler-settings.md" } };

    [Theory(DisplayName = "The page of settings is made from the reference")]
    [MemberData(nameof(References))]
    public void The_page_follows_the_reference(string file, string page) => Approval.Verify(page, Render(file, Reference(file)));

    [Theory(DisplayName = "The reference keeps to its style")]
    [MemberData(nameof(References))]
    public void The_reference_keeps_to_its_style(string file, string page) =>
        Violations.None(Reference(file).Complaints, $"{file}, from which {page} is made, can be read in more than one way");

    [Theory(DisplayName = "Every key has its sentence")]
    [MemberData(nameof(References))]
    public void Every_key_has_its_sentence(string file, string page) =>
        Violations.None(
            Reference(file).Keys.Where(key => !key.Sentence.EndsWith('.')).Select(key => $"{file}:{key.Line}: {key.Path}: \"{key.Sentence}\""),
            $"A key needs a comment above or behind it that ends as a sentence does, for {page}");

    // Akka's parser would let the last one win in silence.
    [Theory(DisplayName = "No key is there twice")]
    [MemberData(nameof(References))]
    public void No_key_is_there_twice(string file, string page) =>
        Violations.None(
            Reference(file).Keys.GroupBy(key => key.Path, StringComparer.Ordinal).Where(same => same.Count() > 1)
                .Select(same => $"{same.Key}: lines {string.Join(" and ", same.Select(key => key.Line))}"),
            $"These keys are there more than once, and would be in {page}");

    [Theory(DisplayName = "Akka reads every key, and reads what is written")]
    [MemberData(nameof(References))]
    public void Akka_reads_the_same(string file, string page)
    {
        var config = ConfigurationFactory.ParseString(Repository.Read(file));

        Assert.NotEmpty(page);
        Assert.All(Reference(file).Keys, key =>
        {
            Assert.True(config.HasPath(key.Path), $"{key.Path} is missing");
            Assert.Equal(Values(key), key.Value.StartsWith('[') ? config.GetStringList(key.Path) : [config.GetString(key.Path)]);
        });

        static IEnumerable<string> Values(HoconKey key) =>
            key.Value.Trim('[', ']').Split(',').Select(value => value.Trim().Trim('"')).Where(value => value.Length > 0 || !key.Value.StartsWith('['));
    }

    [Fact(DisplayName = "The user agent carries the version of the build")]
    public void The_user_agent_carries_the_version()
    {
        var version = XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

        Assert.StartsWith($"\"/peers:{version}/", Reference("hocon/peers.conf").Keys.Single(key => key.Path == "peers.user-agent").Value, StringComparison.Ordinal);
        Assert.StartsWith(
            $"\"/peers-crawler:{version}(", Reference("hocon/crawler.conf").Keys.Single(key => key.Path == "peers.crawler.user-agent").Value, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A line that is not in the style is complained about")]
    [InlineData("include \"other.conf\"")]
    [InlineData("a = ${b}")]
    [InlineData("a : 1")]
    [InlineData("a { b = 1 }")]
    [InlineData("a = 1, b = 2")]
    [InlineData("a += 1")]
    [InlineData("}")]
    [InlineData("a {")]
    public void What_is_not_in_the_style_is_complained_about(string line) => Assert.NotEmpty(HoconReference.Parse(line).Complaints);

    [Fact(DisplayName = "Comments above and behind a key are its sentence")]
    public void Comments_are_sentences()
    {
        var reference = HoconReference.Parse(
            """
            # Of the file.

            # Of the section.
            a {
              # One,
              # two.
              b = "x # y"
              c.d = [1, 2] # Behind.
              e { }
            }
            """);

        Assert.Equal(
            [new HoconKey("a.b", "\"x # y\"", "One, two.", 7), new HoconKey("a.c.d", "[1, 2]", "Behind.", 8)],
            reference.Keys);
        Assert.Equal("Of the section.", reference.Sections["a"]);
        Assert.Empty(reference.Complaints);
    }

    private static HoconReference Reference(string file) => HoconReference.Parse(Repository.Read(file));

    private static string Render(string file, HoconReference reference)
    {
        var page = new StringBuilder(
            $"""
             # Settings{(file.Contains("crawler", StringComparison.Ordinal) ? " of the crawler" : "")}

             <!-- Made from {file} by the tests ({Repository.ApproveCommand}): write there, not here. -->

             Every setting, its default and what it means. Write the ones that you want otherwise into your own HOCON; a key of a profile
             outranks the plain key, and is overridden as `peers.profiles.<name>.<key>`. A switch is `on` or `off`; times have a unit
             (`ms`, `s`, `m`, `h`), sizes too (`b`, `KiB`, `MiB`).

             """.ReplaceLineEndings("\n"));
        foreach (var section in reference.Keys.GroupBy(SectionOf).OrderBy(section => FirstLine(section.Key)))
        {
            page.Append("\n## `").Append(section.Key).Append("`\n\n");
            if (reference.Sections.TryGetValue(section.Key, out var about))
                page.Append(about).Append("\n\n");
            page.Append("| key | default | |\n| --- | --- | --- |\n");
            foreach (var key in section)
                page.Append("| `").Append(key.Path[(section.Key.Length + 1)..]).Append("` | `").Append(Cell(key.Value)).Append("` | ").Append(Cell(key.Sentence)).Append(" |\n");
        }

        return page.ToString();

        int FirstLine(string section) => reference.Keys.First(key => SectionOf(key) == section).Line;

        static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
    }

    /// <summary>The part of a path that heads its table: <c>peers</c>, <c>peers.ping</c>, <c>peers.profiles.crawler</c>.</summary>
    private static string SectionOf(HoconKey key)
    {
        var parts = key.Path.Split('.');
        return string.Join('.', parts.Take(parts is [_, "profiles", ..] or [_, "crawler", _, _, ..] ? 3 : Math.Min(2, parts.Length - 1)));
    }
}
