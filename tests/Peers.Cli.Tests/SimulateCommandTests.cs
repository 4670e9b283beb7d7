using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Peers.TestKit;

namespace Peers.Cli.Tests;

public class SimulateCommandTests
{
    private const string Small = "simulate relay --nodes 12 --connections 3 --transactions 8 --blocks 2 --for 2m";

    public static TheoryData<string, string> WrongUses => new()
    {
        { "simulate", "peers simulate: name a scenario: relay, partition, eclipse, churn" },
        { "simulate rely", "peers simulate: there is no scenario 'rely'; the scenarios are relay, partition, eclipse, churn" },
        { "simulate relay extra", "peers simulate relay: 'extra' is one argument too many" },
        { "simulate relay --node 5", "there is no option '--node'" },
        { "simulate relay --nodes 1", "--nodes 1: expected a whole number from 2 to 60000" },
        { "simulate relay --nodes many", "--nodes many: expected a whole number" },
        { "simulate relay --nodes 5", "--connections 8: a network of 5 nodes has 4 others to dial at most" },
        { "simulate relay --connections 0", "--connections 0: expected a whole number from 1" },
        { "simulate relay --seed -1", "--seed" },
        { "simulate relay --seed 3000000000", "--seed 3000000000: expected a whole number from 0 to 2147483647" },
        { "simulate relay --transactions -5", "--transactions" },
        { "simulate relay --blocks 1001", "--blocks 1001: expected a whole number from 0 to 1000" },
        { "simulate relay --for 60", "--for 60: expected a duration such as" },
        { "simulate relay --for 59s", "--for: at least 1m" },
        { "simulate relay --latency fast", "--latency fast: expected a duration" },
        { "simulate relay --latency 10s", "--latency: at most 3s" },
        { "simulate relay --trickle slow", "--trickle slow: expected fixed, poisson or immediate" },
        { "simulate relay --trickle 1", "--trickle 1: expected fixed, poisson or immediate" },
        { "simulate relay --network mainnet", "a simulation has a regtest chain: leave out network mainnet" },
        { "simulate relay --config no-such-file.conf", "cannot read 'no-such-file.conf'" },
        { "simulate partition --apart 1h", "--apart 01:00:00: at most half of --for" },
        { "simulate partition --share 5", "there is no option '--share'" },
        { "simulate eclipse --share 101", "--share 101: expected a whole number from 0 to 100" },
        { "simulate eclipse --victims 0", "--victims 0: expected a whole number from 1" },
        { "simulate churn --stay 1s", "--stay and --away: at least 10s each" },
    };

