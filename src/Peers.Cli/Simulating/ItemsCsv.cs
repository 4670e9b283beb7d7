using System.Globalization;

namespace Peers.Cli;

/// <summary>A line for each item: what it is, where and when it was made, and how many seconds later so many nodes had it.</summary>
internal static class ItemsCsv
{
    public static void Write(TextWriter writer, RelayFigures figures)
    {
        writer.WriteLine("kind,id,origin,made,nodes,to50,to90,to99,to100");
        foreach (var item in figures.Items)
        {
            writer.WriteLine(string.Join(
                ',', item.Item.IsBlock ? "block" : "transaction", item.Item.Id.ToString(), item.Origin.ToString(), Seconds(item.At),
                item.Arrivals.Count.ToString(CultureInfo.InvariantCulture), Seconds(item.TimeTo(0.5)), Seconds(item.TimeTo(0.9)), Seconds(item.TimeTo(0.99)),
                Seconds(item.TimeTo(1))));
        }
    }

    private static string Seconds(TimeSpan? time) => time is { } known ? known.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) : "";
}
