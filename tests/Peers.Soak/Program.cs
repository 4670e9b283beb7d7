using System.Globalization;
using Peers.Soak;

// Load on a whole engine over real TCP on loopback. The engine runs in a process of its own, so that what it costs is its own.
//   Peers.Soak soak [--minutes N] [--peers N] [--seed N]   traffic for a long time: nothing may grow
//   Peers.Soak flood [ROW…]                                rows of hostile load, with figures
const string Usage = "usage: Peers.Soak soak [--minutes N] [--peers N] [--seed N] | flood [ROW…]";

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("Peers.Soak needs Linux: it reads /proc and dials from many addresses of loopback");
    return 1;
}

switch (args)
{
    case ["engine", var hocon]:
        return await EngineUnderTest.RunAsync(hocon);
    case ["soak", ..] when Options(args[1..]) is { } options:
        return await new SoakRun(options.Peers, TimeSpan.FromMinutes(options.Minutes), options.Seed).RunAsync();
    case ["flood", .. var rows] when rows.All(FloodRows.Has):
        return await FloodRows.RunAsync(rows);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

static (double Minutes, int Peers, int Seed)? Options(string[] words)
{
    var (minutes, peers, seed) = (3.0, 200, 1);
    for (var i = 0; i < words.Length; i += 2)
    {
        if (i + 1 == words.Length || !double.TryParse(words[i + 1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value <= 0)
        {
            return null;
        }

        switch (words[i])
        {
            case "--minutes":
                minutes = value;
                break;
            case "--peers" when value >= 20:
                peers = (int)value;
                break;
            case "--seed":
                seed = (int)value;
                break;
            default:
                return null;
        }
    }

    return (minutes, peers, seed);
}