    [Theory(DisplayName = "A wrong use of simulate is told in one line that names what to change, with exit code 2")]
    [MemberData(nameof(WrongUses))]
    public async Task A_wrong_use_is_one_line_and_exit_code_2(string arguments, string says)
    {
        using var run = CommandRun.Start(arguments.Split(' '));

        Assert.Equal(2, await run.Exit);
        Assert.Contains(says, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(run.OutputLines);
    }

    [Theory(DisplayName = "A file that cannot be written is told in one line before anything runs, with exit code 1")]
    [InlineData("--csv")]
    [InlineData("--plot")]
    [InlineData("--trace")]
    public async Task A_file_that_cannot_be_written(string option)
    {
        using var folder = new TemporaryFolder();
        using var missing = CommandRun.Start([.. Small.Split(' '), option, Path.Combine(folder.Path, "none", "file")]);
        Assert.Equal(1, await missing.Exit);
        Assert.Contains("peers simulate relay: cannot write '", Assert.Single(missing.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(missing.OutputLines);

        using var aFolder = CommandRun.Start([.. Small.Split(' '), option, folder.Path]);
        Assert.Equal(1, await aFolder.Exit);
        Assert.EndsWith("it is a folder", Assert.Single(aFolder.ErrorLines), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A disk that is full is told in one line, with exit code 1")]
    public async Task A_full_disk()
    {
        if (!File.Exists("/dev/full"))
        {
            return; // Only Linux has a device that is always full.
        }

        foreach (var option in (string[])["--csv", "--plot", "--trace"])
        {
            using var run = CommandRun.Start([.. Small.Split(' '), option, "/dev/full"]);
            Assert.Equal(1, await run.Exit);
            Assert.Contains("peers simulate relay: cannot write '/dev/full'", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        }
    }

    [Theory(DisplayName = "Every scenario explains itself")]
    [InlineData("simulate --help", "eclipse")]
    [InlineData("simulate relay --help", "--trickle")]
    [InlineData("simulate partition --help", "--apart")]
    [InlineData("simulate eclipse --help", "--share")]
    [InlineData("simulate churn --help", "--stay")]
    public async Task Every_scenario_explains_itself(string arguments, string says)
    {
        using var run = CommandRun.Start(arguments.Split(' '));

        Assert.Equal(0, await run.Exit);
        Assert.Contains(run.OutputLines, line => line.Contains(says, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "Two processes with one seed write the same trace, table, drawing and output, byte for byte, and another seed others")]
    public void Two_processes()
    {
        using var folder = new TemporaryFolder();
        var (one, same, other) = (Process("7", "one"), Process("7", "same"), Process("8", "other"));

        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
        foreach (var file in (string[])["trace", "csv", "svg"])
        {
            Assert.Equal(Bytes("one", file), Bytes("same", file));
            Assert.NotEqual(Bytes("one", file), Bytes("other", file));
        }

        var lines = File.ReadAllLines(Path.Combine(folder.Path, "one.trace"));
        Assert.True(lines.Length > 1_000);
        var times = lines.Select(line => (double)JsonNode.Parse(line)!["at"]!).ToArray();
        Assert.Equal(times.Order(), times);
        Assert.Equal(12 * 10, lines.Count(line => (string?)JsonNode.Parse(line)!["event"] == "has"));

        byte[] Bytes(string name, string file) => File.ReadAllBytes(Path.Combine(folder.Path, $"{name}.{file}"));

        string Process(string seed, string name)
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in (string[])
                [typeof(PeersCommandLine).Assembly.Location, .. Small.Split(' '), "--seed", seed, "--trace", File("trace"), "--csv", File("csv"), "--plot", File("svg")])
            {
                start.ArgumentList.Add(argument);
            }

            using var process = System.Diagnostics.Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal((0, ""), (process.ExitCode, error.Result));
            return output;

            string File(string extension) => Path.Combine(folder.Path, $"{name}.{extension}");
        }
    }

    [Fact(DisplayName = "The figures of a relay are those that the nodes show: everything everywhere, shares in order, a tx message for each arrival")]
    public async Task The_figures_of_a_relay()
    {
        using var folder = new TemporaryFolder();
        var csv = Path.Combine(folder.Path, "a.csv");
        using var run = CommandRun.Start([.. Small.Split(' '), "--seed", "3", "--json", "--csv", csv]);

        Assert.Equal(0, await run.Exit);
        Assert.Empty(run.ErrorLines);
        var done = run.Event("done");
        Assert.Equal((10, 10, 1), ((int)done["items"]!, (int)done["everywhere"]!, (int)done["tips"]!));
        var shares = run.Event("propagation")["shares"]!.AsArray();
        Assert.Equal([0.5, 0.9, 0.99, 1], shares.Select(share => (double)share!["share"]!));
        foreach (var kind in (string[])["transactions", "blocks"])
        {
            var medians = shares.Select(share => (double)share![kind]!["median"]!).ToArray();
            Assert.Equal(medians.Order(), medians);
            Assert.All(shares, share => Assert.True((double)share![kind]!["median"]! <= (double)share[kind]!["slowest"]!));
        }

        var traffic = run.Event("traffic");
        Assert.Equal((double)traffic["messages"]! / 12, (double)traffic["messagesPerNode"]!);
        Assert.Equal((double)traffic["bytes"]!, traffic["sent"]!.AsObject().Sum(sent => (double)sent.Value!["bytes"]!));

        var rows = File.ReadAllLines(csv).Skip(1).Select(line => line.Split(',')).ToArray();
        Assert.Equal((8, 2), (rows.Count(row => row[0] == "transaction"), rows.Count(row => row[0] == "block")));
        Assert.All(rows, row => Assert.Equal("12", row[4]));
        var slowest = rows.Where(row => row[0] == "transaction").Max(row => double.Parse(row[8], CultureInfo.InvariantCulture));
        Assert.Equal((double)shares[3]!["transactions"]!["slowest"]!, 1000 * slowest, tolerance: 1);
    }

    [Fact(DisplayName = "Without blocks each transaction is sent to each node but its origin once, and announcements of what a node has are counted")]
    public async Task Transactions_alone()
    {
        using var run = CommandRun.Start([.. Small.Replace("--blocks 2", "--blocks 0", StringComparison.Ordinal).Split(' '), "--json"]);

        Assert.Equal(0, await run.Exit);
        var duplicates = run.Event("duplicates");
        Assert.Equal(8 * 11, (int)run.Event("traffic")["sent"]!["tx"]!["messages"]!);
        Assert.Equal((8 * 11, 0), ((int)duplicates["received"]!, (int)duplicates["receivedTwice"]!));

        // Who has it was told of it at least once while it had not.
        Assert.True((int)duplicates["announcedKnown"]! > 0);
        Assert.True((int)duplicates["announced"]! - (int)duplicates["announcedKnown"]! >= 8 * 11);
    }

    [Fact(DisplayName = "Announced at once a transaction is everywhere sooner than with a trickle, and its origin is found more often")]
    public async Task Trickle_policies()
    {
        var immediate = await Measure("immediate");
        var poisson = await Measure("poisson");
        var beat = await Measure("fixed");

        Assert.True(immediate.Median < poisson.Median, $"{immediate} {poisson}");
        Assert.True(poisson.Median < beat.Median, $"{poisson} {beat}");
        Assert.True(immediate.Guessed > 0.95, $"{immediate}");
        Assert.True(poisson.Guessed < 0.8, $"{poisson}");

        static async Task<(double Median, double Guessed)> Measure(string policy)
        {
            using var run = CommandRun.Start(
                "simulate", "relay", "--nodes", "30", "--connections", "4", "--transactions", "40", "--blocks", "0", "--for", "4m", "--json", "--trickle", policy);
            Assert.Equal(0, await run.Exit);
            return ((double)run.Event("propagation")["shares"]![1]!["transactions"]!["median"]!, (double)run.Event("origins")["share"]!);
        }
    }

    [Fact(DisplayName = "While halves are apart nothing passes between them, and both are on one chain when they are together again")]
    public async Task A_partition()
    {
        using var run = CommandRun.Start(
            "simulate", "partition", "--nodes", "16", "--connections", "4", "--transactions", "24", "--blocks", "9", "--for", "6m", "--apart", "2m", "--json");

        Assert.Equal(0, await run.Exit);
        var apart = run.Event("transactions")["phases"]![1]!;
        Assert.True((int)apart["count"]! > 0);
        Assert.True((double)apart["ownHalf"]! < 30_000);
        Assert.True((double)apart["otherHalf50"]! > (double)apart["ownHalf"]!);
        Assert.True((double)apart["otherHalf99AfterHealing"]! > 0);
        var healed = run.Event("healed");
        Assert.False((bool)healed["sameTip"]!);
        Assert.True((double)healed["oneChainAfter"]! < 60_000);
        Assert.Equal(33, (int)run.Event("done")["everywhere"]!);
    }

    [Fact(DisplayName = "Who has only the attacker's connections hears nothing, and one honest connection is enough to hear all, later")]
    public async Task An_eclipse()
    {
        using var run = CommandRun.Start(
            "simulate", "eclipse", "--nodes", "12", "--connections", "2", "--transactions", "6", "--blocks", "2", "--for", "3m", "--victims", "20", "--json");

        Assert.Equal(0, await run.Exit);
        var rows = run.Event("victims")["byHonestConnections"]!.AsArray();
        Assert.Equal(20, rows.Sum(row => (int)row!["victims"]!));
        Assert.Equal(20.0, rows.Sum(row => (double)row!["expected"]!), tolerance: 0.01);
        Assert.Equal([0, 1, 2], rows.Select(row => (int)row!["honest"]!));
        Assert.All(rows, row => Assert.True((int)row!["victims"]! > 0));
        foreach (var row in rows)
        {
            var hears = (int)row!["honest"]! == 0 ? 0 : (int)row["victims"]!;
            Assert.Equal((6 * hears, 2 * hears), ((int)row["transactionsHeard"]!, (int)row["blocksHeard"]!));
        }

        Assert.True((double)rows[1]!["transactionsMedian"]! > (double)rows[2]!["transactionsMedian"]!);
    }

    [Fact(DisplayName = "Nodes that leave and come back still reach each other, and catch up with the chain")]
    public async Task Churn()
    {
        using var run = CommandRun.Start(
            "simulate", "churn", "--nodes", "14", "--connections", "4", "--transactions", "10", "--blocks", "4", "--for", "8m", "--stay", "3m", "--away", "1m", "--json");

        Assert.Equal(0, await run.Exit);
        Assert.Empty(run.ErrorLines);
        Assert.True((int)run.Event("done")["left"]! > 5);
        Assert.True((int)run.Event("done")["returned"]! > 5);
        var samples = run.Events.Where(happened => (string?)happened["event"] == "sample").ToArray();
        Assert.Equal(10, samples.Length);
        Assert.Contains(samples, sample => (int)sample["online"]! < 14);
        Assert.All(samples, sample => Assert.InRange((int)sample["largestPart"]!, (int)sample["online"]! / 2, (int)sample["online"]!));
        Assert.Equal(4, (int)samples[^1]["height"]!);
    }

    [Fact(DisplayName = "The drawing is an SVG with a curve for each item, axes, and a legend")]
    public async Task The_drawing()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a.svg");
        using var run = CommandRun.Start([.. Small.Split(' '), "--plot", path]);

        Assert.Equal(0, await run.Exit);
        var svg = XDocument.Load(path);
        XNamespace name = "http://www.w3.org/2000/svg";
        Assert.Equal(8 + 2 + 2 + 1, svg.Descendants(name + "polyline").Count());
        var texts = svg.Descendants(name + "text").Select(text => text.Value).ToArray();
        Assert.Contains("each transaction (8)", texts);
        Assert.Contains("each block (2)", texts);
        Assert.Contains("88 arrivals", texts);
        Assert.Equal(3, texts.Count(text => text == "seconds since it was made"));
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Without transactions and blocks there is still an output, and a drawing")]
    public async Task Nothing_to_relay()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a.svg");
        using var run = CommandRun.Start("simulate", "relay", "--nodes", "3", "--connections", "2", "--transactions", "0", "--blocks", "0", "--for", "1m", "--plot", path);

        Assert.Equal(0, await run.Exit);
        Assert.Contains(run.OutputLines, line => line.Contains("0 of 0 items", StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A simulation that is stopped fails in one line")]
    public async Task A_stopped_simulation()
    {
        using var run = CommandRun.Start("simulate", "relay", "--nodes", "20", "--for", "24h");
        await run.LineWithAsync("relay: 20 nodes");

        Assert.Equal(1, await run.StopAsync());
        Assert.Equal("peers simulate relay: stopped before it was done", Assert.Single(run.ErrorLines));
    }

    [Fact(DisplayName = "What the user's settings say counts: a network without trickle relays no transaction")]
    public async Task The_users_settings_count()
    {
        using var folder = new TemporaryFolder();
        using var run = CommandRun.Start([.. Small.Split(' '), "--json", "--config", folder.Write("a.conf", "peers.trickle.enabled = off")]);

        Assert.Equal(0, await run.Exit);
        Assert.False(run.Event("traffic")["sent"]!.AsObject().ContainsKey("tx"));
        Assert.Equal(2 - 2, (int)run.Event("done")["everywhere"]!);
    }

    [Fact(DisplayName = "The binomial of the eclipse and the times of a propagation are right for what can be counted by hand")]
    public void By_hand()
    {
        var inventory = new RelayInventory();
        var item = inventory.Add(inventory.MakeTransaction());
        using var simulation = new Simulation(1);
        var node = new RelayNode(simulation, simulation.Network.Host("10.0.0.1"), inventory);
        var propagation = new Propagation(item, node, TimeSpan.Zero, 4);
        foreach (var number in (int[])[0, 2, 1])
        {
            propagation.Arrivals.Add(new Arrival(number, TimeSpan.FromSeconds(number)));
        }

        Assert.Equal(TimeSpan.FromSeconds(2), propagation.TimeTo(0.5));
        Assert.Equal(TimeSpan.FromSeconds(1), propagation.TimeTo(0.75));
        Assert.Null(propagation.TimeTo(0.76));
        Assert.Equal(TimeSpan.FromSeconds(1), propagation.TimeTo(1, 1, number => number == 1));
    }
}
