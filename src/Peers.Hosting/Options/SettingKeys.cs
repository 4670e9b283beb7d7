using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Akka.Configuration.Hocon;

namespace Peers.Hosting;

/// <summary>
/// The settings that there are, by <c>hocon/peers.conf</c>, and what they are called in a .NET configuration: <c>ping.interval</c> is <c>Ping:Interval</c>
/// there. Case, hyphens and underscores do not tell two keys apart.
/// </summary>
internal sealed partial class SettingKeys
{
    private const string Roles = "outbound.roles";

    /// <summary>Characters of a key that is compared with those that there are.</summary>
    private const int LongestKey = 80;

    private const string Profiles = "profiles.";

    private readonly FrozenDictionary<string, string> _keys;
    private readonly FrozenSet<string> _lists;
    private readonly FrozenSet<string> _durations;
    private readonly FrozenSet<string> _sections;

    private SettingKeys()
    {
        Dictionary<string, HoconValue> leaves = [];
        Collect(PeerEngine.DefaultConfig.GetConfig("peers").Root, "", leaves);
        _keys = leaves.Keys.ToFrozenDictionary(Plain, key => key);
        _lists = leaves.Where(leaf => leaf.Value.Values.OfType<HoconArray>().Any()).Select(leaf => leaf.Key).ToFrozenSet();
        _durations = leaves.Where(leaf => leaf.Value.IsString() && Quantity.ParseDuration(leaf.Value.GetString()) is not null).Select(leaf => leaf.Key).ToFrozenSet();
        _sections = leaves.Keys.SelectMany(Above).Select(Plain).ToFrozenSet();
    }

    public static SettingKeys Known { get; } = new();

    /// <summary>What stands for a setting at the root of a configuration: the properties of <see cref="PeersOptions"/> that are not called as it is.</summary>
    private static readonly FrozenDictionary<string, string> Properties = new Dictionary<string, string>
    {
        [nameof(PeersOptions.MaxInbound)] = "listen.max-inbound",
        [nameof(PeersOptions.MaxOutbound)] = "outbound.max",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the setting that a path means; null when there is none.</summary>
    /// <param name="path">The path below <c>peers</c>, parts separated by dots, in whatever way of writing.</param>
    public string? Find(string path)
    {
        var (profile, plain) = SplitProfile(path);
        return Properties.TryGetValue(path, out var key) ? key
            : _keys.TryGetValue(Plain(plain), out key) ? profile + key
            : Role().Match(plain) is { Success: true } role ? $"{profile}{Roles}.{role.Groups["name"]}.{role.Groups["key"].Value.ToLowerInvariant()}"
            : null;
    }

    /// <summary>Whether there are settings below that path.</summary>
    public bool IsSection(string path)
    {
        var (profile, plain) = SplitProfile(path + ".");
        return profile.Length > 0 && plain.Length == 0 || RolesOrRole().IsMatch(plain.TrimEnd('.')) || _sections.Contains(Plain(profile.Length > 0 ? plain.TrimEnd('.') : path))
            || path.Equals("profiles", StringComparison.OrdinalIgnoreCase);
    }

    public bool IsList(string key) => SplitProfile(key).Key is var plain && (_lists.Contains(plain) || Role().Match(plain).Groups["key"].Value == "services");

    public bool IsDuration(string key) => _durations.Contains(SplitProfile(key).Key);

    /// <summary>What an unknown path was most likely meant to be, as it is called in a configuration: <c>Ping:Interval</c>.</summary>
    public string Nearest(string path)
    {
        var key = NearestKey(path);
        var property = Properties.Keys.MinBy(name => EditDistance.Between(Plain(name), Beginning(path)))!;
        return EditDistance.Between(Plain(property), Beginning(path)) < EditDistance.Between(Plain(key), Beginning(path)) ? property : Name(key);
    }

    /// <summary>The same as it is called in HOCON: <c>ping.interval</c>.</summary>
    public string NearestKey(string path)
    {
        var (profile, plain) = SplitProfile(path);
        var beginning = Beginning(plain);
        return profile + _keys[_keys.Keys.MinBy(known => EditDistance.Between(known, beginning))!];
    }

    /// <summary>A key as it is called in a configuration: <c>ping.interval</c> is <c>Ping:Interval</c>.</summary>
    public static string Name(string key)
    {
        var name = new StringBuilder(key.Length);
        var atStart = true;
        foreach (var letter in key)
        {
            if (letter is '.')
            {
                name.Append(':');
            }
            else if (letter is not '-')
            {
                name.Append(atStart ? char.ToUpper(letter, CultureInfo.InvariantCulture) : letter);
            }

            atStart = letter is '.' or '-';
        }

        return name.ToString();
    }

    /// <summary>What is longer is no slip of the pen, and would cost its length for each setting.</summary>
    private static string Beginning(string path) => Plain(path[..Math.Min(path.Length, LongestKey)]);

    /// <summary>The names of roles are the user's own: they are in no table of keys.</summary>
    [GeneratedRegex(@"^outbound\.roles\.(?<name>[\w-]+)\.(?<key>count|services)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Role();

    [GeneratedRegex(@"^outbound\.roles(\.[\w-]+)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RolesOrRole();

    private static string Plain(string path) => path.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Splits <c>profiles.crawler.ping.enabled</c> into <c>profiles.crawler.</c> and <c>ping.enabled</c>.</summary>
    private static (string Profile, string Key) SplitProfile(string path)
    {
        var end = path.StartsWith(Profiles, StringComparison.OrdinalIgnoreCase) ? path.IndexOf('.', Profiles.Length) + 1 : 0;
        return (path[..end].ToLowerInvariant(), path[end..]);
    }

    private static IEnumerable<string> Above(string key)
    {
        for (var end = key.LastIndexOf('.'); end > 0; end = key.LastIndexOf('.', end - 1))
        {
            yield return key[..end];
        }
    }

    private static void Collect(HoconValue value, string path, Dictionary<string, HoconValue> leaves)
    {
        if (!value.IsObject())
        {
            leaves[path] = value;
            return;
        }

        foreach (var (name, item) in value.GetObject().Items)
        {
            if (path.Length > 0 || name != "profiles")
            {
                Collect(item, path.Length == 0 ? name : $"{path}.{name}", leaves);
            }
        }
    }
}
