using System.Text.RegularExpressions;

namespace Peers.Api.Tests;

/// <summary>The checkout that these tests were built in.</summary>
internal static partial class Repository
{
    /// <summary>Set to 1, tests of generated files write what they would otherwise only compare.</summary>
    public const string ApproveVariable = "PEERS_APPROVE";

    /// <summary>The one command that accepts what the tests of generated files found.</summary>
    public const string ApproveCommand = $"{ApproveVariable}=1 dotnet test tests/Peers.Api.Tests";

    // Not by the path of this source file: release builds do not carry it.
    private static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static bool Approving => Environment.GetEnvironmentVariable(ApproveVariable) == "1";

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static bool Has(string relative) => File.Exists(PathOf(relative));

    public static string Read(string relative) => File.ReadAllText(PathOf(relative)).ReplaceLineEndings("\n");

    public static void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relative))!);
        File.WriteAllText(PathOf(relative), text);
    }

    /// <summary>Files below a folder as paths with slashes, relative to the root; none when there is no such folder.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
        !Directory.Exists(PathOf(folder))
            ? []
            : [.. Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
                .Order(StringComparer.Ordinal)];

    /// <summary>A source file without its comments and the text of its literals, line by line.</summary>
    public static string ReadCode(string relative) =>
        CommentsAndLiterals().Replace(Read(relative), match => new string('\n', match.Value.Count(letter => letter == '\n')));

    /// <summary>Every place in the code below a folder where a pattern matches, as <c>file:line: text</c>.</summary>
    public static IReadOnlyList<string> Mentions(string folder, Regex pattern, Func<string, bool>? isAllowed = null) =>
        [.. from file in Files(folder, "*.cs")
            where isAllowed is null || !isAllowed(file)
            from line in ReadCode(file).Split('\n').Index()
            where pattern.IsMatch(line.Item)
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}"];

    private static string FindRoot(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Peers.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"There is no Peers.sln above {start}.");
    }

    [GeneratedRegex("""(?<raw>"{3,})[\s\S]*?\k<raw>|\$?@\$?"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'|//[^\n]*|/\*[\s\S]*?\*/""")]
    private static partial Regex CommentsAndLiterals();
}
