using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Peers.Hostile.Tests;

/// <summary><c>docs/hostile.md</c> is made from the tests, so it cannot say what they do not show. <c>PEERS_APPROVE=1</c> writes it.</summary>
public sealed partial class HostileDocTests
{
    private const int LastRow = 105;

    private const string Head = """
        # Hostile input

        Each row is something that a remote, a network or a machine can do to a peer engine; the numbers are those of the study that this was built from, the
        column of Bitcoin Core says what that does, seen or read. In every row a well-behaved second peer is answered within a second, at most one connection ends,
        with one typed reason, and nothing is left behind. Limits and their settings are in [limits](limits.md), floods and days of load in
        [reliability](reliability.md). This page is made from the tests: `PEERS_APPROVE=1 dotnet test tests/Peers.Hostile.Tests`.

        | row | input | Bitcoin Core | here | result | test |
        | --- | --- | --- | --- | --- | --- |

        """;

    private static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    private static IReadOnlyList<(IRow Row, string Test)> Shown { get; } =
    [
        .. from type in typeof(HostileDocTests).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
           from row in method.GetCustomAttributes().OfType<IRow>()
           select (row, $"{type.Name}.{method.Name}"),
    ];

    [Fact(DisplayName = "Every row is there, once")]
    public void Rows_are_whole()
    {
        var numbers = Shown.Select(shown => shown.Row.Number).Concat(RowsElsewhere.All.Select(row => row.Number)).ToList();
        Assert.Empty(numbers.GroupBy(number => number).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.Empty(Enumerable.Range(1, LastRow).Select(number => number.ToString(CultureInfo.InvariantCulture)).Except(numbers));
    }

    [Fact(DisplayName = "Each test that is named for a row exists, and a row without one says why")]
    public void Named_tests_exist()
    {
        var tests = new HashSet<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal)))
        {
            var owner = "";
            foreach (Match match in ClassOrMethod().Matches(File.ReadAllText(file)))
            {
                owner = match.Groups["class"].Success ? match.Groups["class"].Value : owner;
                tests.Add($"{owner}.{match.Groups["method"].Value}");
            }
        }

        Assert.Equal([], RowsElsewhere.All.SelectMany(row => row.Tests).Except(tests));
        Assert.All(RowsElsewhere.All.Where(row => row.Tests.Length == 0), row =>
            Assert.True(row.NotYet || row.Here.StartsWith("out of scope", StringComparison.Ordinal), row.Number));
    }

    [Fact(DisplayName = "The page is what the tests say")]
    public void The_page()
    {
        var path = Path.Combine(Root, "docs/hostile.md");
        var page = Page();
        if (Environment.GetEnvironmentVariable("PEERS_APPROVE") == "1")
        {
            File.WriteAllText(path, page);
        }

        Assert.Equal(page, File.ReadAllText(path));
    }

    private static string Page()
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        var rows = Shown.Select(shown => (shown.Row.Number, Text: Line(shown.Row.Number, shown.Row.Input, shown.Row.Core, shown.Row.Here, "pass", $"`{shown.Test}`")))
            .Concat(RowsElsewhere.All.Select(row => (row.Number, Text: Line(row.Number, row.Input, row.Core, row.Here, Result(row), string.Join(", ", row.Tests.Select(test => $"`{test}`"))))));
        foreach (var (_, text) in rows.OrderBy(row => int.TryParse(row.Number, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue).ThenBy(row => row.Number, StringComparer.Ordinal))
        {
            page.Append(text).Append('\n');
        }

        return page.ToString();
    }

    private static string Result(RowElsewhere row) =>
        row.NotYet ? "not yet" : row.Here.StartsWith("out of scope", StringComparison.Ordinal) ? "out of scope" : "pass";

    private static string Line(params string[] cells) => $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |";

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Peers.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("the repository"));

    [GeneratedRegex(@"^[ ]*(?:(?:public|internal|private|static|sealed|abstract|partial) )+class (?<class>\w+)|^\s*public (?:async )?(?:void|Task) (?<method>\w+)\(", RegexOptions.Multiline)]
    private static partial Regex ClassOrMethod();
}
