using System.Threading.Channels;
using Akka.Actor;

namespace Peers;

/// <summary>
/// What stands behind <see cref="PeerEngine"/>: gives each connection of the facade its inbox. One per engine, dies with it.
/// </summary>
internal sealed class FrontActor : UntypedActor
{
    private readonly IActorRef _manager;
    private readonly PeerSettings _settings;
    private readonly ChannelWriter<IPeer> _accepted;
    private readonly Dictionary<PeerId, IActorRef> _inbound = [];

    public FrontActor(IActorRef manager, PeerSettings settings, ChannelWriter<IPeer> accepted)
    {
        _manager = manager;
        _settings = settings;
        _accepted = accepted;
    }

    public static Props Props(IActorRef manager, PeerSettings settings, ChannelWriter<IPeer> accepted) =>
        Akka.Actor.Props.Create(() => new FrontActor(manager, settings, accepted)).OnDispatcherOf(settings);

    protected override void PostStop() => _accepted.TryComplete();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Dial dial:
                var inbox = Context.ActorOf(InboxActor.Props(_manager, _settings, dial.Ready));
                dial.Cancellation.Register(() => inbox.Tell(InboxActor.Cancel.Instance));
                _manager.Tell(new Connect(dial.Remote, inbox, Consumption.Explicit, dial.Options));
                break;
            case PeerReady ready:
                Accept(ready);
                break;
            case PeerStopped stopped:
                if (_inbound.Remove(stopped.Id, out var ended))
                {
                    ended.Tell(stopped);
                }

                break;
            case PeerConnecting:
                break; // Nobody can have it before its handshake is done.
            default:
                Unhandled(message);
                break;
        }
    }

    private void Accept(PeerReady ready)
    {
        var accepted = new TaskCompletionSource<IPeer>();
        var inbox = Context.ActorOf(InboxActor.Props(_manager, _settings, accepted));
        _inbound.Add(ready.Id, inbox);
        accepted.Task.ContinueWith(
            peer => _accepted.TryWrite(peer.Result), CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        inbox.Tell(ready);
        ready.Peer.Tell(new Attach(inbox, Consumption.Explicit));
    }

    /// <summary>Open a connection for the facade.</summary>
    internal sealed record Dial(System.Net.EndPoint Remote, PeerOptions Options, TaskCompletionSource<IPeer> Ready, CancellationToken Cancellation)
        : INoSerializationVerificationNeeded;
}
