using System.Buffers.Binary;

namespace Peers.Wire;

/// <summary>
/// The unencrypted transport: magic, command, length and checksum before each payload.
/// A frame that lies inside one received run of bytes is read in place; only one that spans runs is gathered.
/// </summary>
public sealed class V1Transport : WireTransport
{
    private readonly uint _magic;
    private readonly MessageCatalog _catalog;
    private readonly WireOptions _options;
    private readonly byte[] _header = new byte[WireLimits.HeaderBytes];
    private readonly PayloadBuffer _payload = new();

    private ReadOnlyMemory<byte> _received;
    private int _headerLength;
    private FrameHeader? _current;

    /// <summary>Creates the transport of one connection.</summary>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian: values are laid out as on the wire.</exception>
    public V1Transport(BitcoinNetwork network, MessageCatalog catalog, WireOptions options)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Peers.Wire needs a little-endian machine");
        }

        _magic = network.Magic;
        _catalog = catalog;
        _options = options;
    }

    /// <inheritdoc/>
    public override string Name => "v1";

    /// <inheritdoc/>
    public override bool IsInsideFrame => _headerLength > 0 || _current is not null;

    /// <inheritdoc/>
    public override int Buffered => _payload.Held;

    /// <inheritdoc/>
    public override void Append(ReadOnlyMemory<byte> received)
    {
        if (!_received.IsEmpty)
        {
            throw new InvalidOperationException("bytes are left: read all frames before more bytes are appended");
        }

        _received = received;
    }

    /// <inheritdoc/>
    public override bool TryReadFrame(out WireFrame frame)
    {
        frame = default;
        _payload.Release();
        _current ??= TryReadHeader();
        if (_current is not { } header || !TryReadPayload(header, out var payload, out var owned))
        {
            return false;
        }

        _current = null;
        frame = new WireFrame(
            header.Command, header.Type, payload, owned, WireLimits.HeaderBytes + header.Length, header.Fault ?? VerifyChecksum(header, payload.Span));
        return true;
    }

    /// <inheritdoc/>
    public override int GetFrameSize(string command, int payloadSize) => WireLimits.HeaderBytes + payloadSize;

    /// <inheritdoc/>
    public override int GetPayloadOffset(string command) => WireLimits.HeaderBytes;

    /// <inheritdoc/>
    public override void Seal(string command, Span<byte> frame)
    {
        var payload = frame[WireLimits.HeaderBytes..];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, _magic);
        _catalog.KeyOf(command).Write(frame[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(frame[16..], payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[20..], DoubleSha256.Checksum(payload));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _payload.Clear();

    private FrameHeader? TryReadHeader()
    {
        if (_headerLength == 0 && _received.Length >= WireLimits.HeaderBytes)
        {
            var whole = FrameHeader.Read(_received.Span[..WireLimits.HeaderBytes], _magic, _catalog, _options);
            _received = _received[WireLimits.HeaderBytes..];
            return whole;
        }

        var taken = Math.Min(WireLimits.HeaderBytes - _headerLength, _received.Length);
        _received.Span[..taken].CopyTo(_header.AsSpan(_headerLength));
        _received = _received[taken..];
        _headerLength += taken;

        // A scanner or a peer of another network is known by its first four bytes; do not wait for more of it.
        if (_headerLength >= 4)
        {
            FrameHeader.CheckMagic(_header.AsSpan(0, _headerLength), _magic);
        }

        if (_headerLength < WireLimits.HeaderBytes)
        {
            return null;
        }

        _headerLength = 0;
        return FrameHeader.Read(_header, _magic, _catalog, _options);
    }

    private bool TryReadPayload(in FrameHeader header, out ReadOnlyMemory<byte> payload, out bool owned)
    {
        var keeps = header.Type?.KeepsPayload == true;
        if (_payload.Gathered == 0 && header.Length <= _received.Length)
        {
            var slice = _received[..header.Length];
            _received = _received[header.Length..];
            owned = keeps && header.Fault is null;
            payload = owned ? slice.ToArray() : slice;
            return true;
        }

        owned = keeps;
        payload = default;
        var taken = Math.Min(header.Length - _payload.Gathered, _received.Length);
        if (header.Skipped)
        {
            _payload.Skip(taken);
        }
        else
        {
            _payload.Gather(_received.Span[..taken], header.Length);
        }

        _received = _received[taken..];
        if (_payload.Gathered < header.Length)
        {
            return false;
        }

        payload = _payload.Take(header.Length, keeps, header.Skipped);
        return true;
    }

    private WireException? VerifyChecksum(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (!_options.VerifyChecksum || DoubleSha256.Checksum(payload) == header.Checksum)
        {
            return null;
        }

        return _options.Policy.Or(new WireException(WireError.BadChecksum, 20, "header.checksum"));
    }
}
