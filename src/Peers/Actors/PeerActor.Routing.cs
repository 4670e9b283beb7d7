using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <content>Where what is heard goes: to the handshake, to the children, to the listener.</content>
internal sealed partial class PeerActor
{
    /// <summary>More of it is not kept: the remote may repeat itself.</summary>
    private const int MostOfNegotiation = 16;

    private readonly List<Message> _negotiation = [];
    private bool _wantsHeaders;
    private long? _feeFilter;
    private bool _filterLoaded;
    private int _points;

    private void Hear(Received received)
    {
        List<Message> heard = [];
        long handled = 0;
        var pings = 0;
        for (var i = 0; i < received.Messages.Count; i++)
        {
            var (message, cost) = received.Messages[i];
            heard.Add(message);
            handled += cost;
            pings += message is PingMessage ? 1 : 0;
            if (message is VersionMessage version && !_versionHeard)
            {
                // Told from here, where it cannot come too late: a remote that closes behind its version ends this actor before the handshake's answer.
                _versionHeard = true;
                if (_start.Options.HearVersion)
                {
                    _start.Listener?.Tell(new VersionHeard(_start.Id, version));
                }
            }

            if (_start.Options.DeliverNegotiation && IsNegotiation(message) && _negotiation.Count < MostOfNegotiation)
            {
                _negotiation.Add(message);
            }

            if (message is VerAckMessage && _versionHeard)
            {
                _stashed.Enqueue(new Received([.. received.Messages.Skip(i + 1)]));
                Become(AwaitingVerdict);
                break;
            }
        }

        _handshake.Tell(new HandshakeHeard(heard));
        _connection.Tell(new ReturnCredit(handled, pings));
    }

    private void Route(Received received)
    {
        var now = Now;
        _idle?.Heard(now);
        List<Message>? pings = null;
        List<Message>? inventory = null;
        long handled = 0;
        foreach (var (message, cost) in received.Messages)
        {
            var ruling = MessageRules.On(message, _settings.Strictness, _remote!.Features.ProtocolVersion, _settings.Services, _filterLoaded);
            if (ruling.End is { } end)
            {
                Leave(end);
                return;
            }

            if (!ruling.Delivered)
            {
                handled += cost;
                continue;
            }

            Note(message);
            if (message is PingMessage or PongMessage)
            {
                (pings ??= []).Add(message);
            }
            else if (InventoryNotes.AreHeardIn(message))
            {
                (inventory ??= []).Add(message);
            }

            if (_deadlines?.Heard(message, now, _ended) == true)
            {
                handled += cost; // Somebody waits for it: the listener does not get it, too.
            }
            else
            {
                handled += _outlet.Deliver(message, cost);
            }

            if (_ended.Count > 0)
            {
                TellAnswered();
            }
        }

        TellPoints();
        if (pings is not null)
        {
            Ping.Tell(new PingsHeard(pings));
        }

        if (inventory is not null)
        {
            Trickle.Tell(new RemoteKnows(inventory, Said: false));
        }

        ReturnCredit(handled);
    }

    /// <summary>What the remote's message changes for us.</summary>
    private void Note(Message message)
    {
        switch (message)
        {
            case SendHeadersMessage:
                _wantsHeaders = true;
                break;
            case GetAddrMessage:
                AnswerGetAddr();
                break;
            case AddrMessage told:
                LearnAddresses(told.Addresses);
                break;
            case AddrV2Message told:
                LearnAddresses(told.Addresses);
                break;
            case FeeFilterMessage filter:
                _feeFilter = filter.FeeRate;
                break;
            case MempoolMessage or GetDataMessage when _settings.Misbehaviour.Policy == MisbehaviourPolicy.Btcd:
                _points += BtcdPoints.Of(message);
                break;
            case FilterLoadMessage:
                _filterLoaded = true;
                break;
            case FilterClearMessage:
                _filterLoaded = false;
                break;
            case HeadersMessage:
                _headersAsked?.Reset();
                break;
            case InvMessage inv when inv.Items.Length > 0 && inv.Items[0].IsBlock:
                _blocksAsked?.Reset();
                break;
        }
    }

    /// <summary>Told once for each read, however much is in it.</summary>
    private void TellPoints()
    {
        if (_points > 0)
        {
            _manager.Tell(new PeerMisbehaved(_start.Id, _points, "it asked for too much"));
            _points = 0;
        }
    }

    /// <summary>Says what was wrong, where that is wanted and the remote may understand it.</summary>
    /// <returns>Whether there is something to be written before the end.</returns>
    private bool SayRejection(DisconnectReason reason)
    {
        var behindVersion = _versionHeard && _phase == PeerPhase.Handshaking; // There btcd says nothing of what came too early.
        if (!_settings.RejectEnabled || _remote?.Features.ProtocolVersion < ProtocolVersion.Reject
            || (behindVersion && reason is DisconnectReason.Unexpected) || Rejection.For(reason) is not { } rejection)
        {
            return false;
        }

        _connection.Tell(new Write(rejection));
        return true;
    }

    /// <summary>What was said to settle the terms, and so before there was anybody to hear it.</summary>
    private static bool IsNegotiation(Message message) =>
        message is VersionMessage or VerAckMessage or SendAddrV2Message or WtxIdRelayMessage or SendReconciliationMessage or FeatureMessage;

    private void ReturnCredit(long cost)
    {
        if (cost > 0)
        {
            _connection.Tell(new ReturnCredit(cost));
        }
    }
}
