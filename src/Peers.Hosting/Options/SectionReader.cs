using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Peers.Hosting;

/// <summary>Reads what a section of configuration says of settings, each with the name that it has there. What is no setting is a fault.</summary>
internal sealed class SectionReader(IConfigurationSection section)
{
    private const string ByPath = "Settings";

    private readonly Dictionary<string, WrittenSetting> _settings = [];
    private readonly List<string> _faults = [];

    public string? Hocon { get; private set; }

    public bool? KeepOutbound { get; private set; }

    public IReadOnlyCollection<WrittenSetting> Settings => _settings.Values;

    public IReadOnlyList<string> Faults => _faults;

    public void Read()
    {
        foreach (var child in section.GetChildren())
        {
            if (child.Key.Equals(nameof(PeersOptions.Hocon), StringComparison.OrdinalIgnoreCase))
            {
                Hocon = child.Value;
            }
            else if (child.Key.Equals(nameof(PeersOptions.KeepOutbound), StringComparison.OrdinalIgnoreCase))
            {
                KeepOutbound = ReadSwitch(child);
            }
            else if (child.Key.Equals(ByPath, StringComparison.OrdinalIgnoreCase))
            {
                ReadBelow(child, "");
            }
            else
            {
                Read(child, child.Key);
            }
        }
    }

    private bool? ReadSwitch(IConfigurationSection here)
    {
        switch (here.Value?.ToLowerInvariant())
        {
            case "true" or "on":
                return true;
            case "false" or "off":
                return false;
            case null when !here.GetChildren().Any():
                return null;
            default:
                _faults.Add($"{here.Path} = {here.Value}: expected true or false");
                return null;
        }
    }

    private void ReadBelow(IConfigurationSection parent, string path)
    {
        foreach (var child in parent.GetChildren())
        {
            Read(child, path.Length == 0 ? child.Key : $"{path}.{child.Key}");
        }
    }

    private void Read(IConfigurationSection here, string path)
    {
        if (SettingKeys.Known.Find(path) is { } key)
        {
            ReadSetting(here, key);
        }
        else if (IsListenList(here, path))
        {
            ReadSetting(here, "listen.endpoints");
            ReadRest(here, path);
        }
        else if (SettingKeys.Known.IsSection(path))
        {
            if (!string.IsNullOrEmpty(here.Value))
            {
                _faults.Add($"{here.Path} = {here.Value}: expected a section, with {section.Path}:{SettingKeys.Known.Nearest(path + ".enabled")} for instance");
            }

            ReadBelow(here, path);
        }
        else
        {
            var given = here.Value is { } value ? $" = {value}" : "";
            _faults.Add($"{here.Path}{given}: no such setting; did you mean {section.Path}:{SettingKeys.Known.Nearest(path)}?");
        }
    }

    /// <summary><c>Listen</c> is the list of endpoints, and the section that HOCON has under that name.</summary>
    private static bool IsListenList(IConfigurationSection here, string path) =>
        path.Equals(nameof(PeersOptions.Listen), StringComparison.OrdinalIgnoreCase) && (!string.IsNullOrEmpty(here.Value) || here.GetChildren().Any(IsItem));

    private void ReadRest(IConfigurationSection here, string path)
    {
        foreach (var child in here.GetChildren().Where(child => !IsItem(child)))
        {
            Read(child, $"{path}.{child.Key}");
        }
    }

    private void ReadSetting(IConfigurationSection here, string key)
    {
        var items = here.GetChildren().Where(IsItem).OrderBy(child => int.Parse(child.Key, CultureInfo.InvariantCulture)).Select(child => child.Value ?? "").ToList();
        WrittenSetting written;
        if (SettingKeys.Known.IsList(key))
        {
            IReadOnlyList<string> list = items.Count > 0 ? items : PeersOptions.Split(here.Value ?? "");
            written = new WrittenSetting(key, here.Path, string.Join(", ", list), list);
        }
        else if (here.Value is { } value && !here.GetChildren().Any())
        {
            written = new WrittenSetting(key, here.Path, value, null);
        }
        else if (here.Value is null && !here.GetChildren().Any())
        {
            return; // null in JSON: leave it to HOCON.
        }
        else
        {
            _faults.Add($"{here.Path}: expected one value, not a section or a list");
            return;
        }

        if (_settings.TryGetValue(key, out var other))
        {
            _faults.Add($"{here.Path} = {written.Text}: the same setting as {other.Origin}; write one of them");
        }

        _settings[key] = written;
    }

    private static bool IsItem(IConfigurationSection child) => int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
