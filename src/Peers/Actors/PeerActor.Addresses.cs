using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <content>Addresses of other nodes that the remote is told.</content>
internal sealed partial class PeerActor
{
    private bool _addressesAsked;
    private bool _awaitsAddresses;
    private bool _addressesWelcome;

    /// <summary>
    /// Has the user's hook, or the engine's own book, find an answer to the first <c>getaddr</c> of a remote that connected to us (as Bitcoin Core): one that could ask again,
    /// or that we chose, would learn whom we know.
    /// </summary>
    private void AnswerGetAddr()
    {
        WelcomeAddresses();
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
            WelcomeAddresses();
            _start.AddressKeeper.Tell(new AddressesHeard(_start.Id, NetworkAddress.From(_remote!.Endpoint.Address), addresses, _awaitsAddresses));
            _awaitsAddresses &= addresses.Length >= WireLimits.Addresses; // A full answer may have a second part (as Bitcoin Core has it).
        }
    }

    /// <summary>
    /// Whom we dialled is told addresses that others tell; who connected to us once he has shown that he knows what to do with them (as Bitcoin Core):
    /// else half of what we tell on would end with wallets that tell nobody.
    /// </summary>
    private void WelcomeAddresses()
    {
        if (_settings.AddressAnswers.Relay && !_addressesWelcome && !_start.Options.BlockRelayOnly)
        {
            _addressesWelcome = true;
            _start.AddressKeeper.Tell(new AddressesWelcome(_start.Id, Self, _remote!.Features.AddressV2));
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
