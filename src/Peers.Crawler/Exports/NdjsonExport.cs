using System.Buffers;
using System.Text.Json;

namespace Peers.Crawler;

/// <summary>A table as one JSON object a line (<c>application/x-ndjson</c>), in UTF-8 without a byte order mark.</summary>
internal static class NdjsonExport
{
    private const int FlushAt = 1 << 16;

    public static async Task WriteAsync<TRow>(
        IReadOnlyList<ExportColumn<TRow>> columns, IAsyncEnumerable<TRow> rows, Stream output, CancellationToken cancellation)
    {
        var buffer = new ArrayBufferWriter<byte>(2 * FlushAt);

        // The default encoder also escapes <, >, & and ': a line can be put into a page as it is.
        await using var writer = new Utf8JsonWriter(buffer);
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            writer.WriteStartObject();
            foreach (var column in columns)
            {
                column.WriteJson(writer, row);
            }

            writer.WriteEndObject();
            await writer.FlushAsync(cancellation);
            writer.Reset();
            buffer.Write("\n"u8);
            if (buffer.WrittenCount >= FlushAt)
            {
                await output.WriteAsync(buffer.WrittenMemory, cancellation);
                buffer.ResetWrittenCount();
            }
        }

        await output.WriteAsync(buffer.WrittenMemory, cancellation);
    }
}
