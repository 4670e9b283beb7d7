using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Peers.Wire;

/// <summary>
/// One address of any network of BIP 155, as a value: up to 32 bytes lie inside, only longer ones of unknown networks are kept apart.
/// </summary>
/// <remarks>The default value is <see cref="Unspecified"/>.</remarks>
public readonly partial struct NetworkAddress : IEquatable<NetworkAddress>
{
    private readonly Inline _inline;
    private readonly byte[]? _other;
    private readonly byte _kind;

    /// <summary>What tells an address of no bytes of network 0 from the default value, where this is 0.</summary>
    private readonly byte _lengthAndOne;

    /// <summary>Creates an address.</summary>
    /// <param name="kind">Its network.</param>
    /// <param name="bytes">Its bytes, in the order of BIP 155.</param>
    /// <exception cref="ArgumentException">A known network has addresses of another length, or an unknown one of more than 512 bytes.</exception>
    public NetworkAddress(NetworkKind kind, ReadOnlySpan<byte> bytes)
        : this((byte)kind, Fitting(kind, bytes))
    {
    }

    private NetworkAddress(byte kind, ReadOnlySpan<byte> bytes)
    {
        _kind = kind;
        Span<byte> inline = _inline;
        if (bytes.TryCopyTo(inline))
        {
            _lengthAndOne = (byte)(bytes.Length + 1);
        }
        else
        {
            _other = bytes.ToArray();
            _lengthAndOne = byte.MaxValue;
        }
    }

    /// <summary><c>::</c>, which stands for no address.</summary>
    public static NetworkAddress Unspecified => default;

    /// <summary>Its network.</summary>
    public NetworkKind Kind => _lengthAndOne == 0 ? NetworkKind.IPv6 : (NetworkKind)_kind;

    /// <summary>How many bytes it has.</summary>
    public int Length => _other?.Length ?? (_lengthAndOne == 0 ? V1Size : _lengthAndOne - 1);

    /// <summary>
    /// Whether BIP 155 lets it be told to others: not Tor's old addresses, unknown networks, CJDNS outside fc00::/8,
    /// nor an IPv4 or old Tor address in IPv6's clothes.
    /// </summary>
    public bool IsRelayable => Kind switch
    {
        NetworkKind.IPv4 or NetworkKind.TorV3 or NetworkKind.I2P => true,
        NetworkKind.IPv6 => !IsWrapped,
        NetworkKind.Cjdns => _inline[0] == 0xFC,
        _ => false,
    };

    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    private static ReadOnlySpan<byte> OnionCatPrefix => [0xFD, 0x87, 0xD8, 0x7E, 0xEB, 0x43];

    private bool IsWrapped
    {
        get
        {
            ReadOnlySpan<byte> inline = _inline;
            return inline.StartsWith(MappedPrefix) || inline.StartsWith(OnionCatPrefix);
        }
    }

    /// <summary>The address of an IP address; an IPv4 address in IPv6's clothes is IPv4.</summary>
    public static NetworkAddress From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        plain.TryWriteBytes(bytes, out var length);
        return new NetworkAddress(plain.AddressFamily == AddressFamily.InterNetwork ? NetworkKind.IPv4 : NetworkKind.IPv6, bytes[..length]);
    }

    /// <summary>The IP address; null for networks that overlay the internet.</summary>
    public IPAddress? ToIPAddress() => Kind is NetworkKind.IPv4 or NetworkKind.IPv6 or NetworkKind.Cjdns ? new IPAddress(ToArray()) : null;

    /// <summary>Its bytes, in the order of BIP 155.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Copies its bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        ReadOnlySpan<byte> inline = _inline;
        (_other ?? inline[..Length]).CopyTo(destination);
    }

    /// <inheritdoc/>
    public bool Equals(NetworkAddress other)
    {
        ReadOnlySpan<byte> mine = _inline;
        ReadOnlySpan<byte> its = other._inline;
        return Kind == other.Kind && Length == other.Length && mine.SequenceEqual(its) && _other.AsSpan().SequenceEqual(other._other);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NetworkAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        ReadOnlySpan<byte> inline = _inline;
        return StableHash.Combine((int)Kind, StableHash.Of(_other ?? inline[..Length]));
    }

    /// <summary>Whether both are the same address.</summary>
    public static bool operator ==(NetworkAddress left, NetworkAddress right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(NetworkAddress left, NetworkAddress right) => !left.Equals(right);

    private static ReadOnlySpan<byte> Fitting(NetworkKind kind, ReadOnlySpan<byte> bytes)
    {
        var length = LengthOf(kind);
        return (length is null ? bytes.Length <= WireLimits.AddressBytes : bytes.Length == length)
            ? bytes
            : throw new ArgumentException($"an address of {kind} has {length?.ToString() ?? "at most 512"} bytes, not {bytes.Length}", nameof(bytes));
    }

    private static int? LengthOf(NetworkKind kind) => kind switch
    {
        NetworkKind.IPv4 => 4,
        NetworkKind.TorV2 => 10,
        NetworkKind.IPv6 or NetworkKind.Cjdns => 16,
        NetworkKind.TorV3 or NetworkKind.I2P => 32,
        _ => null,
    };

    [InlineArray(32)]
    private struct Inline
    {
        private byte _first;
    }
}
