namespace Peers;

#pragma warning disable CA1031 // A stream of the user's may throw anything; each fault becomes a value.

/// <summary>
/// A stream of the user's: everything that it does runs on the thread pool, for it may block where it should not, comes back as a value,
/// for it may throw where it should not, and it is disposed once, whoever asks for it.
/// </summary>
/// <remarks>
/// Few streams bear to be disposed of in the middle of a read or a write: one that has its buffers from a pool gives them back while they are
/// used. So what is under way is cancelled first, and only a stream that does not mind its token is disposed of all the same.
/// </remarks>
internal sealed class AdoptedStream(Stream stream)
{
    /// <summary>What a read or a write gets to end in when it is cancelled.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _end = new();
    private Task _read = Task.CompletedTask;
    private Task _write = Task.CompletedTask;
    private int _disposed;

    /// <summary>Reads once. One read and one write at a time, each begun by the one owner.</summary>
    /// <returns>How many bytes; 0 when the remote has finished.</returns>
    public Task<Done> ReadAsync(Memory<byte> buffer)
    {
        var read = Guarded(async () =>
        {
            var count = await stream.ReadAsync(buffer, _end.Token).ConfigureAwait(false);
            return count >= 0 && count <= buffer.Length
                ? count
                : throw new InvalidDataException($"the stream says that it read {count} bytes into {buffer.Length}");
        });
        _read = read;
        return read;
    }

    /// <summary>Writes everything, in order, and flushes: a stream may hold bytes back until then.</summary>
    public Task<Done> WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        var write = Guarded(async () =>
        {
            foreach (var segment in segments)
            {
                await stream.WriteAsync(segment, _end.Token).ConfigureAwait(false);
            }

            await stream.FlushAsync(_end.Token).ConfigureAwait(false);
            return 0;
        });
        _write = write;
        return write;
    }

    /// <summary>Ends what is under way and disposes of the stream; at the second time nothing happens.</summary>
    public Task<Done> DisposeAsync() => Interlocked.Exchange(ref _disposed, 1) == 1
        ? Task.FromResult(new Done(0, null))
        : Guarded(async () =>
        {
            try
            {
                await _end.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll(_read, _write).WaitAsync(Grace).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // It threw because it was cancelled, or takes no notice.
            }

            await stream.DisposeAsync().ConfigureAwait(false);
            return 0;
        });

    private static Task<Done> Guarded(Func<Task<int>> work) => Task.Run(async () =>
    {
        try
        {
            return new Done(await work().ConfigureAwait(false), null);
        }
        catch (Exception fault)
        {
            return new Done(0, fault);
        }
    });

    /// <summary>What came of it.</summary>
    /// <param name="Count">Bytes that were read.</param>
    /// <param name="Fault">What was thrown; null for nothing.</param>
    public readonly record struct Done(int Count, Exception? Fault);
}
