using System.CommandLine;

namespace Peers.Cli;

/// <summary>The options that every verb has.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Config { get; } = new("--config")
    {
        Description = "Settings in HOCON, laid over the defaults (docs/settings.md).",
        HelpName = "FILE.conf",
        Recursive = true,
    };

    public Option<string?> Network { get; } = new("--network")
    {
        Description = "mainnet, testnet3, testnet4, signet, regtest or simnet.",
        HelpName = "NAME",
        Recursive = true,
    };

    public Option<LogChoice> Log { get; } = new("--log")
    {
        Description = "What is logged on standard error: debug, info, warning, error, off, or wire for each message in and out.",
        HelpName = "LEVEL",
        Recursive = true,
        DefaultValueFactory = _ => LogChoice.Warning,
        CustomParser = result =>
        {
            if (Enum.TryParse<LogChoice>(result.Tokens[0].Value, ignoreCase: true, out var choice)
                && Enum.GetNames<LogChoice>().Contains(result.Tokens[0].Value, StringComparer.OrdinalIgnoreCase))
            {
                return choice;
            }

            result.AddError($"--log {result.Tokens[0].Value}: expected debug, info, warning, error, off or wire");
            return LogChoice.Warning;
        },
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "One JSON object a line on standard output, and nothing else there.",
        Recursive = true,
    };

    public void AddTo(Command root)
    {
        root.Add(Config);
        root.Add(Network);
        root.Add(Log);
        root.Add(Json);
    }

    public CommonValues Read(ParseResult parsed) =>
        new(parsed.GetValue(Config), parsed.GetValue(Network), parsed.GetValue(Log), parsed.GetValue(Json));
}

/// <summary>What the user chose of <see cref="CommonOptions"/>.</summary>
internal sealed record CommonValues(string? Config, string? Network, LogChoice Log, bool Json);

/// <summary>What is logged.</summary>
internal enum LogChoice
{
    Wire,
    Debug,
    Info,
    Warning,
    Error,
    Off,
}
