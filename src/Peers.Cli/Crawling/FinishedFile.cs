using System.Text;

namespace Peers.Cli;

/// <summary>
/// Where a command writes one file, or standard output for <c>-</c>. A file has its name only when it is whole (see <see cref="UnfinishedFile"/>), and
/// is gone when the command fails.
/// </summary>
internal static class FinishedFile
{
    public const string StandardOutput = "-";

    /// <returns>How many bytes were written.</returns>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static async Task<long> WriteAsync(string path, CommandEnvironment environment, Func<Stream, Task> write)
    {
        if (path == StandardOutput)
        {
            return await ToStandardOutputAsync(environment, write);
        }

        UnfinishedFile? unfinished = null;
        try
        {
            unfinished = UnfinishedFile.For(path);
            long length;
            await using (var file = new FileStream(unfinished.Path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16))
            {
                var counting = new CountedStream(file);
                await write(counting);
                await file.FlushAsync();
                length = counting.Written;
            }

            unfinished.Finish();
            return length;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandFailedException($"cannot write '{path}': {OneLine.Of(fault.Message)}");
        }
        finally
        {
            unfinished?.Remove();
        }
    }

    private static async Task<long> ToStandardOutputAsync(CommandEnvironment environment, Func<Stream, Task> write)
    {
        try
        {
            var counting = new CountedStream(environment.OutputStream ?? new TextStream(environment.Output));
            await write(counting);
            await counting.FlushAsync();
            return counting.Written;
        }
        catch (IOException fault)
        {
            throw new CommandFailedException($"cannot write to standard output: {OneLine.Of(fault.Message)}");
        }
    }

    /// <summary>Counts what is written, and does not seek.</summary>
    private class CountedStream(Stream inner) : Stream
    {
        public long Written { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Write(byte[] buffer, int offset, int count)
        {
            inner.Write(buffer, offset, count);
            Written += count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            Written += buffer.Length;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    /// <summary>UTF-8 as text of a writer.</summary>
    private sealed class TextStream(TextWriter writer) : MemoryStream
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var text = new char[Encoding.UTF8.GetMaxCharCount(buffer.Length)];
            writer.Write(text, 0, _decoder.GetChars(buffer, text, flush: false));
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Flush() => writer.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => writer.FlushAsync(cancellationToken);
    }
}
