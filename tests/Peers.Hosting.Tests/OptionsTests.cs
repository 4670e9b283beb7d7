using Microsoft.Extensions.Options;

namespace Peers.Hosting.Tests;

/// <summary>What somebody writes becomes settings, or one message that names each fault in the words in which it was written.</summary>
public sealed class OptionsTests
{
    [Fact(DisplayName = "Options that are not set leave every setting to HOCON")]
    public void Nothing_is_set()
    {
        var settings = Settings(new PeersOptions());

        // The settings of two readings share no lists: what they print is compared.
        Assert.Equal(PeerSettings.From(PeerEngine.DefaultConfig).ToString(), settings.ToString());
    }

    [Theory(DisplayName = "Configuration says a setting by its property, by its path, or as in HOCON, in any case")]
    [InlineData("Ping:Interval", "90s")]
    [InlineData("Ping:Interval", "00:01:30")]
    [InlineData("ping:interval", "90s")]
    [InlineData("PING:INTERVAL", "1.5m")]
    [InlineData("Settings:ping.interval", "90s")]
    [InlineData("Settings:Ping:Interval", "90s")]
    [InlineData("Profiles:node:Ping:Interval", "90s")]
    [InlineData("Hocon", "peers.ping.interval = 90s")]
    public void A_setting_has_several_names(string key, string value) =>
        Assert.Equal(TimeSpan.FromSeconds(90), Settings(Read((key, value))).Ping.Interval);

    [Fact(DisplayName = "Every setting of peers.conf can be said by its path in configuration")]
    public void Every_setting_has_a_path()
    {
        var keys = Keys(PeerEngine.DefaultConfig.GetConfig("peers").Root, "").Where(key => !key.StartsWith("profiles.", StringComparison.Ordinal)).ToList();

        Assert.True(keys.Count > 60);
        Assert.All(keys, key => Assert.Equal(key, SettingKeys.Known.Find(SettingKeys.Name(key).Replace(':', '.'))));

        static IEnumerable<string> Keys(Akka.Configuration.Hocon.HoconValue value, string path) => value.IsObject()
            ? value.GetObject().Items.SelectMany(item => Keys(item.Value, path.Length == 0 ? item.Key : $"{path}.{item.Key}"))
            : [path];
    }

    [Fact(DisplayName = "Properties, lists, switches and times of the options become settings")]
    public void Properties_become_settings()
    {
        var settings = Settings(new PeersOptions
        {
            Network = "signet",
            UserAgent = "/node:1.0/",
            Services = ["network", "witness"],
            Listen = ["127.0.0.1:18444", "[::1]:18444"],
            MaxInbound = 7,
            MaxOutbound = 5,
            Proxy = "127.0.0.1:9050",
            RelayTransactions = false,
            StopTimeout = TimeSpan.FromMilliseconds(1500),
            ["idle.timeout"] = "7m",
            ["raw-commands"] = "block, tx",
        });

        Assert.Equal("signet", settings.Network.Name);
        Assert.Equal("/node:1.0/", settings.UserAgent);
        Assert.Equal(Wire.ServiceFlags.Network | Wire.ServiceFlags.Witness, settings.Services);
        Assert.Equal(["127.0.0.1:18444", "[::1]:18444"], settings.Listen.Endpoints.Select(endpoint => endpoint.ToString()));
        Assert.Equal((7, 5, false), (settings.Listen.MaxInbound, settings.Outbound.Max, settings.RelayTransactions));
        Assert.Equal("127.0.0.1:9050", settings.Proxy?.ToString());
        Assert.Equal((TimeSpan.FromSeconds(1.5), TimeSpan.FromMinutes(7)), (settings.StopTimeout, settings.Idle.Timeout));
        Assert.Equal(["block", "tx"], settings.RawCommands.Order(StringComparer.Ordinal));
    }

