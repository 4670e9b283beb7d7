using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <content>Where what is heard goes: to the handshake, to the children, to the listener.</content>
internal sealed partial class PeerActor
{
    private void Hear(Received received)
    {
        List<Message> heard = [];
        long handled = 0;
        for (var i = 0; i < received.Messages.Count; i++)
        {
            var (message, cost) = received.Messages[i];
            heard.Add(message);
            handled += cost;
            _versionHeard |= message is VersionMessage;
            if (message is VerAckMessage && _versionHeard)
            {
                _stashed.Enqueue(new Received([.. received.Messages.Skip(i + 1)]));
                Become(AwaitingVerdict);
                break;
            }
        }

        _handshake.Tell(new HandshakeHeard(heard));
        ReturnCredit(handled);
    }

    private void Route(Received received)
    {
        _idle?.Heard(Now);
        List<Message>? pings = null;
        List<Message>? inventory = null;
        long handled = 0;
        foreach (var (message, cost) in received.Messages)
        {
            switch (message)
            {
                case PingMessage or PongMessage:
                    (pings ??= []).Add(message);
                    handled += _outlet.Deliver(message, cost);
                    continue;
                case VersionMessage or VerAckMessage when _settings.Strictness.DuplicateHandshakeIgnored:
                    handled += cost;
                    continue;
                case VersionMessage or VerAckMessage or SendAddrV2Message or WtxIdRelayMessage:
                    Leave(new DisconnectReason.Unexpected(message.Command, PeerPhase.Ready));
                    return;
                default:
                    if (InventoryHeard.IsIn(message))
                    {
                        (inventory ??= []).Add(message);
                    }

                    handled += _outlet.Deliver(message, cost);
                    continue;
            }
        }

        if (pings is not null)
        {
            _ping.Tell(new PingsHeard(pings));
        }

        if (inventory is not null && !_trickle.IsNobody())
        {
            _trickle.Tell(new RemoteKnows(inventory));
        }

        ReturnCredit(handled);
    }

    private void ReturnCredit(long cost)
    {
        if (cost > 0)
        {
            _connection.Tell(new ReturnCredit(cost));
        }
    }

    /// <summary>
    /// The receive timeout is an alarm clock, not the rule: nothing that this actor is told influences it, so chatter neither resets it
    /// nor costs anything, and when it rings the deadline says whether it is due.
    /// </summary>
    private void StartIdle()
    {
        if (_settings.Idle.Enabled)
        {
            _idle = new IdleDeadline(_settings.Idle.Timeout, Now);
            Context.SetReceiveTimeout(_settings.Idle.Timeout);
            if (_readingPaused)
            {
                _idle.Paused(Now);
            }
        }
    }

    private void CheckIdle()
    {
        var left = _idle!.Left(Now);
        if (left > TimeSpan.Zero)
        {
            Context.SetReceiveTimeout(left);
        }
        else
        {
            Leave(new DisconnectReason.Idle(_settings.Idle.Timeout));
        }
    }
}
