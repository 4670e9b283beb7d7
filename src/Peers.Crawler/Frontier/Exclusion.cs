namespace Peers.Crawler;

/// <summary>Why a node is known and never dialled.</summary>
public enum Exclusion
{
    /// <summary>No node of the internet can have this address: private, loopback, reserved, multicast, documentation.</summary>
    PrivateAddress,

    /// <summary>The port is 0 or belongs to another service.</summary>
    BadPort,

    /// <summary>Its owner does not want to be visited.</summary>
    OptedOut,

    /// <summary>There is no way into its network: no proxy is set.</summary>
    NoProxy,

    /// <summary>It is of a network that is gone or that we do not know.</summary>
    UnknownNetwork,

    /// <summary>It is not in the share of the nodes that is visited.</summary>
    NotInShare,
}
