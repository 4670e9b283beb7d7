using System.Net;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>
/// What stands behind <see cref="PeerEngine"/>: gives each connection of the facade its inbox. One per engine, dies with it.
/// </summary>
internal sealed class FrontActor : UntypedActor
{
    private readonly IActorRef _manager;
    private readonly PeerSettings _settings;
    private readonly ChannelWriter<IPeer> _accepted;
    private readonly TaskCompletionSource _gone;
    private readonly Dictionary<PeerId, IActorRef> _inbound = [];
    private bool _finishing;

    public FrontActor(IActorRef manager, PeerSettings settings, ChannelWriter<IPeer> accepted, TaskCompletionSource gone)
    {
        _manager = manager;
        _settings = settings;
        _accepted = accepted;
        _gone = gone;
    }

    public static Props Props(IActorRef manager, PeerSettings settings, ChannelWriter<IPeer> accepted, TaskCompletionSource gone) =>
        ActorFactory.Props(() => new FrontActor(manager, settings, accepted, gone)).OnDispatcherOf(settings);

    /// <summary>The inboxes are gone by now, each with its answer; whoever has none was not heard.</summary>
    protected override void PostStop()
    {
        _accepted.TryComplete();
        _gone.TrySetResult();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Open open:
                _manager.Tell(open.Command(Context.ActorOf(InboxActor.Props(_manager, _settings, open.Remote, open.Ready, open.Cancellation))));
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
            case Finish:
                _finishing = true;
                foreach (var child in Context.GetChildren())
                {
                    Context.Watch(child);
                    child.Tell(InboxActor.Finish.Instance); // Behind what it was told before: the end of its peer, with the reason.
                }

                StopWhenAlone();
                break;
            case Terminated:
                StopWhenAlone();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void StopWhenAlone()
    {
        if (_finishing && !Context.GetChildren().Any())
        {
            Context.Stop(Self);
        }
    }

    private void Accept(PeerReady ready)
    {
        var accepted = new TaskCompletionSource<IPeer>();
        var inbox = Context.ActorOf(InboxActor.Props(_manager, _settings, ready.Remote.Endpoint, accepted, CancellationToken.None));
        _inbound.Add(ready.Id, inbox);
        accepted.Task.ContinueWith(
            peer => _accepted.TryWrite(peer.Result), CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        inbox.Tell(ready);
        ready.Peer.Tell(new Attach(inbox, Consumption.Explicit));
    }

    /// <summary>The engine has ended: let the inboxes say so, then end.</summary>
    internal sealed record Finish : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Finish Instance { get; } = new();
    }

    /// <summary>Open a connection for the facade.</summary>
    /// <param name="Remote">Where to, for messages of failure.</param>
    /// <param name="Command">What to tell the manager, given the inbox.</param>
    /// <param name="Ready">Who waits for it.</param>
    /// <param name="Cancellation">Gives it up.</param>
    internal sealed record Open(
        EndPoint Remote, Func<IActorRef, ManagerCommand> Command, TaskCompletionSource<IPeer> Ready, CancellationToken Cancellation)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
