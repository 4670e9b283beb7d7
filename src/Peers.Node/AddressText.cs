using System.Globalization;
using System.Text.Json;
using Peers.Wire;

namespace Peers.Node;

/// <summary>
/// Lists of addresses as text, for <see cref="PeerEngine.AddAddresses"/> and from <see cref="IAddressStore.Load"/>: lines of <c>address:port services time</c>, the JSON of Bitcoin
/// Core's <c>getnodeaddresses</c>, and the dumps of bitcoin-seeder (<c>dnsseed.dump</c>), which the crawler of this project writes as well.
/// </summary>
public static class AddressText
{
    /// <summary>Characters of a line at most; a longer one is a fault.</summary>
    internal const int LineLimit = 1_024;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// Reads a list, of whichever of the three forms. In lines, what follows <c>#</c> is a comment, services are as a number (<c>1033</c>, <c>0x409</c>), time is in seconds since
    /// 1970; without services a node is taken to be one with all blocks and witnesses, without a time to have been seen a week ago.
    /// </summary>
    /// <param name="text">The list.</param>
    /// <param name="now">The time.</param>
    /// <returns>The addresses, and what could not be read; nothing in the text makes it throw.</returns>
    /// <exception cref="IOException">The text cannot be read at all.</exception>
    public static AddressImport Read(TextReader text, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = new AddressImportBuilder();
        var lines = new BoundedLines(text, LineLimit);
        if (lines.StartsAsJson())
        {
            NodeAddresses.Read(lines, found, now);
        }
        else
        {
            while (lines.Next(out var line))
            {
                ReadLine(line, lines.Number, found, now);
            }
        }

        return found.ToImport();
    }

    /// <summary>Writes lines of <c>address:port services time</c>.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="addresses">The addresses.</param>
    public static void Write(TextWriter text, IEnumerable<AddressEntry> addresses)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(addresses);
        text.Write("# address:port services time\n");
        foreach (var entry in addresses)
        {
            text.Write(string.Create(CultureInfo.InvariantCulture, $"{entry.Endpoint} 0x{(ulong)entry.Services:x} {entry.Time}\n"));
        }
    }

    /// <summary>Writes the JSON of Bitcoin Core's <c>getnodeaddresses</c>.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="addresses">The addresses.</param>
    public static void WriteJson(Stream json, IEnumerable<AddressEntry> addresses)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(addresses);
        JsonSerializer.Serialize(json, addresses.Select(NodeAddresses.Of), Indented);
    }

    /// <summary>Why an address is of no use; null when it is of use.</summary>
    internal static string? FaultOf(NetworkEndpoint endpoint) =>
        !endpoint.Address.IsRelayable ? $"{endpoint.Address} is of a network that is gone, or of none"
        : endpoint.Port == 0 && endpoint.Address.Kind != NetworkKind.I2P ? "a port is needed" // I2P has none.
        : null;

    /// <summary>A week ago: of use, but behind who is known to have been there lately.</summary>
    internal static uint LongAgo(DateTimeOffset now) => (uint)Math.Clamp((now - TimeSpan.FromDays(7)).ToUnixTimeSeconds(), 0, uint.MaxValue);

    private static void ReadLine(string? line, long number, AddressImportBuilder found, DateTimeOffset now)
    {
        if (line is null)
        {
            found.Fault(number, $"more than {LineLimit} characters");
            return;
        }

        // A user agent in a dump may hold a #.
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields is [] || fields[0][0] == '#')
        {
            return;
        }

        var fault = SeederDump.IsLine(fields) ? SeederDump.Read(fields, out var entry) : ReadPlain(fields, now, out entry);
        if ((fault ?? FaultOf(entry.Endpoint)) is { } reason)
        {
            found.Fault(number, reason);
        }
        else
        {
            found.Add(entry);
        }
    }

    private static string? ReadPlain(string[] fields, DateTimeOffset now, out AddressEntry entry)
    {
        entry = default;
        var services = (ulong)(ServiceFlags.Network | ServiceFlags.Witness);
        var time = LongAgo(now);
        var comment = Array.FindIndex(fields, field => field[0] == '#');
        var told = comment < 0 ? fields : fields[..comment];
        if (told.Length > 3)
        {
            return $"{told.Length} words where address:port, services and time may be";
        }

        if (!NetworkEndpoint.TryParse(told[0], out var endpoint))
        {
            return $"'{Shortened(told[0])}' is no address with a port";
        }

        if (told.Length > 1 && !TryServices(told[1], out services))
        {
            return $"'{Shortened(told[1])}' are no services";
        }

        if (told.Length > 2 && !uint.TryParse(told[2], NumberStyles.None, CultureInfo.InvariantCulture, out time))
        {
            return $"'{Shortened(told[2])}' is no time in seconds since 1970";
        }

        entry = new AddressEntry(time, (ServiceFlags)services, endpoint);
        return null;
    }

    private static bool TryServices(string text, out ulong services) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out services)
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out services);

    /// <summary>What a text says, as a log may show it.</summary>
    internal static string Shortened(string text)
    {
        var visible = new string([.. text.Take(60).Select(letter => char.IsAscii(letter) && !char.IsControl(letter) ? letter : '?')]);
        return text.Length > 60 ? visible + "…" : visible;
    }
}
