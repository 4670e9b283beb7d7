using System.Text.RegularExpressions;

namespace Peers.Api.Tests;

/// <summary>
/// Code on a page is quoted from a sample that is compiled. Above its fence stands where it comes from,
/// <c>&lt;!-- sample: docs/samples/NAME/FILE.cs#part --&gt;</c>, and the file marks the part by <c>// sample: part</c> and <c>// end sample</c>.
/// </summary>
public sealed partial class ReadmeTests
{
    public static TheoryData<string> Pages =>
        [.. new[] { "README.md", "src/Peers.TestKit/README.md" }.Where(Repository.Has), .. Repository.Files("docs", "*.md")];

    [Theory(DisplayName = "The code of a page is quoted from its samples")]
    [MemberData(nameof(Pages))]
    public void Code_is_quoted(string page)
    {
        var text = Repository.Read(page);
        var complaints = new List<string>();
        var quoted = CSharpBlock().Replace(text, block => Quote(block, complaints));

        Violations.None(complaints, $"The code of {page} cannot be checked");
        if (text == quoted)
            return;
        if (!Repository.Approving)
            Assert.Fail($"{page} quotes its samples as they were. To quote them as they are: {Repository.ApproveCommand}");
        Repository.Write(page, quoted);
    }

    [Fact(DisplayName = "Every sample is a project of the solution, so that it is compiled")]
    public void Every_sample_is_compiled()
    {
        var solution = Repository.Read("Peers.sln").Replace('\\', '/');
        var projects = Repository.Files("docs/samples", "*.csproj");

        Violations.None(projects.Where(project => !solution.Contains(project, StringComparison.Ordinal)), "These projects are not in Peers.sln");
        Violations.None(
            Repository.Files("docs/samples", "*.cs").Where(file => !projects.Any(project => IsBeside(project, file))),
            "These samples belong to no project");

        static bool IsBeside(string project, string file) => file.StartsWith(project[..(project.LastIndexOf('/') + 1)], StringComparison.Ordinal);
    }

    private static string Quote(Match block, List<string> complaints)
    {
        var (file, part) = (block.Groups["file"].Value, block.Groups["part"].Value);
        if (!block.Groups["file"].Success)
            complaints.Add($"a block of code has no <!-- sample: docs/samples/NAME/FILE.cs#part --> above it:{block.Value}");
        else if (!file.StartsWith("docs/samples/", StringComparison.Ordinal) || !Repository.Has(file))
            complaints.Add($"there is no sample {file}");
        else if (MarkedPart(Repository.Read(file), part) is { } code)
            return $"{block.Groups["head"].Value}{code}{block.Groups["foot"].Value}";
        else
            complaints.Add($"{file} has no part // sample: {part} … // end sample");

        return block.Value;
    }

    private static string? MarkedPart(string source, string part)
    {
        var lines = source.Split('\n').ToList();
        var start = lines.FindIndex(line => line.Trim() == $"// sample: {part}");
        var end = start < 0 ? -1 : lines.FindIndex(start, line => line.Trim() == "// end sample");
        if (end < 0)
            return null;

        var marked = lines[(start + 1)..end];
        var indent = marked.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Concat(marked.Select(line => (line.Length < indent ? "" : line[indent..].TrimEnd()) + "\n"));
    }

    [GeneratedRegex(@"(?<head>(?:^<!-- sample: (?<file>[^#\s]+)#(?<part>\S+) -->\n)?^```(?:csharp|cs|c\#)\b[^\n]*\n)(?<code>[\s\S]*?)(?<foot>^```\s*$)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex CSharpBlock();
}
