using System.Collections.Frozen;
using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Reads settings strictly. Akka's HOCON takes a missing key for zero and ignores a misspelt one; here both are faults,
/// and all faults are told at once.
/// </summary>
internal sealed class SettingsReader
{
    private const string Profiles = "profiles.";

    /// <summary>The section of another assembly within ours: it has a reader of its own.</summary>
    private const string Crawler = "crawler";

    /// <summary>Characters of a key that is compared with those that there are; the longest of them has 40.</summary>
    private const int LongestKey = 80;

    private readonly Config _settings;
    private readonly Dictionary<string, HoconValue> _leaves = [];
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private readonly string _section;

    /// <param name="root">The whole configuration.</param>
    /// <param name="section">The section to read, such as <c>peers</c>.</param>
    /// <exception cref="SettingsException">A value refers to itself.</exception>
    public SettingsReader(Config root, string section)
    {
        _section = section;
        if (HoconDepth.IsEndless(root))
        {
            throw new SettingsException([$"{section}: nested without end; does a value refer to itself, as in a = ${{a}}?"]);
        }

#pragma warning disable CA1031 // Of a tree that its parser should not have made, Akka's HOCON throws whatever its steps throw.
        try
        {
            _settings = root.GetConfig(section) ?? Config.Empty;
            for (var layer = _settings; layer is not null; layer = layer.Fallback)
            {
                Collect(layer.Root, "");
            }
        }
        catch (Exception fault)
        {
            throw new SettingsException([$"{section}: cannot be read, its HOCON is broken ({fault.GetType().Name})"]);
        }
#pragma warning restore CA1031
    }

    public string Text(string key) => Find(key) is { } value ? Scalar(key, value) ?? "" : "";

    public bool Switch(string key) => Parse(key, "on or off", ParseSwitch);

    /// <summary>A switch that may be left to circumstances.</summary>
    public bool? SwitchOrAuto(string key)
    {
        if (Find(key) is { } value && Scalar(key, value) is "auto")
        {
            return null;
        }

        return Parse(key, "on, off or auto", ParseSwitch);
    }

    /// <summary>A list of words of which each must be one of those.</summary>
    public FrozenSet<string> Words(string key, IEnumerable<string> known)
    {
        var words = List(key);
        foreach (var stray in words.Where(word => !known.Contains(word)))
        {
            Fault(key, stray, $"any of {string.Join(", ", known.Order(StringComparer.Ordinal))}");
        }

        return words.ToFrozenSet();
    }

    public int Number(string key, int least = 0) =>
        Parse(key, $"a whole number of at least {least}", text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least ? number : (int?)null);

    /// <summary>So many a second; zero is no limit.</summary>
    public double Rate(string key) =>
        Parse(key, "a number a second such as 0.1 or 20, or 0 for no limit", text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate is >= 0 and <= 1e9 ? rate : (double?)null);

    /// <summary>A share of a whole.</summary>
    public double Fraction(string key) =>
        Parse(key, "a number from 0 to 1", text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? share : (double?)null);

    public TimeSpan Duration(string key) =>
        Parse(key, "a duration such as 250ms, 30s, 5m or 2h", text => Quantity.ParseDuration(text) is { Ticks: > 0 } time ? time : (TimeSpan?)null);

    /// <summary>A duration that zero switches off.</summary>
    public TimeSpan DurationOrZero(string key) => Parse(key, "a duration such as 250ms, 30s, 5m or 2h, or 0s for never", Quantity.ParseDuration);

    public int Size(string key) => Parse(key, "a size such as 512b, 64KiB or 8MiB", Quantity.ParseSize);

    public IReadOnlyList<string> List(string key)
    {
        if (Find(key) is not { } value)
        {
            return [];
        }

        // An empty list is no array to IsArray.
        if (value.Values.OfType<HoconArray>().LastOrDefault() is { } list)
        {
            if (list.All(item => item.IsString()))
            {
                return [.. list.Select(item => item.GetString())];
            }

            Fault(key, list.ToString()!, "a list of words such as [\"a\", \"b\"]");
            return [];
        }

        Fault(key, value.ToString()!, "a list such as [\"a\", \"b\"]");
        return [];
    }

