using System.Globalization;

namespace Peers.Benchmarks.Load;

/// <summary>The parts of the processor's time as a drawing in SVG: a bar for each workload.</summary>
internal static class CpuPlot
{
    private const int Width = 860;
    private const int Left = 110;
    private const int BarWidth = 720;
    private const int BarHeight = 30;
    private const int Step = 44;
    private const int Top = 70;

    private static readonly string[] Colours = ["#9aa5b1", "#c8621b", "#2e8b57", "#1f5fa8", "#7b4fa3", "#d9b44a"];

    public static string Draw(IReadOnlyList<CpuParts> workloads)
    {
        var height = Top + (Step * workloads.Count) + 16;
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        writer.Write($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\">\n");
        writer.Write($"<rect width=\"{Width}\" height=\"{height}\" fill=\"white\"/>\n");
        writer.Write($"<text x=\"{Left}\" y=\"24\" font-size=\"15\">Processor time of the engine's process by part, in percent</text>\n");
        for (var i = 0; i < CpuParts.Names.Count; i++)
        {
            var x = Left + (i * 115);
            writer.Write($"<rect x=\"{x}\" y=\"38\" width=\"14\" height=\"14\" fill=\"{Colours[i]}\"/><text x=\"{x + 20}\" y=\"50\" font-size=\"13\">{CpuParts.Names[i]}</text>\n");
        }

        for (var row = 0; row < workloads.Count; row++)
        {
            Bar(writer, workloads[row], Top + (row * Step));
        }

        writer.Write("</svg>\n");
        return writer.ToString();
    }

    private static void Bar(StringWriter writer, CpuParts parts, int y)
    {
        writer.Write($"<text x=\"{Left - 10}\" y=\"{y + 20}\" font-size=\"13\" text-anchor=\"end\">{parts.Workload}</text>\n");
        double x = Left;
        for (var i = 0; i < parts.Shares.Count; i++)
        {
            var width = BarWidth * parts.Shares[i];
            writer.Write($"<rect x=\"{x:0.0}\" y=\"{y}\" width=\"{width:0.0}\" height=\"{BarHeight}\" fill=\"{Colours[i]}\"/>\n");
            if (parts.Shares[i] >= 0.04)
            {
                writer.Write($"<text x=\"{x + (width / 2):0.0}\" y=\"{y + 20}\" font-size=\"12\" fill=\"white\" text-anchor=\"middle\">{100 * parts.Shares[i]:0}</text>\n");
            }

            x += width;
        }
    }
}
