namespace Peers.Api.Tests;

internal static class Violations
{
    /// <summary>Fails with the rule and with every violation of it: one run shows all that is to be done.</summary>
    public static void None(IEnumerable<string> violations, string rule)
    {
        var found = violations.ToList();
        Assert.True(found.Count == 0, $"{rule}:\n  {string.Join("\n  ", found)}");
    }
}
