using System.Globalization;

namespace Peers.Cli;

/// <summary>How transactions and blocks spread, and how long it took them to the nodes, as a drawing in SVG.</summary>
internal static class PropagationPlot
{
    private const int Width = 960;
    private const int Height = 1040;
    private const int Left = 90;
    private const int PanelWidth = 820;
    private const int PanelHeight = 220;
    private const int Bins = 50;
    private const string Blue = "#1f5fa8";
    private const string Orange = "#c8621b";

    public static void Write(TextWriter writer, RelayFigures figures, string title)
    {
        writer.Write($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\">\n");
        writer.Write($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>\n");
        writer.Write(SvgChart.Text(Left, 34, title, 15, "start"));
        var transactions = figures.Transactions.ToArray();
        Curves(writer, 90, "Transactions", "transaction", transactions, figures.Nodes, Blue);
        Curves(writer, 410, "Blocks", "block", figures.Blocks.ToArray(), figures.Nodes, Orange);
        Histogram(writer, 730, transactions);
        writer.Write("</svg>\n");
    }

    private static void Curves(TextWriter writer, double top, string title, string one, Propagation[] items, int nodes, string colour)
    {
        var all = items.SelectMany(item => item.Arrivals).Select(arrival => arrival.After.TotalSeconds).Order().ToArray();
        var most = Most(all);
        var chart = new SvgChart(Left, top, PanelWidth, PanelHeight, most, 100);
        var (thickness, opacity) = items.Length <= 10 ? (1.5, 0.7) : (0.8, 0.25); // A hundred strong ones would be one blot.
        foreach (var item in items)
        {
            chart.Curve(Steps([.. item.Arrivals.Select(arrival => arrival.After.TotalSeconds)], nodes, most), colour, thickness, opacity);
        }

        chart.Curve(Steps(all, (double)nodes * Math.Max(1, items.Length), most), "#111", 2.5, 1);
        chart.Legend(low: true, (colour, thickness, $"each {one} ({items.Length})"), ("#111", 2.5, "all together"));
        chart.WriteTo(writer, $"{title}: share of the nodes that have it", "seconds since it was made", "nodes", Label, share => Label(share) + " %");
    }

    private static void Histogram(TextWriter writer, double top, Propagation[] items)
    {
        var times = items.SelectMany(item => item.Arrivals).Where(arrival => arrival.After > TimeSpan.Zero).Select(arrival => arrival.After.TotalSeconds).Order().ToArray();
        var most = Most(times);
        var counts = new int[Bins];
        foreach (var time in times.Where(time => time <= most))
        {
            counts[Math.Min(Bins - 1, (int)(time / most * Bins))]++;
        }

        var shares = Array.ConvertAll(counts, count => times.Length == 0 ? 0 : 100.0 * count / times.Length);
        var chart = new SvgChart(Left, top, PanelWidth, PanelHeight, most, Math.Max(1, shares.Max() * 1.1));
        for (var bin = 0; bin < Bins; bin++)
        {
            chart.Bar(most * bin / Bins, most * (bin + 1) / Bins, shares[bin], Blue);
        }

        var middle = times.Length == 0 ? 0 : times[(times.Length - 1) / 2];
        chart.Curve([(middle, 0), (middle, 1e9)], "#111", 1.5, 1);
        chart.Legend(
            low: false, (Blue, 8, string.Create(CultureInfo.InvariantCulture, $"{times.Length:#,0} arrivals")),
            ("#111", 1.5, string.Create(CultureInfo.InvariantCulture, $"median {middle:0.00} s")));
        chart.WriteTo(writer, "How long a transaction took to a node", "seconds since it was made", "arrivals", Label, share => Label(share) + " %");
    }

    /// <summary>The points of a curve that rises at each time, thinned to what can be seen.</summary>
    private static IEnumerable<(double X, double Y)> Steps(double[] times, double of, double most)
    {
        yield return (0, 0);
        var last = -1.0;
        for (var i = 0; i < times.Length; i++)
        {
            var next = i + 1 < times.Length ? times[i + 1] : most;
            if (times[i] - last >= most / PanelWidth || next - times[i] >= most / PanelWidth)
            {
                last = times[i];
                yield return (times[i], 100.0 * i / of);
                yield return (times[i], 100.0 * (i + 1) / of);
            }
        }

        yield return (most, 100.0 * times.Length / of);
    }

    /// <summary>The end of the axis: nearly all times are below; a few stragglers must not press the others together.</summary>
    private static double Most(double[] ordered)
    {
        if (ordered.Length == 0)
        {
            return 1;
        }

        var most = Math.Max(ordered[^1], 0.001);
        var usual = ordered[(int)((ordered.Length - 1) * 0.995)];
        return most > 2 * usual && usual > 0 ? 1.25 * usual : most;
    }

    private static string Label(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
