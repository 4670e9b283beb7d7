namespace Peers.Cli.Tests;

public class DemoCommandTests
{
    [Fact(DisplayName = "The demo syncs the whole chain and says so as JSON")]
    public async Task The_demo_syncs_the_whole_chain()
    {
        using var run = CommandRun.Start("demo", "--blocks", "130", "--transactions", "7", "--json");

        Assert.Equal(0, await run.Exit);
        Assert.Empty(run.ErrorLines);
        var done = run.Events.Last();
        Assert.Equal("done", (string?)done["event"]);
        Assert.Equal(130, (int)done["blocks"]!);
        Assert.Equal(130, (int)done["server"]!["blocks"]!);
        Assert.Equal(130, (int)done["client"]!["blocks"]!);
        Assert.Equal(7, (int)done["client"]!["transactions"]!);
        Assert.Equal((string?)run.Event("chain")["tip"], (string?)done["tip"]);
        Assert.True((bool)run.Event("headers")["workChecked"]!);
        Assert.Equal(130, (int)done["client"]!["stats"]!["received"]!["block"]!["messages"]!);
        Assert.True((double)run.Event("pings")["server"]! > 0);
    }

    [Fact(DisplayName = "A chain longer than one headers message takes several")]
    public async Task A_long_chain_takes_several_headers_messages()
    {
        using var run = CommandRun.Start("demo", "--blocks", "2100", "--transactions", "0", "--json");

        Assert.Equal(0, await run.Exit);
        Assert.Equal(2, (int)run.Event("done")["client"]!["stats"]!["received"]!["headers"]!["messages"]!);
    }

    [Fact(DisplayName = "Without a terminal the demo writes plain lines and a table of both sides")]
    public async Task The_demo_writes_plain_lines()
    {
        using var run = CommandRun.Start("demo", "--blocks", "3", "--transactions", "1");

        Assert.Equal(0, await run.Exit);
        Assert.Contains("blocks: 3 of 3", run.OutputLines);
        Assert.Contains(run.OutputLines, line => line.Contains("block sent, received", StringComparison.Ordinal));
        Assert.DoesNotContain(run.OutputLines, line => line.Contains('\e', StringComparison.Ordinal));
    }

    [Fact(DisplayName = "A demo that is stopped fails in one line")]
    public async Task A_stopped_demo_fails()
    {
        using var run = CommandRun.Start("demo", "--blocks", "100000");

        Assert.Equal(1, await run.StopAsync());
        Assert.Equal("peers demo: stopped before it was done", Assert.Single(run.ErrorLines));
    }

    [Fact(DisplayName = "The wire log goes to standard error")]
    public async Task The_wire_log_goes_to_standard_error()
    {
        using var run = CommandRun.Start("demo", "--blocks", "1", "--transactions", "0", "--json", "--log", "wire");

        Assert.Equal(0, await run.Exit);
        Assert.All(run.OutputLines, line => Assert.StartsWith("{", line, StringComparison.Ordinal));
        Assert.Contains(run.ErrorLines, line => line.Contains("peers.wire", StringComparison.Ordinal));
    }
}
