using System.Globalization;
using Peers.Cli;

namespace Peers.Benchmarks.Load;

/// <summary>Growth as a drawing in SVG: a panel for each figure, a curve for each target.</summary>
internal static class GrowthPlot
{
    private const int Width = 860;
    private const int Height = 1040;
    private const int Left = 90;
    private const int PanelWidth = 720;
    private const int PanelHeight = 220;
    private const double Room = 1.15;

    private static readonly string[] Colours = ["#1f5fa8", "#c8621b", "#777"];

    public static string Draw(IReadOnlyList<GrowthPoint> points)
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        writer.Write($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\">\n");
        writer.Write($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>\n");
        Panel(writer, 70, "Processor time of a ping and its pong", "µs", points, point => point.Ping.TotalMicroseconds / 1e6);
        Panel(writer, 400, "Processor time of an item of inv", "ns", points, point => point.Item.TotalNanoseconds / 1e6);
        Panel(writer, 730, "Memory of an idle connection", "KB", points, point => point.Memory / 1_000);
        writer.Write("</svg>\n");
        return writer.ToString();
    }

    private static void Panel(StringWriter writer, double top, string title, string unit, IReadOnlyList<GrowthPoint> points, Func<GrowthPoint, double?> value)
    {
        var sizes = points.Select(point => point.Connections).Distinct().ToArray();
        var targets = points.Select(point => point.Target).Distinct().ToArray();
        var chart = new SvgChart(Left, top, PanelWidth, PanelHeight, sizes.Length - 1, Room * points.Max(point => value(point) ?? 0));
        for (var i = 0; i < targets.Length; i++)
        {
            var curve = points.Where(point => point.Target == targets[i] && value(point) is not null).Select(point => ((double)Array.IndexOf(sizes, point.Connections), value(point)!.Value));
            chart.Curve(curve, Colours[i], thickness: 2.5, opacity: 1);
        }

        chart.Legend(low: true, [.. targets.Select((target, i) => (Colours[i], 2.5, target))]);
        chart.WriteTo(
            writer, title, "connections", unit, place => sizes[(int)Math.Round(place)].ToString("#,0", CultureInfo.InvariantCulture),
            most => most.ToString("0.###", CultureInfo.InvariantCulture));
    }
}
