namespace Peers;

/// <summary>
/// Takes the arrays that the network received without a copy: its byte strings give their segments to a stream only.
/// </summary>
internal sealed class SegmentCapture : Stream
{
    private readonly List<ReadOnlyMemory<byte>> _segments = new(1);

    /// <summary>What was captured since the last <see cref="Clear"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Segments => _segments;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Clear() => _segments.Clear();

    public override void Write(byte[] buffer, int offset, int count) => _segments.Add(buffer.AsMemory(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
