using System.Globalization;
using System.Net;
using System.Text;

namespace Peers.Crawler;

/// <summary>Text in a page: nothing that a remote chose is markup, changes the direction of other text, hides, or is longer than a line or two.</summary>
internal static class HtmlText
{
    private const int Longest = 120;

    public static string Of(string text)
    {
        var visible = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (visible.Length >= Longest)
            {
                visible.Append('…');
                break;
            }

            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate)
            {
                visible.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }
            else
            {
                visible.Append(rune.ToString());
            }
        }

        return WebUtility.HtmlEncode(visible.ToString());
    }

    public static string Number(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A share in percent; a dash where there is nothing to have a share of.</summary>
    public static string Share(double part, double whole) => whole <= 0 ? "–" : (100 * part / whole) switch
    {
        0 => "0 %",
        < 0.1 => "< 0.1 %",
        var percent => percent.ToString("0.0", CultureInfo.InvariantCulture) + " %",
    };

    public static string Milliseconds(double milliseconds) => milliseconds switch
    {
        < 10 => milliseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ms",
        < 10_000 => Number(milliseconds) + " ms",
        _ => (milliseconds / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " s",
    };

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalMinutes: < 2 } => duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        { TotalHours: < 2 } => duration.TotalMinutes.ToString("0", CultureInfo.InvariantCulture) + " min",
        { TotalDays: < 2 } => duration.TotalHours.ToString("0.0", CultureInfo.InvariantCulture) + " h",
        _ => duration.TotalDays.ToString("0.0", CultureInfo.InvariantCulture) + " days",
    };
}
