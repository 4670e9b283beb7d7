namespace Peers.Wire;

/// <summary>
/// Turns received bytes into frames and payloads into bytes. Pure: it knows neither sockets nor time.
/// The place of the encrypted transport (BIP 324) is beside <see cref="V1Transport"/>.
/// </summary>
public abstract class WireTransport : IDisposable
{
    /// <summary>The name in statistics: <c>v1</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a frame has begun to arrive: a connection that ends now ends in the middle of a message.</summary>
    public abstract bool IsInsideFrame { get; }

    /// <summary>Bytes of memory that are held for a frame that has begun to arrive.</summary>
    public abstract int Buffered { get; }

    /// <summary>Takes received bytes. They must not change until <see cref="TryReadFrame"/> has returned false.</summary>
    /// <exception cref="InvalidOperationException">The bytes before these were not read to their end.</exception>
    public abstract void Append(ReadOnlyMemory<byte> received);

    /// <summary>Reads the next complete frame.</summary>
    /// <returns>False when more bytes are needed.</returns>
    /// <exception cref="WireException">The stream is damaged: nothing after this can be read.</exception>
    public abstract bool TryReadFrame(out WireFrame frame);

    /// <summary>Bytes of the frame around a payload of that size.</summary>
    public abstract int GetFrameSize(string command, int payloadSize);

    /// <summary>Bytes of a frame before its payload.</summary>
    public abstract int GetPayloadOffset(string command);

    /// <summary>Completes a frame whose payload was written at <see cref="GetPayloadOffset"/>.</summary>
    public abstract void Seal(string command, Span<byte> frame);

    /// <summary>Gives back what was buffered.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what was buffered.</summary>
    protected abstract void Dispose(bool disposing);
}