    /// <summary>The names that a section has below it, which are the user's own.</summary>
    public IReadOnlyList<string> Names(string section)
    {
        var beginning = section + ".";
        return [.. _leaves.Keys.Select(key => SplitProfile(key).Key).Where(key => key.StartsWith(beginning, StringComparison.Ordinal))
            .Select(key => key[beginning.Length..].Split('.')[0]).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>An address with its port, of a list.</summary>
    public NetworkEndpoint? Endpoint(string key, string text)
    {
        if (NetworkEndpoint.TryParse(text, out var endpoint))
        {
            return endpoint;
        }

        Fault(key, text, "addresses with their ports such as \"192.0.2.1:8333\" or \"[2001:db8::1]:8333\"");
        return null;
    }

    /// <summary>A word that stands for a value.</summary>
    public T Choice<T>(string key, string expected, Func<string, T?> choose)
        where T : class
    {
        var text = Text(key);
        var chosen = choose(text);
        if (chosen is null && _leaves.ContainsKey(key))
        {
            Fault(key, text, expected);
        }

        return chosen!;
    }

    public void Fault(string key, string value, string expected) => _faults.Add($"{_section}.{key} = {value}: expected {expected}");

    /// <exception cref="SettingsException">A key is missing, unknown or has a value that cannot be used.</exception>
    public void Finish()
    {
        foreach (var key in _leaves.Keys.Where(key => !IsKnown(key)).Order(StringComparer.Ordinal))
        {
            var (profile, plain) = SplitProfile(key);
            var beginning = plain[..Math.Min(plain.Length, LongestKey)]; // What is longer is no slip of the pen, and would cost its length for each setting.
            var nearest = _known.MinBy(known => EditDistance.Between(known, beginning));
            _faults.Add($"{_section}.{key}: no such setting; did you mean {_section}.{profile}{nearest}?");
        }

        if (_faults.Count > 0)
        {
            throw new SettingsException(_faults);
        }
    }

    private bool IsKnown(string key) => _known.Contains(SplitProfile(key).Key);

    /// <summary>Splits <c>profiles.crawler.ping.enabled</c> into <c>profiles.crawler.</c> and <c>ping.enabled</c>.</summary>
    private static (string Profile, string Key) SplitProfile(string key)
    {
        var end = key.StartsWith(Profiles, StringComparison.Ordinal) ? key.IndexOf('.', Profiles.Length) + 1 : 0;
        return (key[..end], key[end..]);
    }

    private T Parse<T>(string key, string expected, Func<string, T?> parse)
        where T : struct
    {
        if (Find(key) is not { } value)
        {
            return default;
        }

        var text = Scalar(key, value);
        if (text is not null && parse(text) is { } parsed)
        {
            return parsed;
        }

        Fault(key, text ?? value.ToString()!, expected);
        return default;
    }

    /// <summary>A profile outranks plain keys: the reference and a user's own configuration are one tree by now.</summary>
    private HoconValue? Find(string key)
    {
        _known.Add(key);
        if (key != "profile" && _leaves.TryGetValue("profile", out var profile)
            && _leaves.TryGetValue($"{Profiles}{profile.GetString()}.{key}", out var overlaid))
        {
            return overlaid;
        }

        if (_leaves.TryGetValue(key, out var value))
        {
            return value;
        }

        _faults.Add($"{_section}.{key}: missing; load the defaults with .WithFallback(PeerEngine.DefaultConfig)");
        return null;
    }

    private static bool? ParseSwitch(string text) => text.ToLowerInvariant() switch
    {
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" => false,
        _ => null,
    };

    private static string? Scalar(string key, HoconValue value) => value.IsString() ? value.GetString() : null;

    private void Collect(HoconValue value, string path)
    {
        if (value.IsObject())
        {
            foreach (var (name, item) in value.GetObject().Items)
            {
                if (path.Length > 0 || name != Crawler)
                {
                    Collect(item, path.Length == 0 ? name : $"{path}.{name}");
                }
            }
        }
        else if (path.Length > 0)
        {
            _leaves.TryAdd(path, value);
        }
    }
}
