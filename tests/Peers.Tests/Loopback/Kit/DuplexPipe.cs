using System.IO.Pipelines;

namespace Peers.Tests.Loopback.Kit;

/// <summary>One end of a pair of pipes in memory: what one says the other hears. Disposing of an end finishes its side and stops its reading.</summary>
internal sealed class DuplexPipe : Stream
{
    private readonly Stream _reading;
    private readonly Stream _writing;

    private DuplexPipe(PipeReader reader, PipeWriter writer)
    {
        _reading = reader.AsStream();
        _writing = writer.AsStream();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static (DuplexPipe Left, DuplexPipe Right) Pair()
    {
        var (there, back) = (new Pipe(), new Pipe());
        return (new DuplexPipe(back.Reader, there.Writer), new DuplexPipe(there.Reader, back.Writer));
    }

    /// <summary>Says no more; what the other end says is still heard.</summary>
    public void Finish() => _writing.Dispose();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reading.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _writing.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _writing.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _writing.Dispose();
            _reading.Dispose();
        }

        base.Dispose(disposing);
    }
}
