using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Peers.Cli.Tests;

/// <summary><c>connect</c> against <c>listen</c>, over loopback TCP.</summary>
public class VisitTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact(DisplayName = "A visit follows the headers, downloads the last blocks and ends when its time is over")]
    public async Task A_visit_downloads_the_last_blocks()
    {
        using var listen = CommandRun.Start("listen", ":0", "--demo-blocks", "120", "--json");
        using var connect = CommandRun.Start(new StillClock(atOnce: Hour), "connect", await EndpointOf(listen), "--network", "regtest", "--blocks", "15", "--for", "1h", "--json");

        Assert.Equal(0, await connect.Exit);
        Assert.Empty(connect.ErrorLines);
        var tip = (string?)listen.Event("listening")["tip"];
        var headers = connect.Event("headers");
        Assert.Equal((120, tip, true), ((int)headers["height"]!, (string?)headers["tip"], (bool)headers["workChecked"]!));
        var blocks = connect.Events.Where(happened => (string?)happened["event"] == "block").ToList();
        Assert.Equal(Enumerable.Range(106, 15), blocks.Select(block => (int)block["height"]!));
        Assert.Equal(tip, (string?)blocks[^1]["hash"]);
        Assert.Equal(["us", "remote"], connect.Events.Where(happened => (string?)happened["event"] == "version").Select(version => (string?)version["by"]));
        Assert.Equal(120, (int)connect.Events.Last(happened => (string?)happened["event"] == "version")["startHeight"]!);
        var stopped = connect.Events.Last();
        Assert.Equal("Requested", (string?)stopped["reason"]!["kind"]);
        Assert.Equal(15, (int)stopped["stats"]!["received"]!["block"]!["messages"]!);
        Assert.Equal(0, await listen.StopAsync());
    }

    [Fact(DisplayName = "Ctrl-C ends a visit and a listener without a fault")]
    public async Task Ctrl_C_ends_without_a_fault()
    {
        using var listen = CommandRun.Start("listen", ":0", "--demo-blocks", "3");
        using var connect = CommandRun.Start("connect", await EndpointOf(listen), "--network", "regtest", "--headers");
        await connect.LineWithAsync("ping answered");
        await connect.LineWithAsync("links and proof of work are right");
        await connect.LineWithAsync("announced: ");

        Assert.Equal(0, await connect.StopAsync());
        await listen.LineWithAsync("1: stopped, ");
        Assert.Equal(0, await listen.StopAsync());
        Assert.Empty(connect.ErrorLines);
        Assert.Empty(listen.ErrorLines);
        Assert.Equal("stopped; 1 peer came", listen.OutputLines[^1]);
    }

    [Fact(DisplayName = "A visit through a proxy that is not there says so in one line, and nobody resolves the name")]
    public async Task Proxy_is_not_there()
    {
        using var free = new Socket(SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // Bound, and nobody listens.
        var proxy = $"127.0.0.1:{((IPEndPoint)free.LocalEndPoint!).Port}";
        using var connect = CommandRun.Start("connect", "node.invalid", "--proxy", proxy);

        Assert.Equal(1, await connect.Exit);
        Assert.Contains($"node.invalid:8333: cannot connect through the proxy {proxy}: connection refused", Assert.Single(connect.ErrorLines), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A listener ends by itself when its time is over")]
    public async Task A_listener_ends_by_itself()
    {
        using var listen = CommandRun.Start(new StillClock(atOnce: Hour), "listen", ":0", "--for", "1h");

        Assert.Equal(0, await listen.Exit);
        Assert.Empty(listen.ErrorLines);
    }

    [Fact(DisplayName = "When the listener stops, the visit fails in one line")]
    public async Task A_lost_connection_is_a_failure()
    {
        using var listen = CommandRun.Start("listen", ":0", "--demo-blocks", "1");
        using var connect = CommandRun.Start("connect", await EndpointOf(listen), "--network", "regtest");
        await connect.LineWithAsync("ready: ");
        await listen.StopAsync();

        Assert.Equal(1, await connect.Exit);
        Assert.Contains("the connection", Assert.Single(connect.ErrorLines), StringComparison.Ordinal); // Closed or reset: as the system has it.
    }

    [Fact(DisplayName = "A port in use is told in one line")]
    public async Task A_port_in_use_is_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var listen = CommandRun.Start("listen", taken.LocalEndpoint.ToString()!);

        Assert.Equal(1, await listen.Exit);
        Assert.Equal(
            $"peers listen: cannot listen on {taken.LocalEndpoint}: port {((IPEndPoint)taken.LocalEndpoint).Port} is in use", Assert.Single(listen.ErrorLines));
        Assert.Empty(listen.OutputLines);
    }

    [Fact(DisplayName = "A node that is not there is told in one line")]
    public async Task A_dead_remote_is_one_line()
    {
        // Bound, so that nobody else is given the port, but not listening.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var connect = CommandRun.Start("connect", deaf.LocalEndPoint!.ToString()!, "--json");

        Assert.Equal(1, await connect.Exit);
        Assert.Contains("cannot connect: ", Assert.Single(connect.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(["dialling"], connect.Events.Select(happened => (string?)happened["event"]));
    }

    [Fact(DisplayName = "A node of another network is told in one line")]
    public async Task Another_network_is_one_line()
    {
        using var listen = CommandRun.Start("listen", ":0", "--network", "signet");
        using var connect = CommandRun.Start("connect", await EndpointOf(listen), "--network", "regtest");

        Assert.Equal(1, await connect.Exit);
        Assert.Contains("it may be of another network", Assert.Single(connect.ErrorLines), StringComparison.Ordinal);
        await listen.LineWithAsync("WrongNetwork");
        Assert.Equal(0, await listen.StopAsync());
    }

    [Theory(DisplayName = "A remote that withholds what it was asked for ends the visit, in one line")]
    [InlineData(false, "the remote stalled: no answer to 'getheaders' for 1 s: it may still be syncing itself")]
    [InlineData(true, "the remote stalled: no answer to 'getdata' for 1 s")]
    public async Task A_stall_is_one_line(bool servesHeaders, string says)
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("stall.conf", "peers.stall { response-timeout = 1s, headers-timeout = 1s }");
        await using var remote = await WithholdingRemote.StartAsync(servesHeaders);
        using var connect = CommandRun.Start("connect", remote.Endpoint, "--network", "regtest", "--blocks", "3", "--config", config);

        Assert.Equal(1, await connect.Exit);
        Assert.Contains(says, Assert.Single(connect.ErrorLines), StringComparison.Ordinal);
        Assert.Contains($"stopped: {says}", connect.OutputLines);
    }

    [Fact(DisplayName = "The defaults: a block withheld for 30 s is Stalled")]
    public async Task A_stall_by_default()
    {
        await using var remote = await WithholdingRemote.StartAsync(servesHeaders: true);
        using var connect = CommandRun.Start("connect", remote.Endpoint, "--network", "regtest", "--blocks", "3", "--json");

        Assert.Equal(1, await connect.Exit);
        var reason = connect.Event("stopped")["reason"]!;
        Assert.Equal(("Stalled", "getdata"), ((string?)reason["kind"], (string?)reason["awaiting"]));
        Assert.Equal(30_000, (double)reason["after"]!); // Milliseconds.
    }

    [Fact(DisplayName = "With stall detection off the visit goes on, until its user has enough")]
    public async Task Stall_detection_can_be_off()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("stall.conf", "peers.stall { enabled = off, response-timeout = 1s }\npeers.ping.interval = 250ms");
        await using var remote = await WithholdingRemote.StartAsync(servesHeaders: true);
        using var connect = CommandRun.Start("connect", remote.Endpoint, "--network", "regtest", "--blocks", "3", "--config", config);
        await remote.Asked.WaitAsync(Patience); // Then three times the time-out passes, told by pings.
        await remote.PingsAsync(12).WaitAsync(Patience);

        Assert.False(connect.Exit.IsCompleted);
        Assert.Equal(0, await connect.StopAsync());
        Assert.Empty(connect.ErrorLines);
    }

    [Fact(DisplayName = "Blocks from a folder are served whatever their order, and what does not belong to the chain is named")]
    public async Task Blocks_from_a_folder_are_served()
    {
        using var folder = new TemporaryFolder();
        var blocks = DemoChain.Make(5).Blocks;
        var stray = DemoChain.Make(2, seed: 9).Blocks[2];
        for (var height = 1; height <= 5; height++)
        {
            var bytes = blocks[height].ToArray();
            _ = height % 2 == 0 ? folder.Write($"{9 - height}.blk", bytes) : folder.Write($"{9 - height}.hex", Convert.ToHexString(bytes) + "\n");
        }

        folder.Write("stray.blk", stray.ToArray());
        using var listen = CommandRun.Start("listen", ":0", "--network", "regtest", "--blocks-dir", folder.Path, "--json");
        using var connect = CommandRun.Start(new StillClock(atOnce: Hour), "connect", await EndpointOf(listen), "--network", "regtest", "--blocks", "9", "--for", "1h", "--json");

        Assert.Equal(0, await connect.Exit);
        Assert.Equal(blocks[5].Hash.ToString(), (string?)connect.Event("headers")["tip"]);
        Assert.Equal(5, connect.Events.Count(happened => (string?)happened["event"] == "block"));
        Assert.Contains("1 block", Assert.Single(listen.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(0, await listen.StopAsync());
    }

    [Theory(DisplayName = "A file that holds no block is told in one line")]
    [InlineData("bad.blk", "00", "no raw block")]
    [InlineData("bad.hex", "0", "is odd")]
    public async Task A_file_without_a_block_is_one_line(string name, string text, string says)
    {
        using var folder = new TemporaryFolder();
        folder.Write(name, text);
        using var listen = CommandRun.Start("listen", ":0", "--blocks-dir", folder.Path);

        Assert.Equal(1, await listen.Exit);
        Assert.Contains(says, Assert.Single(listen.ErrorLines), StringComparison.Ordinal);
    }

    private static async Task<string> EndpointOf(CommandRun listen)
    {
        var line = await listen.LineWithAsync("listening");
        return line.StartsWith('{') ? (string)JsonNode.Parse(line)!["endpoint"]! : line.Split(' ')[2];
    }
}
