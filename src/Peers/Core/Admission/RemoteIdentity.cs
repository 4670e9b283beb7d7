using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>Who a connection is with, as far as its address tells.</summary>
/// <param name="Text">What makes two connections duplicates.</param>
/// <param name="Address">
/// What can be banned, scored and counted; null where that would hit others: a name that is no address yet, an address that nobody told, the proxy's.
/// </param>
/// <param name="IsProxy">Whether the address is the proxy's, behind which anybody may be.</param>
/// <param name="IsManual">Whether a person chose the remote.</param>
internal readonly record struct RemoteIdentity(string Text, NetworkAddress? Address, bool IsProxy, bool IsManual)
{
    /// <summary>Whether it is of this machine.</summary>
    public bool IsLocal => Address is { } address && NetworkIdentity.IsLocal(address);

    /// <param name="id">The connection: what stands for a remote of which nothing else is known.</param>
    /// <param name="remote">Its address or its name; onion and I2P addresses come as names.</param>
    /// <param name="isProxy">Whether the address is a proxy's.</param>
    /// <param name="isManual">Whether a person chose it.</param>
    public static RemoteIdentity Of(PeerId id, EndPoint remote, bool isProxy, bool isManual)
    {
        switch (remote)
        {
            case IPEndPoint endpoint:
                return endpoint.IsUntold() || isProxy
                    ? new RemoteIdentity($"peer-{id}", null, isProxy, isManual)
                    : new RemoteIdentity(remote.Text(), NetworkIdentity.Of(NetworkAddress.From(endpoint.Address)), false, isManual);
            case DnsEndPoint name:
                return new RemoteIdentity(
                    remote.Text(), NetworkAddress.TryParse(name.Host, out var address) ? NetworkIdentity.Of(address) : null, false, isManual);
            default:
                return new RemoteIdentity(remote.Text(), null, false, isManual);
        }
    }
}
