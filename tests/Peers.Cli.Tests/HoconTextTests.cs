namespace Peers.Cli.Tests;

/// <summary>What a user may write into <c>--config</c> by mistake, where Akka's parser would not end, or end the process.</summary>
public sealed class HoconTextTests
{
    [Theory(DisplayName = "A file of settings that Akka's parser would not survive is told in one line")]
    [InlineData("peers {\n  services = [network\n}\n", "not HOCON: the list of peers.services is not closed: a ] is missing")]
    [InlineData("peers.services = [network, a = b]", "not HOCON: ")]
    [InlineData("peers.services = [network, *]", "not HOCON: the list of peers.services is not closed: a ] is missing")]
    [InlineData("include \"other.conf\"", "not HOCON: include: a file of settings stands alone")]
    [InlineData("peers { network = x${peers.network} }", "not HOCON: peers.network refers to itself")]
    [InlineData("akka.a = ${akka.b}\nakka.b = ${akka.c.x}\nakka.c = ${akka.a}", "not HOCON: akka.a refers to itself")]
    [InlineData("peers = ${?base}\npeers.idle.enabled = on", "not HOCON: peers: of substitutions only those such as ${a.b} can be read")]
    [InlineData("peers.ping.interval = 1000d", "peers.ping.interval = 1000d: expected a duration")]
    public async Task Mistakes_are_one_line(string text, string says)
    {
        using var folder = new TemporaryFolder();
        using var run = CommandRun.Start("crawl", "--dry-run", "--config", folder.Write("own.conf", text));

        Assert.Equal(2, await run.Exit);
        Assert.Contains(says, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "What Akka reads is let through: lists, objects, texts, comments, substitutions")]
    public void Good_text_passes()
    {
        HoconText.Check(
            """"
            # a comment with [ and {
            peers { network = regtest, services = [network, "wit]ness", [] , { a = 1 }] // [
              user-agent = """/a [ { " one/""", ping.interval = ${x.y}, ping.timeout = ${x.z} }
            x { y = 5s, z = ${x.y} }
            other : [ 1, 2
              3 # three ]
            ]
            """");
        HoconText.Check("{\"peers\":{\"network\":\"regtest\"}}");
        HoconText.Check("");
    }

    [Theory(DisplayName = "Nesting has an end")]
    [InlineData("a{")]
    [InlineData("a.")]
    [InlineData("a=[")]
    public void Nesting_has_an_end(string part)
    {
        var text = part == "a=[" ? "a=" + new string('[', 10_000) : string.Concat(Enumerable.Repeat(part, 10_000));
        Assert.Contains("nested more than 64 times", Assert.Throws<FormatException>(() => HoconText.Check(text)).Message, StringComparison.Ordinal);
    }
}
