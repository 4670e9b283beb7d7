using System.Globalization;
using System.Security;
using System.Text;

namespace Peers.Cli;

/// <summary>A panel of a drawing in SVG: axes from 0 with round ticks, and what is drawn between them.</summary>
internal sealed class SvgChart(double left, double top, double width, double height, double mostX, double mostY)
{
    private const string Grey = "#666";
    private readonly StringBuilder _inside = new();

    public static string Text(double x, double y, string text, int size = 12, string anchor = "middle", string colour = "#222", string more = "") =>
        Line($"<text x=\"{x:0.##}\" y=\"{y:0.##}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"{colour}\"{more}>{SecurityElement.Escape(text)}</text>");

    /// <summary>A step at 1, 2 or 5 times a power of ten that divides a length into about five.</summary>
    public static double Step(double length)
    {
        var rough = Math.Max(length, 1e-9) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }

    public void Curve(IEnumerable<(double X, double Y)> points, string colour, double thickness, double opacity)
    {
        var path = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):0.##},{Y(point.Y):0.##}")));
        _inside.Append(Line($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{thickness:0.##}\" stroke-opacity=\"{opacity:0.##}\"/>"));
    }

    public void Bar(double from, double to, double value, string colour) => _inside.Append(Line(
        $"<rect x=\"{X(from) + 0.5:0.##}\" y=\"{Y(value):0.##}\" width=\"{Math.Max(0.5, X(to) - X(from) - 1):0.##}\" height=\"{Y(0) - Y(value):0.##}\" fill=\"{colour}\"/>"));

    /// <summary>What the colours mean, in the lower right corner of the panel or in the upper one.</summary>
    public void Legend(bool low, params (string Colour, double Thickness, string Text)[] entries)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            var (colour, thickness, text) = entries[i];
            var y = low ? top + height - 14 - (16 * (entries.Length - 1 - i)) : top + 18 + (16 * i);
            _inside.Append(Line($"<line x1=\"{left + width - 190:0.##}\" x2=\"{left + width - 164:0.##}\" y1=\"{y - 4:0.##}\" y2=\"{y - 4:0.##}\" stroke=\"{colour}\" stroke-width=\"{thickness:0.##}\"/>"));
            _inside.Append(Text(left + width - 158, y, text, anchor: "start"));
        }
    }

    public void WriteTo(TextWriter writer, string title, string nameX, string nameY, Func<double, string> labelX, Func<double, string> labelY)
    {
        writer.Write(Text(left, top - 12, title, 14, "start", more: " font-weight=\"bold\""));
        for (var i = 0; i * Step(mostX) <= mostX * 1.0001; i++)
        {
            var x = X(i * Step(mostX));
            writer.Write(Line($"<line x1=\"{x:0.##}\" x2=\"{x:0.##}\" y1=\"{top:0.##}\" y2=\"{top + height + 4:0.##}\" stroke=\"#ddd\"/>"));
            writer.Write(Text(x, top + height + 18, labelX(i * Step(mostX)), colour: Grey));
        }

        for (var i = 0; i * Step(mostY) <= mostY * 1.0001; i++)
        {
            var y = Y(i * Step(mostY));
            writer.Write(Line($"<line x1=\"{left - 4:0.##}\" x2=\"{left + width:0.##}\" y1=\"{y:0.##}\" y2=\"{y:0.##}\" stroke=\"#ddd\"/>"));
            writer.Write(Text(left - 8, y + 4, labelY(i * Step(mostY)), anchor: "end", colour: Grey));
        }

        writer.Write(_inside);
        writer.Write(Line($"<path d=\"M{left:0.##},{top:0.##} V{top + height:0.##} H{left + width:0.##}\" fill=\"none\" stroke=\"#222\"/>"));
        writer.Write(Text(left + (width / 2), top + height + 38, nameX));
        var (x0, y0) = (left - 52, top + (height / 2));
        writer.Write(Text(x0, y0, nameY, more: string.Create(CultureInfo.InvariantCulture, $" transform=\"rotate(-90 {x0:0.##} {y0:0.##})\"")));
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture) + "\n";

    private double X(double value) => left + (width * Math.Min(value, mostX) / mostX);

    private double Y(double value) => top + height - (height * Math.Min(value, mostY) / mostY);
}
