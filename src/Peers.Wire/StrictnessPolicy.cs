using System.Collections.Immutable;

namespace Peers.Wire;

/// <summary>
/// How much is forgiven, as one named value. <see cref="Core"/> drops what it cannot read and keeps the peer,
/// <see cref="Btcd"/> ends the connection.
/// </summary>
public sealed record StrictnessPolicy
{
    private StrictnessPolicy(string name) => Name = name;

    /// <summary>As Bitcoin Core: only framing damage and broken caps end a connection.</summary>
    public static StrictnessPolicy Core { get; } = new("core")
    {
        Tolerated =
        [
            WireError.BadChecksum, WireError.InvalidCommand, WireError.Truncated, WireError.TrailingBytes,
            WireError.NonCanonicalCount, WireError.TooLong, WireError.InvalidValue, WireError.VersionTooLow,
        ],
        TrailingBytesAllowed = true,
        LocatorHashes = WireLimits.LocatorHashes,
        MaximumPayloadPerType = false,
        MinimumVersionPerType = false,
        WitnessAlwaysDecoded = true,
        EarlyMessagesIgnored = true,
        DuplicateHandshakeIgnored = true,
        LateWtxIdRelayIgnored = false,
    };

    /// <summary>As btcd: a message that cannot be read exactly ends the connection.</summary>
    public static StrictnessPolicy Btcd { get; } = new("btcd")
    {
        Tolerated = [],
        TrailingBytesAllowed = false,
        LocatorHashes = WireLimits.LocatorHashesBtcd,
        MaximumPayloadPerType = true,
        MinimumVersionPerType = true,
        WitnessAlwaysDecoded = false,
        EarlyMessagesIgnored = false,
        DuplicateHandshakeIgnored = false,
        LateWtxIdRelayIgnored = true,
    };

    /// <summary>The name in settings: <c>core</c> or <c>btcd</c>.</summary>
    public string Name { get; }

    /// <summary>Errors that cost the sender the message but not the connection.</summary>
    public required ImmutableHashSet<WireError> Tolerated { get; init; }

    /// <summary>Whether bytes after the last field are ignored.</summary>
    public required bool TrailingBytesAllowed { get; init; }

    /// <summary>Most hashes of a block locator.</summary>
    public required int LocatorHashes { get; init; }

    /// <summary>Whether a payload above the maximum of its own type is refused on its header.</summary>
    public required bool MaximumPayloadPerType { get; init; }

    /// <summary>Whether a message below its protocol version is refused.</summary>
    public required bool MinimumVersionPerType { get; init; }

    /// <summary>Whether witnesses are decoded from a peer that does not offer the witness service.</summary>
    public required bool WitnessAlwaysDecoded { get; init; }

    /// <summary>Whether a message other than those of the handshake is ignored before <c>verack</c>.</summary>
    public required bool EarlyMessagesIgnored { get; init; }

    /// <summary>Whether a second <c>version</c> or <c>verack</c> is ignored.</summary>
    public required bool DuplicateHandshakeIgnored { get; init; }

    /// <summary>Whether a <c>wtxidrelay</c> after <c>verack</c> is ignored: btcd does not know it.</summary>
    public required bool LateWtxIdRelayIgnored { get; init; }

    /// <summary>Whether a message with this error is dropped and the connection kept.</summary>
    public bool Tolerates(WireError error) => Tolerated.Contains(error);

    /// <summary>The fault to report where it is forgiven; thrown where it is not.</summary>
    internal WireException Or(WireException fault) => Tolerates(fault.Error) ? fault : throw fault;

    /// <summary>The policy of that name.</summary>
    /// <exception cref="ArgumentException">The name is neither <c>core</c> nor <c>btcd</c>.</exception>
    public static StrictnessPolicy Named(string name) => name switch
    {
        "core" => Core,
        "btcd" => Btcd,
        _ => throw new ArgumentException($"'{name}' is no strictness policy: use core or btcd", nameof(name)),
    };

    /// <summary>The name of the policy.</summary>
    public override string ToString() => Name;
}
