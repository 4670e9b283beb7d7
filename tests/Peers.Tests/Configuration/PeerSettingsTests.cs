using Akka.Configuration;
using Peers.Wire;

namespace Peers.Tests.Configuration;

public sealed class PeerSettingsTests
{
    [Fact(DisplayName = "The reference alone makes settings; they are Bitcoin Core's and btcd's figures")]
    public void Defaults_come_from_the_reference()
    {
        var settings = PeerSettings.From(PeerEngine.DefaultConfig);
        Assert.Same(BitcoinNetwork.Mainnet, settings.Network);
        Assert.Same(StrictnessPolicy.Core, settings.Strictness);
        Assert.Equal(70016, settings.ProtocolVersion);
        Assert.Equal(209, settings.MinimumProtocolVersion);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.Handshake.Timeout);
        Assert.Equal(new PingSettings(true, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(20)), settings.Ping);
        Assert.Equal(new IdleSettings(true, TimeSpan.FromMinutes(5)), settings.Idle);
        Assert.Equal(64 * 1024, settings.Connection.FrameSize);
        Assert.Equal(4_000_000, settings.Connection.MaxMessageSize);
        Assert.Empty(settings.RawCommands);
        Assert.Equal(ServiceFlags.None, settings.Services);
    }

    [Fact(DisplayName = "A user's key lies over the reference and leaves its siblings")]
    public void User_keys_keep_their_siblings()
    {
        var settings = Read("peers { network = signet, ping.interval = 10s, services = [network, witness], listen.endpoints = [\"127.0.0.1:1\", \"[::1]:2\"] }");
        Assert.Same(BitcoinNetwork.Signet, settings.Network);
        Assert.Equal(new PingSettings(true, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(20)), settings.Ping);
        Assert.Equal(ServiceFlags.Network | ServiceFlags.Witness, settings.Services);
        Assert.Equal(["127.0.0.1:1", "[::1]:2"], settings.Listen.Endpoints.Select(endpoint => endpoint.ToString()));
    }

    [Fact(DisplayName = "A profile lies over plain keys, and a user's word in the profile over the profile")]
    public void Profiles_overlay()
    {
        var crawler = Read("peers { profile = crawler }");
        Assert.Equal(4 * 1024, crawler.Connection.FrameSize);
        Assert.False(crawler.Ping.Enabled);
        Assert.Contains("block", crawler.RawCommands.AsEnumerable());
        Assert.Equal(8 * 1024, Read("peers { profile = crawler, profiles.crawler.connection.frame-size = 8KiB }").Connection.FrameSize);
        Assert.Equal(4 * 1024, Read("peers { profile = crawler, connection.frame-size = 8KiB }").Connection.FrameSize);
    }

    [Fact(DisplayName = "A signet of one's own gets its magic from its challenge")]
    public void Signet_challenge_gives_the_magic()
    {
        // BIP 325's default challenge: its signet must come out again.
        const string Challenge =
            "512103ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be430210359ef5021964fe22d6f8e05b2463c9540ce96883fe3b278760f048f5189f2e6c452ae";
        Assert.Equal(BitcoinNetwork.Signet.Magic, Read($"peers {{ network = signet, signet-challenge = \"{Challenge}\" }}").Network.Magic);
    }

    [Theory(DisplayName = "Every fault is one line with the key, the value and what to write")]
    [InlineData("peers.netwrok = mainnet", "peers.netwrok: no such setting; did you mean peers.network?")]
    [InlineData("peers.ping.intervall = 1s", "peers.ping.intervall: no such setting; did you mean peers.ping.interval?")]
    [InlineData("peers.profiles.crawler.pingg.enabled = off", "peers.profiles.crawler.pingg.enabled: no such setting; did you mean peers.profiles.crawler.ping.enabled?")]
    [InlineData("peers.network = moonnet", "peers.network = moonnet: expected one of mainnet, testnet3, testnet4, signet, regtest, simnet")]
    [InlineData("peers.proxy = \"localhost:9050\"", "peers.proxy = localhost:9050: expected the address and the port of the proxy such as \"127.0.0.1:9050\" or \"[::1]:9050\"")]
    [InlineData("peers.proxy = \"127.0.0.1\"", "peers.proxy = 127.0.0.1: expected the address and the port of the proxy such as \"127.0.0.1:9050\" or \"[::1]:9050\"")]
    [InlineData("peers.proxy = \"::1\"", "peers.proxy = ::1: expected the address and the port of the proxy such as \"127.0.0.1:9050\" or \"[::1]:9050\"")]
    [InlineData("peers.strictness = lax", "peers.strictness = lax: expected core or btcd")]
    [InlineData("peers.profile = spv", "peers.profile = spv: expected node or crawler")]
    [InlineData("peers.ping.interval = 30", "peers.ping.interval = 30: expected a duration such as 250ms, 30s, 5m or 2h")]
    [InlineData("peers.ping.interval = 30parsecs", "peers.ping.interval = 30parsecs: expected a duration such as 250ms, 30s, 5m or 2h")]
    [InlineData("peers.ping.interval = off", "peers.ping.interval = off: expected a duration such as 250ms, 30s, 5m or 2h")]
    [InlineData("peers.ping.interval = 0s", "peers.ping.interval = 0s: expected a duration such as 250ms, 30s, 5m or 2h")]
    [InlineData("peers.ping.timeout = never", "peers.ping.timeout = never: expected a duration such as 250ms, 30s, 5m or 2h, or 0s for never")]
    [InlineData("peers.user-agent-comments = [\"a:b\"]", "peers.user-agent-comments = a:b: expected comments without any of / : ( )")]
    [InlineData("peers.connection.frame-size = 64", "peers.connection.frame-size = 64: expected a size such as 512b, 64KiB or 8MiB")]
    [InlineData("peers.connection.frame-size = 9000MiB", "peers.connection.frame-size = 9000MiB: expected a size such as 512b, 64KiB or 8MiB")]
    [InlineData("peers.idle.enabled = perhaps", "peers.idle.enabled = perhaps: expected on or off")]
    [InlineData("peers.listen.max-inbound = -1", "peers.listen.max-inbound = -1: expected a whole number of at least 0")]
    [InlineData("peers.listen.max-inbound = many", "peers.listen.max-inbound = many: expected a whole number of at least 0")]
    [InlineData("peers.services = [network, moon]", "peers.services = moon: expected any of bloom, compact-filters, get-utxo, network, network-limited, witness")]
    [InlineData("peers.services = network", "peers.services = network: expected a list such as [\"a\", \"b\"]")]
    [InlineData("peers.listen.endpoints = [\"8333\"]", "peers.listen.endpoints = 8333: expected addresses with ports such as \"0.0.0.0:8333\" or \"[::]:8333\"")]
    [InlineData("peers.trickle.policy = slow", "peers.trickle.policy = slow: expected poisson, fixed or immediate")]
    [InlineData("peers.signet-challenge = xyz", "peers.signet-challenge = xyz: expected a script in hexadecimal")]
    public void Faults_name_the_key(string hocon, string fault) => Assert.Equal([fault], Faults(() => Read(hocon)));

    [Fact(DisplayName = "User agents carry comments as BIP 14 writes them, and have at most 256 bytes")]
    public void User_agents_carry_comments()
    {
        Assert.Equal("/node:1/", Read("peers.user-agent = \"/node:1/\"").UserAgent);
        Assert.Equal("/peers:0.1.0(mynode; linux)/", Read("peers.user-agent-comments = [mynode, linux]").UserAgent);
        Assert.Equal($"peers.user-agent = {new string('x', 257)}: expected at most 256 bytes with its comments", Faults(() => Read($"peers.user-agent = {new string('x', 257)}"))[0]);
    }

    [Fact(DisplayName = "What code puts into the settings is looked at when an engine starts")]
    public void Values_from_code_are_validated()
    {
        var settings = Read("") with { UserAgent = new string('x', 257), MinimumProtocolVersion = 80_000 };
        Assert.Equal(
            ["UserAgent has 257 bytes: expected at most 256", "MinimumProtocolVersion = 80000: expected at most ProtocolVersion, 70016"],
            Faults(() => PeerEngine.Props(settings, Akka.Actor.ActorRefs.Nobody)));
    }

    [Theory(DisplayName = "A value that holds itself, a list of objects and a time beyond every timer are faults, not the end of the process")]
    [InlineData("peers = ${?base}\npeers.idle { enabled = off, timeout = 1m }", "peers: nested without end; does a value refer to itself, as in a = ${a}?")]
    [InlineData("peers.services = [{ a = 1 }]", "expected a list of words")]
    [InlineData("peers.ping.interval = 1000d", "peers.ping.interval = 1000d: expected a duration such as 250ms, 30s, 5m or 2h")]
    [InlineData("peers.ping.timeout = 99999999999999999999d", "expected a duration")]
    public void Hostile_settings_are_faults(string hocon, string fault) =>
        Assert.Contains(fault, Assert.Single(Faults(() => Read(hocon))), StringComparison.Ordinal);

    [Fact(DisplayName = "Without the reference every key is missing, and all faults are told at once")]
    public void Missing_keys_are_told()
    {
        var faults = Faults(() => PeerSettings.From(ConfigurationFactory.ParseString("peers { network = regtest }")));
        Assert.Contains("peers.ping.interval: missing; load the defaults with .WithFallback(PeerEngine.DefaultConfig)", faults);
        Assert.DoesNotContain(faults, fault => fault.StartsWith("peers.network:", StringComparison.Ordinal));
        Assert.True(faults.Count > 30, string.Join('\n', faults));
    }

    [Theory(DisplayName = "Units")]
    [InlineData("250ms", 250)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2 m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1d", 86_400_000)]
    public void Durations_have_units(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Quantity.ParseDuration(text));

    [Theory(DisplayName = "Sizes")]
    [InlineData("512b", 512)]
    [InlineData("1B", 1)]
    [InlineData("4kB", 4_000)]
    [InlineData("64KiB", 65_536)]
    [InlineData("8MiB", 8_388_608)]
    [InlineData("1.5MB", 1_500_000)]
    public void Sizes_have_units(string text, int bytes) => Assert.Equal(bytes, Quantity.ParseSize(text));

    [Theory(DisplayName = "Edits between words")]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("same", "same", 0)]
    public void Edits_are_counted(string left, string right, int edits) => Assert.Equal(edits, EditDistance.Between(left, right));

    private static PeerSettings Read(string hocon) => PeerSettings.From(ConfigurationFactory.ParseString(hocon).WithFallback(PeerEngine.DefaultConfig));

    private static IReadOnlyList<string> Faults(Action read) => Assert.Throws<SettingsException>(read).Faults;
}
