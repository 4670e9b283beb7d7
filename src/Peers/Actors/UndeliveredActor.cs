using System.Net;
using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>
/// Answers what found its peer or its engine gone: a send in a mailbox when the peer stops would else never be answered, and a stream that is to
/// be adopted never be disposed of. One per actor system, because a suppressed dead letter does not tell whom it was for; born with the first engine.
/// </summary>
internal sealed class UndeliveredActor : UntypedActor
{
    private const string Why = "the connection is gone";
    private const string NoEngine = "the engine is gone";

    public static Props Props() => ActorFactory.Props(() => new UndeliveredActor());

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch ((message as SuppressedDeadLetter)?.Message)
        {
            case ManagerCommand command:
                Refuse(command);
                break;
            case Send { Receipt: { } receipt } send:
                receipt.Tell(new SendResult.Dropped(send.Message, Why));
                break;
            case Request request:
                request.ReplyTo.Tell(new RequestResult.PeerStopped(request, new DisconnectReason.Requested(Why)));
                break;
            case RequestHeaders { Receipt: { } receipt } ask:
                receipt.Tell(new SendResult.Dropped(new Wire.GetHeadersMessage(ask.Locator), Why));
                break;
            case RequestBlocks { Receipt: { } receipt } ask:
                receipt.Tell(new SendResult.Dropped(new Wire.GetBlocksMessage(ask.Locator), Why));
                break;
            case Reject { Receipt: { } receipt } reject:
                receipt.Tell(new SendResult.Dropped(reject.ToMessage(), Why));
                break;
            case SendAddresses { ReplyTo: { } asker }:
                asker.Tell(new AddressesSent([]));
                break;
            case Write { Receipt: { } receipt } write:
                receipt.Tell(new SendResult.Dropped(write.Message, Why));
                break;
            case GetStats get:
                get.ReplyTo.Tell(new Status.Failure(new InvalidOperationException(Why)));
                break;
            case CompleteStats stats:
                stats.ReplyTo.Tell(stats.Stats);
                break;
        }
    }

    private static void Refuse(ManagerCommand command)
    {
        switch (command)
        {
            case Connect connect:
                Refuse(connect.Listener, connect.Remote, Direction.Outbound);
                break;
            case Adopt adopt:
                adopt.Owned.DisposeAsync();
                Refuse(adopt.Listener, adopt.Remote ?? Endpoints.Untold, adopt.Direction);
                break;
            case AdoptSocket adopt:
                new AkkaSocket(adopt.Socket).Abort();
                Refuse(adopt.Listener, adopt.Remote, adopt.Direction);
                break;
            case AdoptConnected adopt:
                adopt.Socket.Dispose();
                Refuse(adopt.Listener, adopt.Remote ?? Endpoints.Untold, adopt.Direction);
                break;
            case Listen listen:
                listen.ReplyTo.Tell(new ListenFailed(listen.Local, NoEngine));
                break;
            case Unlisten unlisten:
                unlisten.ReplyTo.Tell(new Unlistened(unlisten.Local));
                break;
            case GetPeers get:
                get.ReplyTo.Tell(new PeerList([]));
                break;
            case BanSubnet ban:
                ban.ReplyTo.Tell(new NotBanned(ban.Subject, NoEngine));
                break;
            case UnbanSubnet unban:
                unban.ReplyTo.Tell(new SubnetUnbanned(unban.Subject, WasBanned: false));
                break;
            case GetBans get:
                get.ReplyTo.Tell(new BanList([]));
                break;
        }
    }

    /// <summary>Nobody is left to number the connection: it is none of the engine's.</summary>
    private static void Refuse(IActorRef? listener, EndPoint endpoint, Direction direction) =>
        listener?.Tell(new PeerStopped(default, endpoint, direction, new DisconnectReason.Refused(NoEngine), null));
}
