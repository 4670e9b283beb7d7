namespace Peers;

/// <summary>What a handshake settled, frozen at <c>verack</c>.</summary>
/// <param name="ProtocolVersion">The lower of the two protocol versions.</param>
/// <param name="Witness">Whether transactions and blocks go out with witnesses: the remote offers the service (BIP 144).</param>
/// <param name="AddressV2">Whether the remote wants addresses as <c>addrv2</c> (BIP 155).</param>
/// <param name="WtxIdRelay">Whether both want announcements by wtxid (BIP 339).</param>
/// <param name="RelayTransactions">Whether the remote wants transactions announced (BIP 37, BIP 60).</param>
public sealed record PeerFeatures(int ProtocolVersion, bool Witness, bool AddressV2, bool WtxIdRelay, bool RelayTransactions);
