using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Peers.Hosting;

/// <summary>
/// What a program wants otherwise than <c>hocon/peers.conf</c> says: null means "leave it to HOCON", which is the one source of defaults. What was set
/// last counts; what was set here counts before <see cref="Hocon"/>, and before the profile.
/// </summary>
/// <remarks>
/// Bound from configuration by <c>AddPeers(section)</c>: a property by its name, every other setting by its path of <c>docs/settings.md</c>
/// (<c>Peers:Ping:Interval</c> is <c>peers.ping.interval</c>; case and hyphens do not matter), or as it is written there
/// (<c>Peers:Settings:ping.interval</c>). All of it is checked when the host starts, and every fault is told at once.
/// </remarks>
public sealed class PeersOptions
{
    private readonly SortedDictionary<string, WrittenSetting> _written = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>The network to speak on: <c>peers.network</c>.</summary>
    public string? Network
    {
        get => this["network"];
        set => Write("network", value, nameof(Network));
    }

    /// <summary>The overlay that is put over all other keys: <c>peers.profile</c>.</summary>
    public string? Profile
    {
        get => this["profile"];
        set => Write("profile", value, nameof(Profile));
    }

    /// <summary>What we call ourselves (BIP 14), at most 256 bytes: <c>peers.user-agent</c>.</summary>
    public string? UserAgent
    {
        get => this["user-agent"];
        set => Write("user-agent", value, nameof(UserAgent));
    }

    /// <summary>What we offer, such as <c>network</c> and <c>witness</c>: <c>peers.services</c>.</summary>
    public IReadOnlyList<string>? Services
    {
        get => ListOf("services");
        set => Write("services", value, nameof(Services));
    }

    /// <summary>Addresses to listen on from the start, such as <c>0.0.0.0:8333</c>: <c>peers.listen.endpoints</c>.</summary>
    public IReadOnlyList<string>? Listen
    {
        get => ListOf("listen.endpoints");
        set => Write("listen.endpoints", value, nameof(Listen));
    }

    /// <summary>Inbound connections at most: <c>peers.listen.max-inbound</c>.</summary>
    public int? MaxInbound
    {
        get => NumberOf("listen.max-inbound");
        set => Write("listen.max-inbound", value?.ToString(CultureInfo.InvariantCulture), nameof(MaxInbound));
    }

    /// <summary>Outbound connections at most: <c>peers.outbound.max</c>.</summary>
    public int? MaxOutbound
    {
        get => NumberOf("outbound.max");
        set => Write("outbound.max", value?.ToString(CultureInfo.InvariantCulture), nameof(MaxOutbound));
    }

    /// <summary>The SOCKS5 proxy that dials go through, such as <c>127.0.0.1:9050</c>: <c>peers.proxy</c>.</summary>
    public string? Proxy
    {
        get => this["proxy"];
        set => Write("proxy", value, nameof(Proxy));
    }

    /// <summary>Whether we ask for transactions to be announced to us: <c>peers.relay-transactions</c>.</summary>
    public bool? RelayTransactions
    {
        get => this["relay-transactions"] switch { "on" or "true" => true, "off" or "false" => false, _ => null };
        set => Write("relay-transactions", value switch { true => "on", false => "off", null => null }, nameof(RelayTransactions));
    }

    /// <summary>How long the stop of the engine waits for its peers to write what is queued: <c>peers.stop-timeout</c>.</summary>
    public TimeSpan? StopTimeout
    {
        get => this["stop-timeout"] is { } text ? Quantity.ParseDuration(text) : null;
        set => Write("stop-timeout", value is { } time ? Text(time) : null, nameof(StopTimeout));
    }

    /// <summary>
    /// Whether the engine keeps connections by itself from its start on, as <c>peers.outbound</c> says (<see cref="PeerEngine.KeepOutbound"/>): they come by
    /// <see cref="IPeerEngine.KeptAsync"/>. Not unless you say so.
    /// </summary>
    public bool KeepOutbound { get; set; }

    /// <summary>HOCON of your own, <c>peers</c> and <c>akka</c> sections, as in <c>peers.ping.interval = 1m</c>; a file's content for instance.</summary>
    public string? Hocon { get; set; }

    /// <summary>
    /// Puts in what no text can say, as the engine starts: <c>BestHeight</c>, <c>Admit</c> and the other hooks, with the services of the host at hand. Null for nothing.
    /// </summary>
    public Func<IServiceProvider, PeerSettings, PeerSettings>? Change { get; set; }

    /// <summary>Any setting by its path in <c>docs/settings.md</c> without the leading <c>peers.</c>, such as <c>ping.interval</c>; null leaves it to HOCON. A list is written with commas.</summary>
    /// <param name="key">The path.</param>
    public string? this[string key]
    {
        get => _written.GetValueOrDefault(key)?.Text;
        set
        {
            var origin = $"[\"{key}\"]";
            if (value is not null && SettingKeys.Known.IsList(key))
            {
                Write(key, Split(value), origin);
            }
            else
            {
                Write(key, value, origin);
            }
        }
    }

    internal IReadOnlyCollection<WrittenSetting> Written => _written.Values;

    /// <summary>What was wrong with the form of what was written, as it was read.</summary>
    internal IReadOnlyList<string> Faults => _faults;

    /// <summary>Reads a section of configuration over what there is.</summary>
    internal void Read(IConfigurationSection section)
    {
        var reader = new SectionReader(section);
        reader.Read();
        Hocon = reader.Hocon ?? Hocon;
        KeepOutbound = reader.KeepOutbound ?? KeepOutbound;
        _faults.AddRange(reader.Faults);
        foreach (var setting in reader.Settings)
        {
            _written[setting.Key] = setting;
        }
    }

    /// <summary>A list as one text.</summary>
    internal static IReadOnlyList<string> Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal static string Text(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.####}ms");

    private IReadOnlyList<string>? ListOf(string key) => _written.GetValueOrDefault(key)?.Items;

    private int? NumberOf(string key) => int.TryParse(this[key], NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    private void Write(string key, string? value, string origin) =>
        Write(key, value is null ? null : new WrittenSetting(key, Origin(origin), value, null));

    private void Write(string key, IReadOnlyList<string>? items, string origin) =>
        Write(key, items is null ? null : new WrittenSetting(key, Origin(origin), string.Join(", ", items), [.. items]));

    private static string Origin(string member) => member.StartsWith('[') ? $"PeersOptions{member}" : $"PeersOptions.{member}";

    private void Write(string key, WrittenSetting? setting)
    {
        if (setting is null)
        {
            _written.Remove(key);
        }
        else
        {
            _written[key] = setting;
        }
    }
}
