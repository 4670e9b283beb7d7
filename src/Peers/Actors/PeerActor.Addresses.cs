using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <content>Addresses of other nodes that the remote is told.</content>
internal sealed partial class PeerActor
{
    private bool _addressesAsked;

    /// <summary>
    /// Has the user's hook, or the engine's own book, find an answer to the first <c>getaddr</c> of a remote that connected to us (as Bitcoin Core): one that could ask again,
    /// or that we chose, would learn whom we know.
    /// </summary>
    private void AnswerGetAddr()
    {
        if (_start.Direction == Direction.Inbound && !_addressesAsked && (_settings.Addresses is not null || !_start.AddressKeeper.IsNobody()))
        {
            _addressesAsked = true;
            _manager.Tell(new AddressesWanted(_start.Id));
        }
    }

    /// <summary>
    /// What a remote tells of others is learnt where connections are kept. What a block-relay-only one tells is not: it would show whom we know (as
    /// Bitcoin Core).
    /// </summary>
    private void LearnAddresses(WireArray<AddressEntry> addresses)
    {
        if (!_start.Options.BlockRelayOnly)
        {
            _start.AddressKeeper.Tell(new AddressesHeard(_start.Id, NetworkAddress.From(_remote!.Endpoint.Address), addresses));
        }
    }

    private void Say(SendAddresses send)
    {
        var modern = _remote!.Features.AddressV2;
        var chosen = AddressSelection.Select(send.Addresses, modern, _settings.Random);
        if (!chosen.IsEmpty)
        {
            Say(modern ? new AddrV2Message([.. chosen]) : new AddrMessage([.. chosen]), null);
        }

        send.ReplyTo?.Tell(new AddressesSent(chosen));
    }
}
