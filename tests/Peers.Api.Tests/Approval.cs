using Xunit.Sdk;

namespace Peers.Api.Tests;

/// <summary>Holds a file of the repository against what the code says today.</summary>
internal static class Approval
{
    /// <summary>
    /// Passes when the file says the same. Else writes what it should say: into the file when asked to approve, beside it when not.
    /// </summary>
    public static void Verify(string file, string received)
    {
        var beside = Path.ChangeExtension(file, ".received" + Path.GetExtension(file));
        var approved = Repository.Has(file) ? Repository.Read(file) : null;
        if (approved == received || Repository.Approving)
        {
            if (approved != received)
                Repository.Write(file, received);
            File.Delete(Repository.PathOf(beside));
            return;
        }

        Repository.Write(beside, received);
        throw new XunitException(
            $"""
             {file} {(approved is null ? "does not exist" : "differs")}: {FirstDifference(approved ?? "", received)}
             What it should say is in {beside}.
             To accept it: {Repository.ApproveCommand}
             """);
    }

    private static string FirstDifference(string approved, string received)
    {
        var (old, @new) = (approved.Split('\n'), received.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(old.Length, @new.Length)).First(i => i >= old.Length || i >= @new.Length || old[i] != @new[i]);
        return $"line {line + 1} is\n  {old.ElementAtOrDefault(line) ?? "(missing)"}\nand should be\n  {@new.ElementAtOrDefault(line) ?? "(no more)"}";
    }
}
