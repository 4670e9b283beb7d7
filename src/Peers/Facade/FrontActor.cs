using System.Diagnostics;
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
    private readonly ChannelWriter<IPeer> _kept;
    private readonly TaskCompletionSource _gone;
    private readonly Dictionary<PeerId, IActorRef> _attached = []; // Those who came without being asked for, until the inbox is gone.
    private readonly ActivitySource _activities = new(PeerDiagnostics.ActivitySourceName, PeerDiagnostics.Version);
    private bool _finishing;

    public FrontActor(IActorRef manager, PeerSettings settings, ChannelWriter<IPeer> accepted, ChannelWriter<IPeer> kept, TaskCompletionSource gone)
    {
        _manager = manager;
        _settings = settings;
        _accepted = accepted;
        _kept = kept;
        _gone = gone;
    }

    public static Props Props(IActorRef manager, PeerSettings settings, ChannelWriter<IPeer> accepted, ChannelWriter<IPeer> kept, TaskCompletionSource gone) =>
        ActorFactory.Props(() => new FrontActor(manager, settings, accepted, kept, gone)).OnDispatcherOf(settings);

    /// <summary>The inboxes are gone by now, each with its answer; whoever has none was not heard.</summary>
    protected override void PostStop()
    {
        _activities.Dispose();
        _accepted.TryComplete();
        _kept.TryComplete();
        _gone.TrySetResult();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Open open:
                var outbound = Context.ActorOf(InboxActor.Props(_manager, _settings, _activities, open.Remote, open.Ready, open.Cancellation));
                Context.Watch(outbound);
                _manager.Tell(open.Command(outbound));
                break;
            case PeerReady ready:
                Accept(ready);
                break;
            case PeerStopped stopped:
                _attached.GetValueOrDefault(stopped.Id)?.Tell(stopped); // It ended before its inbox was its listener.
                break;
            case InboxGone gone:
                _attached.Remove(gone.Id);
                StopWhenAlone();
                break;
            case PeerConnecting:
                break; // Nobody can have it before its handshake is done.
            case Finish:
                _finishing = true;
                foreach (var child in Context.GetChildren())
                {
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
        var inbox = Context.ActorOf(InboxActor.Props(_manager, _settings, _activities, ready.Remote.Endpoint, accepted, CancellationToken.None));
        _attached.Add(ready.Id, inbox);
        Context.WatchWith(inbox, new InboxGone(ready.Id));
        var waiting = ready.Remote.Direction == Direction.Inbound ? _accepted : _kept;
        accepted.Task.ContinueWith(
            peer => waiting.TryWrite(peer.Result), CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        inbox.Tell(ready);
        ready.Peer.Tell(new Attach(inbox, Consumption.Explicit));
    }

    /// <summary>The engine has ended: let the inboxes say so, then end.</summary>
    internal sealed record Finish : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Finish Instance { get; } = new();
    }

    private sealed record InboxGone(PeerId Id) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Open a connection for the facade.</summary>
    /// <param name="Remote">Where to, for messages of failure.</param>
    /// <param name="Command">What to tell the manager, given the inbox.</param>
    /// <param name="Ready">Who waits for it.</param>
    /// <param name="Cancellation">Gives it up.</param>
    internal sealed record Open(
        EndPoint Remote, Func<IActorRef, ManagerCommand> Command, TaskCompletionSource<IPeer> Ready, CancellationToken Cancellation)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
