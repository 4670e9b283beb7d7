using System.Net;
using System.Threading.Channels;
using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <content>Connections that the engine keeps by itself.</content>
public sealed partial class PeerEngine
{
    private readonly Channel<IPeer> _kept;

    /// <summary>
    /// Peers that the engine connected to by itself (<see cref="KeepOutbound"/>, <see cref="AddNode"/>), when their handshake is done. One that is not taken
    /// holds what it hears; when <c>peers.outbound.max</c> wait here, the oldest is disconnected.
    /// </summary>
    public ChannelReader<IPeer> Kept => _kept.Reader;

    /// <summary>
    /// Keeps connections: as many as <c>peers.outbound</c> says, to addresses of <see cref="PeerSettings.AddressStore"/>, of
    /// <see cref="PeerSettings.Seeds"/>, and of those that remotes tell. What ends is replaced. They come by <see cref="Kept"/>.
    /// </summary>
    public void KeepOutbound() => Manager.Tell(new KeepOutbound(_front, Consumption.Held));

    /// <summary>
    /// Keeps a connection to that node, whatever happens (as Bitcoin Core's <c>addnode</c>): it is dialled again after each end, in times that grow with its
    /// failures, and misbehaviour is not held against it. It comes by <see cref="Kept"/>, each time anew.
    /// </summary>
    /// <param name="remote">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    public void AddNode(EndPoint remote) => Manager.Tell(new AddNode(remote, _front, Consumption.Held));

    /// <summary>Dials that node no more. Its connection stays until it ends.</summary>
    /// <param name="remote">The address that <see cref="AddNode"/> named.</param>
    public void RemoveNode(EndPoint remote) => Manager.Tell(new RemoveNode(remote));

    /// <summary>Learns addresses that you know, for <see cref="KeepOutbound"/>.</summary>
    /// <param name="addresses">The addresses.</param>
    public void AddAddresses(IEnumerable<AddressEntry> addresses) => Manager.Tell(new AddAddresses([.. addresses]));

    /// <summary>How the keeping of connections is doing.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<OutboundStatus> GetOutboundAsync(CancellationToken cancellation = default) =>
        Manager.Ask<OutboundStatus>((IActorRef asker) => new GetOutbound(asker), null, cancellation);

    /// <summary>Of many who wait to be taken the oldest is forgotten.</summary>
    private static Channel<IPeer> WaitingPeers(int most) => Channel.CreateBounded<IPeer>(
        new BoundedChannelOptions(Math.Max(1, most)) { FullMode = BoundedChannelFullMode.DropOldest }, unaccepted => _ = ForgetAsync(unaccepted));
}
