using System.Buffers;

namespace Peers.Wire;

/// <summary>
/// Gathers a payload that spans several received runs of bytes. It grows by segments as the bytes come,
/// so an announced length costs nothing, and is copied once into its final place.
/// </summary>
internal sealed class PayloadBuffer
{
    private readonly List<byte[]> _segments = [];
    private byte[]? _taken;

    /// <summary>Bytes gathered or skipped of the current payload.</summary>
    public int Gathered { get; private set; }

    /// <summary>Bytes of memory that are held for it.</summary>
    public int Held { get; private set; }

    /// <summary>Counts bytes that nobody will read.</summary>
    public void Skip(int count) => Gathered += count;

    public void Gather(ReadOnlySpan<byte> bytes, int length)
    {
        while (!bytes.IsEmpty)
        {
            var offset = Gathered % WireLimits.ReceiveAhead;
            if (offset == 0)
            {
                _segments.Add(ArrayPool<byte>.Shared.Rent(Math.Min(length - Gathered, WireLimits.ReceiveAhead)));
                Held += _segments[^1].Length;
            }

            var taken = Math.Min(WireLimits.ReceiveAhead - offset, bytes.Length);
            bytes[..taken].CopyTo(_segments[^1].AsSpan(offset));
            bytes = bytes[taken..];
            Gathered += taken;
        }
    }

    /// <summary>The whole payload, and room for the next one.</summary>
    /// <param name="length">Its bytes.</param>
    /// <param name="owned">In an array of its own; else it is good until <see cref="Release"/>.</param>
    /// <param name="skipped">Nothing was kept.</param>
    public ReadOnlyMemory<byte> Take(int length, bool owned, bool skipped)
    {
        Gathered = 0;
        Held = 0;
        if (skipped)
        {
            return default;
        }

        if (_segments.Count == 1 && !owned)
        {
            _taken = _segments[0];
            _segments.Clear();
            return _taken.AsMemory(0, length);
        }

        var whole = owned ? GC.AllocateUninitializedArray<byte>(length) : _taken = ArrayPool<byte>.Shared.Rent(length);
        for (var i = 0; i < _segments.Count; i++)
        {
            var offset = i * WireLimits.ReceiveAhead;
            _segments[i].AsSpan(0, Math.Min(WireLimits.ReceiveAhead, length - offset)).CopyTo(whole.AsSpan(offset));
            ArrayPool<byte>.Shared.Return(_segments[i]);
        }

        _segments.Clear();
        return whole.AsMemory(0, length);
    }

    /// <summary>Gives back the payload that was taken last.</summary>
    public void Release()
    {
        if (_taken is not null)
        {
            ArrayPool<byte>.Shared.Return(_taken);
            _taken = null;
        }
    }

    public void Clear()
    {
        Release();
        _segments.ForEach(segment => ArrayPool<byte>.Shared.Return(segment));
        _segments.Clear();
        Gathered = 0;
        Held = 0;
    }
}