    [Fact(DisplayName = "A list is items or one text with commas; listen is both a list and a section")]
    public void Lists_are_read()
    {
        var settings = Settings(Read(
            ("Listen:0", "127.0.0.1:1"), ("Listen:1", "127.0.0.1:2"), ("Listen:MaxInbound", "9"), ("Listen:Backlog", "33"), ("Services", "network, witness")));

        Assert.Equal(["127.0.0.1:1", "127.0.0.1:2"], settings.Listen.Endpoints.Select(endpoint => endpoint.ToString()));
        Assert.Equal((9, 33), (settings.Listen.MaxInbound, settings.Listen.Backlog));
        Assert.Equal(Wire.ServiceFlags.Network | Wire.ServiceFlags.Witness, settings.Services);
        Assert.Equal(["127.0.0.1:3"], Settings(Read(("Listen", "127.0.0.1:3"))).Listen.Endpoints.Select(endpoint => endpoint.ToString()));
    }

    [Fact(DisplayName = "What is written for this program counts before the profile, and code before configuration")]
    public void Order_of_precedence()
    {
        var options = Read(("Profile", "crawler"), ("MaxOutbound", "11"), ("Ping:Interval", "3m"), ("Hocon", "peers.outbound.max = 12, peers.idle.timeout = 9m"));
        options["ping.interval"] = "4m";
        var settings = Settings(options);

        Assert.Equal(11, settings.Outbound.Max);
        Assert.Equal((TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(9)), (settings.Ping.Interval, settings.Idle.Timeout));
        Assert.False(settings.Ping.Enabled); // The profile's own.
    }

    public static TheoryData<string, string, string> Faults => new()
    {
        { "Ping:Interval", "soon", "Peers:Ping:Interval = soon: expected a duration such as 250ms, 30s, 5m or 2h" },
        { "Ping:Interval", "30", "Peers:Ping:Interval = 30: expected a duration such as 250ms, 30s, 5m or 2h" },
        { "Ping:Intervall", "30s", "Peers:Ping:Intervall = 30s: no such setting; did you mean Peers:Ping:Interval?" },
        { "Netwrok", "signet", "Peers:Netwrok = signet: no such setting; did you mean Peers:Network?" },
        { "Network", "moon", "Peers:Network = moon: expected one of mainnet, testnet3, testnet4, signet, regtest, simnet" },
        { "MaxInbond", "8", "Peers:MaxInbond = 8: no such setting; did you mean Peers:MaxInbound?" },
        { "MaxInbound", "-1", "Peers:MaxInbound = -1: expected a whole number of at least 0" },
        { "Services:0", "coffee", "Peers:Services = coffee: expected any of bloom, compact-filters, get-utxo, network, network-limited, witness" },
        { "Listen:0", "8333", "Peers:Listen = 8333: expected addresses with ports such as \"0.0.0.0:8333\" or \"[::]:8333\"" },
        { "Proxy", "tor", "Peers:Proxy = tor: expected the address and the port of the proxy such as \"127.0.0.1:9050\" or \"[::1]:9050\"" },
        { "RelayTransactions", "maybe", "Peers:RelayTransactions = maybe: expected on or off" },
        { "ReceiveBudget", "256", "Peers:ReceiveBudget = 256: expected a size such as 512b, 64KiB or 8MiB" },
        { "Settings:ping.intervall", "1m", "Peers:Settings:ping.intervall = 1m: no such setting; did you mean Peers:Ping:Interval?" },
        { "Settings:ping.interval", "1 fortnight", "Peers:Settings:ping.interval = 1 fortnight: expected a duration such as 250ms, 30s, 5m or 2h" },
        { "Ping", "off", "Peers:Ping = off: expected a section, with Peers:Ping:Enabled for instance" },
        { "Ping:Interval:Minutes", "2", "Peers:Ping:Interval: expected one value, not a section or a list" },
        { "Hocon", "peers.ping.intervall = 1m", "peers.ping.intervall: no such setting; did you mean peers.ping.interval?" },
        { "UserAgent", new string('a', 300), $"Peers:UserAgent = {new string('a', 300)}" },
        { "ProtocolVersion", "70000", "" },
    };

