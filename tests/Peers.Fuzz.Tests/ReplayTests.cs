namespace Peers.Fuzz.Tests;

/// <summary>What fuzzers begin from, and what they have found, run as they run it, without them.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    /// <summary>As <c>target/file</c>.</summary>
    public static TheoryData<string> Finds => [.. FuzzTarget.All.SelectMany(target =>
        InputFolder.FilesIn(InputFolder.Finds(target.Name)).Select(file => $"{target.Name}/{Path.GetFileName(file)}"))];

    [Theory(DisplayName = "No input of the corpus is a find")]
    [MemberData(nameof(Targets))]
    public void The_corpus_holds(string name)
    {
        var target = FuzzTarget.Named(name)!;
        var files = InputFolder.FilesIn(InputFolder.Corpus(name));
        Assert.True(files.Count > 3, $"the corpus of {name} has {files.Count} inputs");
        Judge.WarmUp(target);
        foreach (var file in files)
        {
            var find = Record.Exception(() => Judge.Run(target, File.ReadAllBytes(file)));
            Assert.True(find is null, $"{Path.GetFileName(file)}: {find}");
        }
    }

    [Theory(DisplayName = "What was a find is none any more")]
    [MemberData(nameof(Finds))]
    public void Finds_are_fixed(string find)
    {
        var target = FuzzTarget.Named(Path.GetDirectoryName(find)!)!;
        Judge.WarmUp(target);
        Judge.Run(target, File.ReadAllBytes(Path.Combine(InputFolder.Finds(""), find)));
    }

    [Fact(DisplayName = "Finds are kept for targets that there are")]
    public void Finds_have_a_target()
    {
        var folders = new[] { InputFolder.Corpus(""), InputFolder.Finds("") }.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories);
        Assert.All(folders, folder => Assert.NotNull(FuzzTarget.Named(Path.GetFileName(folder))));
    }
}
