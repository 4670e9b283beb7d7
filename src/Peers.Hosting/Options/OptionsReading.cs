using System.Globalization;
using System.Text;
using Akka.Configuration;

namespace Peers.Hosting;

/// <summary>Makes settings of options: what was written becomes HOCON over the user's own, and faults are told in the words in which it was written.</summary>
internal sealed class OptionsReading
{
    private readonly PeersOptions _options;
    private readonly Config _below;
    private readonly List<string> _faults;

    /// <param name="options">What was written.</param>
    /// <param name="below">What an actor system says that is there already; empty for none.</param>
    public OptionsReading(PeersOptions options, Config below)
    {
        _options = options;
        _below = below;
        _faults = [.. options.Faults];
        Settings = Read();
    }

    /// <summary>What the engine starts with; null when there are faults.</summary>
    public PeerSettings? Settings { get; }

    /// <summary>One line for each fault.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>What was written and the user's HOCON, without the defaults: an actor system of ours starts with it.</summary>
    public Config Hocon { get; private set; } = Config.Empty;

    private PeerSettings? Read()
    {
        var known = _options.Written.Where(IsKnown).ToList();
        var own = ReadHocon();
        var text = new StringBuilder();
        foreach (var setting in known)
        {
            Append(text, "peers", setting);
        }

        var written = ConfigurationFactory.ParseString(text.ToString());
        Hocon = Over(written, own);
        var rest = Over(Over(own, _below), PeerEngine.DefaultConfig);
        try
        {
            // What somebody wrote for this program counts more than what a profile says for all programs of its kind.
            var profile = known.Find(setting => setting.Key == "profile")?.Text ?? rest.GetString("peers.profile");
            foreach (var setting in known.Where(setting => profile is "node" or "crawler" && setting.Key != "profile" && !setting.Key.StartsWith("profiles.", StringComparison.Ordinal)))
            {
                Append(text, $"peers.profiles.{profile}", setting);
            }

            var settings = PeerSettings.From(Over(ConfigurationFactory.ParseString(text.ToString()), rest)).Validated();
            return _faults.Count == 0 ? settings : null;
        }
        catch (SettingsException exception)
        {
            _faults.AddRange(exception.Faults.Select(InTheirWords));
            return null;
        }
    }

    private bool IsKnown(WrittenSetting setting)
    {
        if (SettingKeys.Known.Find(setting.Key) is not null)
        {
            return true;
        }

        _faults.Add($"{setting.Origin} = {setting.Text}: no such setting; did you mean PeersOptions[\"{SettingKeys.Known.NearestKey(setting.Key)}\"]?");
        return false;
    }

    private Config ReadHocon()
    {
        if (string.IsNullOrWhiteSpace(_options.Hocon))
        {
            return Config.Empty;
        }

#pragma warning disable CA1031 // Akka's HOCON throws whatever its steps throw.
        try
        {
            return ConfigurationFactory.ParseString(_options.Hocon);
        }
        catch (Exception fault)
        {
            _faults.Add($"PeersOptions.Hocon: cannot be read as HOCON: {fault.Message.ReplaceLineEndings(" ")}");
            return Config.Empty;
        }
#pragma warning restore CA1031
    }

    private static Config Over(Config upper, Config lower) => upper.IsEmpty ? lower : upper.WithFallback(lower);

    private static void Append(StringBuilder text, string section, WrittenSetting setting)
    {
        text.Append(section).Append('.').Append(setting.Key).Append(" = ");
        if (setting.Items is { } items)
        {
            text.Append('[').AppendJoin(", ", items.Select(Quoted)).Append(']');
        }
        else
        {
            text.Append(Quoted(Value(setting)));
        }

        text.Append('\n');
    }

    /// <summary>A time as .NET writes it, <c>00:01:30</c>, is one for HOCON, too.</summary>
    private static string Value(WrittenSetting setting) =>
        SettingKeys.Known.IsDuration(setting.Key) && setting.Text.Contains(':', StringComparison.Ordinal)
        && TimeSpan.TryParse(setting.Text, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero
            ? PeersOptions.Text(time)
            : setting.Text;

    private static string Quoted(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)}\"";

    /// <summary>A fault names the key of HOCON: who wrote it otherwise is told by what he wrote.</summary>
    private string InTheirWords(string fault)
    {
        foreach (var setting in _options.Written)
        {
            var key = $"peers.{setting.Key}";
            if (fault.StartsWith($"{key} ", StringComparison.Ordinal) || fault.StartsWith($"{key}:", StringComparison.Ordinal))
            {
                return setting.Origin + fault[key.Length..];
            }
        }

        return fault;
    }
}