    [Theory(DisplayName = "A fault is told in the words in which it was written, with what was expected")]
    [MemberData(nameof(Faults))]
    public void A_fault_is_told(string key, string value, string expected)
    {
        var faults = new OptionsReading(Read((key, value)), Akka.Configuration.Config.Empty).Faults;

        if (expected.Length > 0)
        {
            Assert.StartsWith(expected, Assert.Single(faults), StringComparison.Ordinal);
        }
        else
        {
            Assert.Empty(faults);
        }
    }

    [Fact(DisplayName = "A fault in code names the property or the key of PeersOptions")]
    public void A_fault_in_code_is_told()
    {
        var options = new PeersOptions { Network = "moon", ["ping.intervall"] = "1m", ["idle.timeout"] = "long" };

        Assert.Equal(
            [
                "PeersOptions[\"ping.intervall\"] = 1m: no such setting; did you mean PeersOptions[\"ping.interval\"]?",
                "PeersOptions.Network = moon: expected one of mainnet, testnet3, testnet4, signet, regtest, simnet",
                "PeersOptions[\"idle.timeout\"] = long: expected a duration such as 250ms, 30s, 5m or 2h",
            ],
            new OptionsReading(options, Akka.Configuration.Config.Empty).Faults);
    }

    [Fact(DisplayName = "Roles have names of the user's own, in configuration and in code")]
    public void Roles_are_named_by_the_user()
    {
        var settings = Settings(Read(("Outbound:Roles:filters:Count", "3"), ("Outbound:Roles:filters:Services:0", "compact-filters")));
        var role = Assert.Single(settings.Keeping.Roles);
        Assert.Equal(("filters", 3, Wire.ServiceFlags.CompactFilters), (role.Name, role.Count, role.Services));
        Assert.Equal(
            settings.Keeping.Roles,
            Settings(new PeersOptions { ["outbound.roles.filters.count"] = "3", ["outbound.roles.filters.services"] = "compact-filters" }).Keeping.Roles.ToArray());
        var reading = new OptionsReading(Read(("Outbound:Roles:filters:Cuont", "3"), ("KeepOutbound", "sometimes")), Akka.Configuration.Config.Empty);
        Assert.Contains(reading.Faults, fault => fault.StartsWith("Peers:Outbound:Roles:filters:Cuont = 3: no such setting", StringComparison.Ordinal));
        Assert.Contains("Peers:KeepOutbound = sometimes: expected true or false", reading.Faults);
    }

    [Fact(DisplayName = "The same setting under two names is a fault")]
    public void The_same_twice_is_a_fault() =>
        Assert.Equal(
            ["Peers:MaxInbound = 2: the same setting as Peers:Listen:MaxInbound; write one of them"],
            new OptionsReading(Read(("Listen:MaxInbound", "1"), ("MaxInbound", "2")), Akka.Configuration.Config.Empty).Faults);

    [Fact(DisplayName = "A host with wrong options does not start, and says all that is wrong in one message")]
    public async Task Wrong_options_fail_the_start()
    {
        using var host = Scene.Host(services => services.AddPeers(
            Scene.Section(("Netwrok", "regtest"), ("Ping:Interval", "soon"), ("Listen:0", "nowhere"), ("Outbound:Maximum", "3")), options => options.UserAgent = new string('a', 300)));

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        foreach (var key in new[] { "Peers:Netwrok", "Peers:Ping:Interval", "Peers:Listen", "Peers:Outbound:Maximum", "PeersOptions.UserAgent" })
        {
            Assert.Contains($"{key} = ", fault.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(" at ", fault.Message.Replace("at most", "", StringComparison.Ordinal).Replace("at least", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(5, fault.Failures.Count());
    }

    private static PeersOptions Read(params (string Key, string? Value)[] settings)
    {
        var options = new PeersOptions();
        options.Read(Scene.Section(settings));
        return options;
    }

    private static PeerSettings Settings(PeersOptions options)
    {
        var reading = new OptionsReading(options, Akka.Configuration.Config.Empty);
        Assert.Empty(reading.Faults);
        return reading.Settings!;
    }
}
