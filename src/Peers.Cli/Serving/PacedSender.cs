using Peers.Wire;

namespace Peers.Cli;

/// <summary>
/// Sends without overrunning the connection's write limit: after so many bytes it waits until the remote has taken them.
/// A receipt for each message would cost more than the message.
/// </summary>
internal sealed class PacedSender(IPeer peer)
{
    private const int Allowance = 1024 * 1024;

    private readonly WireProtocol _protocol = new(peer.Remote.Features.ProtocolVersion, peer.Remote.Features.Witness);
    private int _unconfirmed;

    /// <returns>False when the connection has ended.</returns>
    public async ValueTask<bool> SendAsync(Message message)
    {
        _unconfirmed += message.GetPayloadSize(_protocol);
        if (_unconfirmed < Allowance)
        {
            peer.Send(message);
            return true;
        }

        _unconfirmed = 0;
        return await peer.SendAsync(message) is not SendResult.Dropped;
    }
}
