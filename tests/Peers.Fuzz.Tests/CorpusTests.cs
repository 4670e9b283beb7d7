namespace Peers.Fuzz.Tests;

/// <summary>The corpus is made, so that it follows the vectors; what fuzzers add to it lies beside, under names of its own.</summary>
public sealed class CorpusTests
{
    /// <summary>Set to 1, the files are written instead of compared.</summary>
    private const string ApproveVariable = "PEERS_APPROVE";

    [Fact(DisplayName = "The corpus holds every vector and the conversation of a real node (PEERS_APPROVE=1 writes it)")]
    public void The_corpus_follows_the_vectors()
    {
        var made = MadeCorpus.All.ToList();
        Assert.Equal(made.Count, made.Select(input => (input.Target, input.Name)).Distinct().Count());
        Assert.True(made.Sum(input => input.Bytes.Length) < 200_000, "the corpus is to stay small");
        foreach (var (target, name, bytes) in made)
        {
            var file = Path.Combine(InputFolder.Corpus(target), name);
            if (Environment.GetEnvironmentVariable(ApproveVariable) == "1")
            {
                Directory.CreateDirectory(InputFolder.Corpus(target));
                File.WriteAllBytes(file, bytes);
            }

            Assert.True(File.Exists(file) && bytes.AsSpan().SequenceEqual(File.ReadAllBytes(file)), $"{target}/{name} is not as it is made: see {ApproveVariable}");
        }
    }
}
