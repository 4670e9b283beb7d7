using System.Globalization;
using System.Text;

namespace Peers.Crawler;

/// <summary>A page that is being made: sections, and in them charts with the same figures as a table beside each.</summary>
internal sealed class HtmlPage
{
    private const int RowHeight = 40;
    private readonly StringBuilder _sections = new();
    private readonly StringBuilder _contents = new();
    private bool _inSection;

    /// <summary>Begins a section.</summary>
    /// <param name="id">Its name in links.</param>
    /// <param name="title">Its title, which is ours.</param>
    /// <param name="lead">What it says, in one or two sentences; HTML of ours.</param>
    public void Section(string id, string title, string lead)
    {
        EndSection();
        _inSection = true;
        _contents.Append(CultureInfo.InvariantCulture, $"<a href=\"#{id}\">{title}</a>\n");
        _sections.Append(CultureInfo.InvariantCulture, $"<section id=\"{id}\">\n<h2>{title}</h2>\n<p class=\"lead\">{lead}</p>\n");
    }

    public void Paragraph(string html) => _sections.Append(CultureInfo.InvariantCulture, $"<p>{html}</p>\n");

    /// <summary>A chart and its table side by side, one above the other where it is narrow.</summary>
    public void Pair(string chart, string table) =>
        _sections.Append(CultureInfo.InvariantCulture, $"<div class=\"pair\">\n{chart}{table}</div>\n");

    public void Add(string html) => _sections.Append(html);

    /// <summary>A table; all but the first column are numbers unless <paramref name="textColumns"/> says more.</summary>
    public static string Table(string caption, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows, int textColumns = 1)
    {
        var html = new StringBuilder($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{HtmlText.Of(caption)}\"><table>\n<caption>{HtmlText.Of(caption)}</caption>\n<thead><tr>");
        for (var i = 0; i < heads.Count; i++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\"{(i < textColumns ? "" : " class=\"n\"")}>{HtmlText.Of(heads[i])}</th>");
        }

        html.Append("</tr></thead>\n<tbody>\n");
        var any = false;
        foreach (var row in rows)
        {
            any = true;
            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
            {
                var cell = HtmlText.Of(row[i]);
                html.Append(i == 0 ? $"<th scope=\"row\">{cell}</th>" : i < textColumns ? $"<td>{cell}</td>" : $"<td class=\"n\">{cell}</td>");
            }

            html.Append("</tr>\n");
        }

        if (!any)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td colspan=\"{heads.Count}\" class=\"none\">nothing</td></tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    /// <summary>A bar for each row, with its name and value above it: its widths are shares of the page's, so that letters keep their size.</summary>
    public static string Bars(string title, IReadOnlyList<(string Name, double Value, string Text, string Kind)> rows)
    {
        var most = rows.Count == 0 ? 0 : rows.Max(row => row.Value);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{HtmlText.Of(title)}</figcaption><svg class=\"bars\" role=\"img\" aria-label=\"{HtmlText.Of(title)}: the table has the same figures\" width=\"100%\" height=\"{Math.Max(1, rows.Count) * RowHeight}\">");
        for (var i = 0; i < rows.Count; i++)
        {
            var (name, value, text, kind) = rows[i];
            var y = i * RowHeight;
            var shortName = name.Length > 30 ? name[..29] + "…" : name;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{y + 15}\">{HtmlText.Of(shortName)}</text><text class=\"v\" x=\"100%\" y=\"{y + 15}\" text-anchor=\"end\">{HtmlText.Of(text)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"track\" x=\"0\" y=\"{y + 22}\" width=\"100%\" height=\"9\" rx=\"2\"/>");
            if (value > 0)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar {kind}\" x=\"0\" y=\"{y + 22}\" width=\"{Math.Max(0.4, 100 * value / most):0.##}%\" height=\"9\" rx=\"2\"/>");
            }
        }

        if (rows.Count == 0)
        {
            svg.Append("<text x=\"0\" y=\"15\">nothing</text>");
        }

        return svg.Append("</svg></figure>\n").ToString();
    }

    /// <summary>Columns side by side; only some of their names are written when there are many.</summary>
    public static string Columns(string title, IReadOnlyList<(string Name, long Value)> bins)
    {
        const int Top = 24, Height = 170;
        var most = Math.Max(1, bins.Max(bin => bin.Value));
        var width = 100.0 / bins.Count;
        var every = (bins.Count + 4) / 5;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{HtmlText.Of(title)}</figcaption><svg class=\"columns\" role=\"img\" aria-label=\"{HtmlText.Of(title)}: the table has the same figures\" width=\"100%\" height=\"{Top + Height + 26}\">");
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"{Top + Height}\" y2=\"{Top + Height}\"/><line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{Top}\" y2=\"{Top}\"/><text x=\"0\" y=\"{Top - 6}\">{HtmlText.Number(most)}</text>");
        for (var i = 0; i < bins.Count; i++)
        {
            var height = (double)Height * bins[i].Value / most;
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar\" x=\"{(i * width) + (width * 0.08):0.##}%\" y=\"{Top + Height - height:0.##}\" width=\"{width * 0.84:0.##}%\" height=\"{height:0.##}\"><title>{HtmlText.Of(bins[i].Name)}: {HtmlText.Number(bins[i].Value)}</title></rect>");
            if (i % every == every / 2)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(i + 0.5) * width:0.##}%\" y=\"{Top + Height + 18}\" text-anchor=\"middle\">{HtmlText.Of(bins[i].Name)}</text>");
            }
        }

        return svg.Append("</svg></figure>\n").ToString();
    }

    /// <summary>The figures that one looks for first.</summary>
    public static string Tiles(IEnumerable<(string Name, string Value, string Note)> tiles)
    {
        var html = new StringBuilder("<dl class=\"tiles\">\n");
        foreach (var (name, value, note) in tiles)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div><dt>{HtmlText.Of(name)}</dt><dd><b>{HtmlText.Of(value)}</b><span>{HtmlText.Of(note)}</span></dd></div>\n");
        }

        return html.Append("</dl>\n").ToString();
    }

    /// <summary>The whole page: it asks nobody for anything, runs nothing, and says so to the browser.</summary>
    public string Make(string title, string header, string footer)
    {
        EndSection();
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
            <meta name="referrer" content="no-referrer">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            <title>{HtmlText.Of(title)}</title>
            <style>
            {ReportStyle.Css}
            </style>
            </head>
            <body>
            <header>
            <h1>{HtmlText.Of(title)}</h1>
            {header}
            <nav aria-label="Sections">
            {_contents}</nav>
            </header>
            <main>
            {_sections}</main>
            <footer>
            {footer}
            </footer>
            </body>
            </html>

            """;
    }

    private void EndSection()
    {
        if (_inSection)
        {
            _sections.Append("</section>\n");
        }

        _inSection = false;
    }
}
