using System.Net;

namespace Peers.TestKit;

/// <summary>How a <see cref="RelayNode"/> behaves; the defaults are those of Bitcoin Core.</summary>
public sealed record RelayNodeOptions
{
    /// <summary>The defaults.</summary>
    public static RelayNodeOptions Default { get; } = new();

    /// <summary>How long the announcer of a transaction may take to answer until the next one is asked.</summary>
    public TimeSpan TransactionPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the announcer of a block may take to answer until the next one is asked.</summary>
    public TimeSpan BlockPatience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How much later a transaction is asked for that a remote announced which connected to us; those that we dialled come first.</summary>
    public TimeSpan InboundDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether compact blocks are offered and asked for (BIP 152).</summary>
    public bool CompactBlocks { get; init; } = true;

    /// <summary>How many peers are asked to send compact blocks without being asked: those that were the first with a block lately; 0 for none.</summary>
    public int HighBandwidthPeers { get; init; } = 3;

    /// <summary>How long after the end of a connection that it dialled the node dials again; null for never.</summary>
    public TimeSpan? RedialAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where it finds somebody else to dial when a connection has ended; null to dial the same again.</summary>
    public IReadOnlyList<IPEndPoint>? Addresses { get; init; }
}
