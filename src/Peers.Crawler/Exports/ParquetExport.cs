using Parquet;
using Parquet.Schema;

namespace Peers.Crawler;

/// <summary>A table as a Parquet file, compressed with Snappy: a group of rows is in memory, never the table.</summary>
internal static class ParquetExport
{
    /// <summary>Rows in one group: some ten megabytes of nodes.</summary>
    internal const int RowsInGroup = 32_768;

    public static async Task WriteAsync<TRow>(
        IReadOnlyList<ExportColumn<TRow>> columns, IAsyncEnumerable<TRow> rows, Stream output, CancellationToken cancellation)
    {
        ParquetColumn<TRow>[] parquet = [.. columns.Select(column => column.CreateParquet())];
        await using var counting = new CountingStream(output);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(parquet.Select(column => (Field)column.Field)), counting, cancellationToken: cancellation);
        var count = 0;
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            foreach (var column in parquet)
            {
                column.Add(row);
            }

            if (++count == RowsInGroup)
            {
                await WriteGroupAsync(writer, parquet, cancellation);
                count = 0;
            }
        }

        if (count > 0)
        {
            await WriteGroupAsync(writer, parquet, cancellation);
        }
    }

    private static async Task WriteGroupAsync<TRow>(ParquetWriter writer, ParquetColumn<TRow>[] columns, CancellationToken cancellation)
    {
        using var group = writer.CreateRowGroup();
        foreach (var column in columns)
        {
            await column.WriteAsync(group, cancellation);
        }

        group.CompleteValidate();
    }

    /// <summary>Knows how much was written to a stream that does not: a pipe. The format only asks where it is.</summary>
    private sealed class CountingStream(Stream inner) : Stream
    {
        private long _written;

        public override bool CanRead => false;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => _written;

        public override long Position
        {
            get => _written;
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer);
            _written += buffer.Length;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            _written += buffer.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) =>
            (origin, offset) is (SeekOrigin.End or SeekOrigin.Current, 0) ? _written : throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
