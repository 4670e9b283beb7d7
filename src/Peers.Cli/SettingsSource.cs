using Akka.Configuration;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>
/// The settings of a command, in layers: what the options say, over the user's file, over what the verb needs, over the engine's
/// defaults.
/// </summary>
internal sealed class SettingsSource
{
    private readonly CommonValues _common;
    private readonly Config _file;

    private SettingsSource(CommonValues common, Config file)
    {
        _common = common;
        _file = file;
    }

    /// <summary>The user's file, whose <c>akka</c> section is for the actor system.</summary>
    public Config File => _file;

    /// <summary>Whether the user, by option or file, chose a network.</summary>
    public bool IsNetworkChosen =>
        _common.Network is not null || _file.HasPath("peers.network") || _file.HasPath("peers.signet-challenge");

    /// <exception cref="UsageException">The file cannot be read, or the network has no such name.</exception>
    public static SettingsSource Read(CommonValues common)
    {
        if (common.Network is { } name && BitcoinNetwork.Named(name) is null)
        {
            throw new UsageException($"--network {name}: expected one of {string.Join(", ", BitcoinNetwork.All.Select(network => network.Name))}");
        }

        return common.Config is { } path ? Of(common, path, ReadFile(path)) : new SettingsSource(common, Config.Empty);
    }

    /// <summary>What the file of that path holds, over the options.</summary>
    /// <exception cref="UsageException">The text is no HOCON, or has a key that is not ours.</exception>
    internal static SettingsSource Of(CommonValues common, string path, string text) => new(common, ReadText(path, text));

    /// <summary>The settings, where the verb's own needs lie under what the user says.</summary>
    /// <param name="needs">HOCON of what the verb needs unless the user says otherwise.</param>
    /// <exception cref="SettingsException">A key is unknown or has a value that cannot be used.</exception>
    public PeerSettings Settings(string needs = "") => PeerSettings.From(Layers("", needs).WithFallback(PeerEngine.DefaultConfig));

    /// <summary>What the user says and what the verb needs, without the defaults: for settings of another reference than the engine's.</summary>
    /// <param name="options">HOCON of the verb's own options, above all else.</param>
    /// <param name="needs">HOCON of what the verb needs unless the user says otherwise.</param>
    public Config Layers(string options, string needs)
    {
        var chosen = _common.Network is { } name ? $"peers.network = {name}\n" : "";
        var logged = _common.Log == LogChoice.Wire ? "peers.log.wire = on\n" : "";
        return ConfigurationFactory.ParseString(chosen + logged + options).WithFallback(_file).WithFallback(ConfigurationFactory.ParseString(needs));
    }

    private static string ReadFile(string path)
    {
        try
        {
            return System.IO.File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--config: cannot read '{path}': {(Directory.Exists(path) ? "it is a folder" : OneLine.Of(fault.Message))}");
        }
    }

    private static Config ReadText(string path, string text)
    {
        var config = Parse(path, text);

        // HOCON takes any key; one beside these two would be ignored without a word.
        if (config.Root.IsObject() && config.Root.GetObject().Items.Keys.FirstOrDefault(key => key is not ("peers" or "akka")) is { } stray)
        {
            throw new UsageException($"--config {path}: no setting is named '{stray}'; settings begin with peers. or akka.");
        }

        return config;
    }

    private static Config Parse(string path, string text)
    {
#pragma warning disable CA1031 // Akka's parser throws whatever its steps throw, at times only when layers are laid over each other: all of it means that the file is no HOCON.
        try
        {
            HoconText.Check(text);
            var config = ConfigurationFactory.ParseString(text);
            _ = config.WithFallback(PeerEngine.DefaultConfig);
            return config;
        }
        catch (Exception unreadable)
        {
            throw new UsageException($"--config {path}: not HOCON: {OneLine.Of(unreadable.Message)}");
        }
#pragma warning restore CA1031
    }
}
