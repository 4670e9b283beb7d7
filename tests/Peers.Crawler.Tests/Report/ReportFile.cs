namespace Peers.Crawler.Tests;

/// <summary>Reports as texts and as files.</summary>
internal static class ReportFile
{
    public static async Task<string> TextAsync(ICrawlReader reader, CrawlReportOptions? options = null)
    {
        using var output = new MemoryStream();
        await CrawlReport.WriteAsync(reader, (await reader.ReadSnapshotsAsync())[^1], options ?? CrawlReportOptions.None, output);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
