using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <content>Addresses that are told on: <see cref="AddressRelay"/> says which, to whom and when.</content>
internal sealed partial class OutboundActor
{
    private readonly AddressRelay _relay;
    private readonly Dictionary<PeerId, IActorRef> _relayPeers = [];

    private void OnRelay(object message)
    {
        switch (message)
        {
            case AddressesWelcome welcome:
                _relay.Join(welcome.Id, welcome.ReadsAddressV2);
                _relayPeers[welcome.Id] = welcome.Peer;
                Context.WatchWith(welcome.Peer, new AddressesUnwelcome(welcome.Id));
                break;
            case AddressesUnwelcome gone:
                _relay.Leave(gone.Id);
                _relayPeers.Remove(gone.Id);
                break;
            case RelayIsDue:
                foreach (var (id, addresses) in _relay.Take(Now))
                {
                    _relayPeers[id].Tell(new SendAddresses(addresses));
                }

                AwaitRelay();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void TellOn(AddressesHeard heard)
    {
        if (_settings.AddressAnswers.Relay)
        {
            _relay.Hear(heard.Id, heard.Addresses.Span, heard.IsAnswer, _networks, Today, Now);
            AwaitRelay();
        }
    }

    private void AwaitRelay()
    {
        if (_relay.Due is { } due)
        {
            var wait = due - Now;
            Timers.StartSingleTimer("relay", RelayIsDue.Instance, wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>The peer is gone.</summary>
    private sealed record AddressesUnwelcome(PeerId Id) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Some peer is to be told what has gathered for it.</summary>
    private sealed record RelayIsDue : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static RelayIsDue Instance { get; } = new();
    }
}
