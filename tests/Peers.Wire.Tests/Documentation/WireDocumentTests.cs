using System.Globalization;

namespace Peers.Wire.Tests.Documentation;

/// <summary>docs/wire.md says what the code does: its tables of messages and of errors are held against it.</summary>
public sealed class WireDocumentTests
{
    private static readonly string[] Lines = Load();

    [Fact(DisplayName = "The table of messages in docs/wire.md is the catalog, row for row")]
    public void The_table_of_messages_is_the_catalog()
    {
        var rows = Rows("| Command | Record |").Select(cells => string.Join(" | ", cells[0], cells[1], cells[3], cells[4]));
        var catalog = MessageCatalog.Default.OrderBy(type => type.Command, StringComparer.Ordinal).Select(type => string.Join(
            " | ", $"`{type.Command}`", $"`{type.Type.Name}`", type.MinimumVersion == 0 ? "any" : Number(type.MinimumVersion), Grouped(type.MaximumPayload)));
        Assert.Equal(catalog, rows);
    }

    [Fact(DisplayName = "The table of errors in docs/wire.md is what each policy does")]
    public void The_table_of_errors_is_the_policies()
    {
        var rows = Rows("| Error | When |").Select(cells => string.Join(" | ", cells[0], cells[2], cells[3]));
        var errors = Enum.GetValues<WireError>().Select(error => string.Join(
            " | ", $"`{error}`", Consequence(StrictnessPolicy.Core, error), Consequence(StrictnessPolicy.Btcd, error)));
        Assert.Equal(errors, rows);
    }

    [Fact(DisplayName = "The table of address texts in docs/wire.md is read and written as it stands")]
    public void The_table_of_addresses_is_read()
    {
        foreach (var cells in Rows("| Network | BIP 155 id |"))
        {
            var address = NetworkAddress.Parse(cells[3].Trim('`'));
            Assert.Equal(cells[1], cells[0] == "unknown" ? "any other" : Number((int)address.Kind));
            Assert.Equal(cells[4], address.IsRelayable ? "yes" : "no");
            Assert.Equal(cells[3].Trim('`'), address.ToString());
        }
    }

    private static string Consequence(StrictnessPolicy policy, WireError error) =>
        policy.Tolerates(error) ? "message dropped" : "connection ends";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Grouped(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The cells of the table that begins with that header.</summary>
    private static List<string[]> Rows(string header)
    {
        var rows = Lines.SkipWhile(line => !line.StartsWith(header, StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.NotEmpty(rows);
        return rows;
    }

    private static string[] Load()
    {
        using var reader = new StreamReader(typeof(WireDocumentTests).Assembly.GetManifestResourceStream("wire.md")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries);
    }
}
