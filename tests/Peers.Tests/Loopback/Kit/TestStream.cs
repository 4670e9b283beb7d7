namespace Peers.Tests.Loopback.Kit;

/// <summary>A stream that counts how often it is disposed of, and does what a test wants in the place of reading, writing and disposing.</summary>
internal sealed class TestStream(Stream inner) : Stream
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposals;

    public Func<Memory<byte>, CancellationToken, ValueTask<int>>? OnRead { get; set; }

    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? OnWrite { get; set; }

    public Action? OnDispose { get; set; }

    public int Disposals => Volatile.Read(ref _disposals);

    public Task Disposed => _disposed.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        OnRead is { } read ? read(buffer, cancellationToken) : inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        OnWrite is { } write ? write(buffer, cancellationToken) : inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Interlocked.Increment(ref _disposals);
        try
        {
            OnDispose?.Invoke();
        }
        finally
        {
            inner.Dispose();
            _disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
