using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <content>What users tell a ready peer.</content>
internal sealed partial class PeerActor
{
    private RequestFilter? _headersAsked;
    private RequestFilter? _blocksAsked;
    private Hash256? _lastAnnouncedBlock;
    private int _lastBlock;

    private void OnCommand(PeerCommand command)
    {
        switch (command)
        {
            case Send send:
                Say(send.Message, send.Receipt);
                break;
            case Request request:
                Ask(request);
                break;
            case RequestHeaders ask:
                AskOnce(_headersAsked ??= new RequestFilter(_settings.Requests.DuplicateWindow), new GetHeadersMessage(ProtocolVersion.Latest, ask.Locator, ask.Stop), ask.Locator, ask.Stop, ask.Receipt);
                break;
            case RequestBlocks ask:
                AskOnce(_blocksAsked ??= new RequestFilter(_settings.Requests.DuplicateWindow), new GetBlocksMessage(ProtocolVersion.Latest, ask.Locator, ask.Stop), ask.Locator, ask.Stop, ask.Receipt);
                break;
            case Reject reject:
                Say(reject);
                break;
            case SendAddresses send:
                Say(send);
                break;
            case Announce announce:
                Trickle.Tell(announce);
                break;
            case News news:
                Trickle.Tell(news.For(_start.Id));
                break;
            case AddKnownInventory known:
                Trickle.Tell(new RemoteKnows([new InvMessage(known.Items)], Said: false));
                break;
            case PingNow:
                Ping.Tell(command);
                break;
            case UpdateLastBlock update:
                _lastBlock = Math.Max(_lastBlock, update.Height);
                break;
            case UpdateLastAnnouncedBlock update:
                _lastAnnouncedBlock = update.Hash;
                break;
            default:
                Common(command);
                break;
        }
    }

    /// <summary>Answers what carries a receipt and can no longer, or not yet, be done; the rest has no effect.</summary>
    private static void Drop(PeerCommand command, DisconnectReason? ended, string why)
    {
        switch (command)
        {
            case Send send:
                send.Receipt?.Tell(new SendResult.Dropped(send.Message, why));
                break;
            case Request request:
                request.ReplyTo.Tell(ended is null ? new RequestResult.Refused(request, why) : new RequestResult.PeerStopped(request, ended));
                break;
            case RequestHeaders ask:
                ask.Receipt?.Tell(new SendResult.Dropped(new GetHeadersMessage(ProtocolVersion.Latest, ask.Locator, ask.Stop), why));
                break;
            case RequestBlocks ask:
                ask.Receipt?.Tell(new SendResult.Dropped(new GetBlocksMessage(ProtocolVersion.Latest, ask.Locator, ask.Stop), why));
                break;
            case Reject reject:
                reject.Receipt?.Tell(new SendResult.Dropped(reject.ToMessage(), why));
                break;
            case SendAddresses send:
                send.ReplyTo?.Tell(new AddressesSent([]));
                break;
        }
    }

    private void AskOnce(RequestFilter asked, Message question, WireArray<Hash256> locator, Hash256 stop, IActorRef? receipt)
    {
        var most = _settings.Strictness.LocatorHashes;
        if (locator.Length > most)
        {
            receipt?.Tell(new SendResult.Failed(question, new WireException(WireError.TooMany, 0, question.Command, $"{locator.Length} of at most {most} hashes")));
        }
        else if (asked.IsRepeated(locator.Span, stop, Now))
        {
            receipt?.Tell(new SendResult.Suppressed(question, "the same was asked last and may still be answered"));
        }
        else
        {
            asked.Asked(locator.Span, stop, Now);
            Say(question, receipt);
        }
    }

    private void Say(Reject reject)
    {
        var message = reject.ToMessage();
        if (!_settings.RejectEnabled)
        {
            reject.Receipt?.Tell(new SendResult.Suppressed(message, "peers.reject.enabled is off"));
        }
        else if (_remote!.Features.ProtocolVersion < ProtocolVersion.Reject)
        {
            reject.Receipt?.Tell(new SendResult.Suppressed(message, $"the remote speaks {_remote.Features.ProtocolVersion}, reject came with {ProtocolVersion.Reject}"));
        }
        else
        {
            Say(message, reject.Receipt);
        }
    }
}
