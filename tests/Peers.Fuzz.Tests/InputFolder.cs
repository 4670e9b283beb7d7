namespace Peers.Fuzz.Tests;

/// <summary>The inputs in the repository: <c>Corpus</c>, from which fuzzers begin, and <c>Finds</c>, which must never be finds again.</summary>
internal static class InputFolder
{
    private static readonly string Project = Find();

    public static string Corpus(string target) => Path.Combine(Project, "Corpus", target);

    public static string Finds(string target) => Path.Combine(Project, "Finds", target);

    public static IReadOnlyList<string> FilesIn(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)] : [];

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Peers.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("these tests run in a clone of the repository");
        }

        return Path.Combine(folder.FullName, "tests", "Peers.Fuzz");
    }
}
