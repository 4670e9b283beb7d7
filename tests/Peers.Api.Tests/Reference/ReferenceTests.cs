using System.Text.RegularExpressions;

namespace Peers.Api.Tests;

/// <summary>The reference of the public surface: <c>dotnet cake --target=Docs</c> has it written to the folder that <see cref="FolderVariable"/> names.</summary>
public sealed partial class ReferenceTests
{
    private const string FolderVariable = "PEERS_REFERENCE";

    private static readonly string[] Packages =
        ["Peers", "Peers.Wire", "Peers.Node", "Peers.Hosting", "Peers.Dashboard", "Peers.Serilog", "Peers.TestKit", "Peers.Crawler"];

    [Fact(DisplayName = "Every public type has a page that says what it is, and every link leads somewhere")]
    public void Pages()
    {
        var pages = new ReferencePages(Packages).Make().ToDictionary(page => page.Path, page => page.Text);
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
        {
            foreach (var (path, text) in pages)
            {
                var file = Path.Combine(folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }
        }

        List<string> faults = [];
        foreach (var (path, text) in pages)
        {
            foreach (Match link in Link().Matches(text))
            {
                var target = Path.GetRelativePath(".", Path.Combine(Path.GetDirectoryName(path)!, link.Groups[1].Value)).Replace('\\', '/');
                if (!pages.ContainsKey(target))
                {
                    faults.Add($"{path} links to {target}, which is no page");
                }
            }

            if (path != "README.md" && !Said().IsMatch(text))
            {
                faults.Add($"{path} does not say what the type is");
            }
        }

        Assert.Empty(faults);
        Assert.True(pages.Count > 400, $"{pages.Count} pages");
        Assert.Contains("## ConnectAsync(", pages["Peers/PeerEngine.md"], StringComparison.Ordinal);
        Assert.Contains("[`ManagerCommand`](../Peers/ManagerCommand.md)", pages["Peers/PeerEngine.md"], StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\]\((?!http)([^)#]+\.md)\)")]
    private static partial Regex Link();

    /// <summary>Something stands between the line of the package and the declaration.</summary>
    [GeneratedRegex(@"\(\.\./README\.md\)\n\n(?!```)\S")]
    private static partial Regex Said();
}
