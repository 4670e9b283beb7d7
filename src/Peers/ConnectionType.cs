namespace Peers;

/// <summary>What a connection is for, in Bitcoin Core's words.</summary>
public enum ConnectionType
{
    /// <summary>The remote opened it.</summary>
    Inbound,

    /// <summary>Blocks, transactions and addresses go both ways: what <see cref="PeerEngine.ConnectAsync(System.Net.EndPoint, System.Threading.CancellationToken)"/> opens unless told otherwise.</summary>
    OutboundFullRelay,

    /// <summary>Only blocks are relayed, which hides how the network hangs together (<see cref="PeerOptions.BlockRelayOnly"/>).</summary>
    BlockRelay,

    /// <summary>A person chose the remote (<see cref="PeerOptions.Manual"/>, <see cref="AddNode"/>).</summary>
    Manual,

    /// <summary>Opened to see whether somebody is there, and ended as soon as that is known.</summary>
    Feeler,

    /// <summary>Opened to ask for addresses, and ended when they have come.</summary>
    AddressFetch,
}
