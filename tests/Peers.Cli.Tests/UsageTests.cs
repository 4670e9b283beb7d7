namespace Peers.Cli.Tests;

public class UsageTests
{
    public static TheoryData<string, string> WrongUses => new()
    {
        { "", "name a verb: demo, connect, listen, decode, simulate, crawl, completion" },
        { "dmo", "there is no verb 'dmo'" },
        { "--jsn", "there is no option '--jsn'" },
        { "demo --block 5", "there is no option '--block'" },
        { "demo extra", "'extra' is one argument too many" },
        { "demo --blocks 0", "--blocks 0: expected a whole number from 1" },
        { "demo --blocks many", "--blocks many: expected a whole number" },
        { "demo --blocks", "'--blocks'" },
        { "demo --network regnet", "--network regnet: expected one of mainnet" },
        { "demo --network mainnet", "the demo makes a regtest chain" },
        { "demo --log loud", "--log loud: expected debug" },
        { "demo --log 3", "--log 3: expected debug" },
        { "demo --config no-such-file.conf", "cannot read 'no-such-file.conf'" },
        { "connect", "HOST[:PORT]" },
        { "connect one two", "'two' is one argument too many" },
        { "connect node:0", "the port '0' is no number from 1 to 65535" },
        { "connect node:65536", "the port '65536' is no number" },
        { "connect node:http", "the port 'http' is no number" },
        { "connect ::1", "put an IPv6 address in brackets" },
        { "connect [::1", "expected an IPv6 address in brackets" },
        { "connect [node]:1", "expected an IPv6 address in brackets" },
        { "connect :8333", "expected a host name or an address" },
        { "connect @node", "expected a host name or an address" },
        { "connect node --for 30", "--for 30: expected a duration such as" },
        { "connect node --for -1s", "--for" },
        { "connect node --proxy localhost:9050", "--proxy localhost:9050: expected the address and the port of the proxy, such as 127.0.0.1:9050" },
        { "connect node --proxy 127.0.0.1", "--proxy 127.0.0.1: expected the address and the port of the proxy" },
        { "connect node --blocks 0", "--blocks 0: expected a whole number" },
        { "listen node:18444", "'node:18444': expected an IP address" },
        { "listen 127.0.0.1:x", "the port 'x' is no number from 0 to 65535" },
        { "listen --blocks-dir no-such-folder", "there is no folder 'no-such-folder'" },
        { "listen --blocks-dir . --demo-blocks 3", "choose one of them" },
        { "listen --demo-blocks 3 --network signet", "--demo-blocks makes a regtest chain" },
        { "listen --for soon", "--for soon: expected a duration" },
        { "completion", "'SHELL' missing" },
        { "completion fish", "SHELL fish: expected bash or zsh" },
        { "decode", "name a FILE" },
        { "decode no-such-file", "cannot read 'no-such-file'" },
        { "decode .", "it is a folder" },
        { "decode --network nonet no-such-file", "--network nonet: expected one of" },
    };

    public static TheoryData<string, string> WrongSettings => new()
    {
        { "peers.conection.frame-size = 4KiB", "did you mean peers.connection.frame-size?" },
        { "peers.ping.interval = soon", "peers.ping.interval = soon: expected a duration" },
        { "peers.network = nonet", "peers.network = nonet: expected one of" },
        { "peer.network = regtest", "no setting is named 'peer'" },
        { "peers.network = ${nowhere}", "not HOCON" },
    };

    [Theory(DisplayName = "A wrong use is told in one line that names what to change, with exit code 2")]
    [MemberData(nameof(WrongUses))]
    public async Task A_wrong_use_is_one_line_and_exit_code_2(string arguments, string says)
    {
        using var run = CommandRun.Start(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, await run.Exit);
        Assert.Contains(says, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(run.OutputLines);
    }

    [Theory(DisplayName = "A setting that cannot be used is told in one line, with exit code 2")]
    [MemberData(nameof(WrongSettings))]
    public async Task A_wrong_setting_is_one_line_and_exit_code_2(string setting, string says)
    {
        using var folder = new TemporaryFolder();
        using var run = CommandRun.Start("demo", "--config", folder.Write("wrong.conf", setting));

        Assert.Equal(2, await run.Exit);
        Assert.Contains(says, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(run.OutputLines);
    }

    [Theory(DisplayName = "Every verb explains itself")]
    [InlineData("--help", "connect")]
    [InlineData("demo --help", "--blocks")]
    [InlineData("connect --help", "--no-pow")]
    [InlineData("listen --help", "--blocks-dir")]
    [InlineData("decode --help", "--all")]
    public async Task Every_verb_explains_itself(string arguments, string says)
    {
        using var run = CommandRun.Start(arguments.Split(' '));

        Assert.Equal(0, await run.Exit);
        Assert.Contains(run.OutputLines, line => line.Contains(says, StringComparison.Ordinal));
        Assert.Empty(run.ErrorLines);
    }

    [Fact(DisplayName = "The version is that of the assembly")]
    public async Task The_version_is_told()
    {
        using var run = CommandRun.Start("--version");

        Assert.Equal(0, await run.Exit);
        Assert.StartsWith(typeof(PeerEngine).Assembly.GetName().Version!.ToString(3), Assert.Single(run.OutputLines), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A duration has a unit")]
    [InlineData("250ms", 250)]
    [InlineData("1.5s", 1500)]
    [InlineData("5m", 300_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("0s", 0)]
    [InlineData("30", null)]
    [InlineData("s", null)]
    [InlineData("-1s", null)]
    [InlineData("100d", null)]
    public void A_duration_has_a_unit(string text, int? milliseconds) =>
        Assert.Equal(milliseconds, OptionValue.ParseDuration(text)?.TotalMilliseconds);

    [Theory(DisplayName = "Hosts are read as users write them")]
    [InlineData("node.example", "Unspecified/node.example:8333")]
    [InlineData("node.example:18444", "Unspecified/node.example:18444")]
    [InlineData("1.2.3.4", "1.2.3.4:8333")]
    [InlineData("1.2.3.4:5", "1.2.3.4:5")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]:8333")]
    [InlineData("[2001:db8::1]:5", "[2001:db8::1]:5")]
    public void Hosts_are_read(string text, string endpoint) => Assert.Equal(endpoint, HostAndPort.ParseRemote(text, 8333).ToString());

    [Theory(DisplayName = "Addresses to listen on are read as users write them")]
    [InlineData(":0", "127.0.0.1:0")]
    [InlineData("0.0.0.0", "0.0.0.0:8333")]
    [InlineData("localhost:5", "127.0.0.1:5")]
    [InlineData("[::1]:5", "[::1]:5")]
    public void Addresses_to_listen_on_are_read(string text, string endpoint) => Assert.Equal(endpoint, HostAndPort.ParseLocal(text, 8333).ToString());
}
