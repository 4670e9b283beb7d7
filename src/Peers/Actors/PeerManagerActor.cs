using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>
/// The set of peers of one engine: listeners, limits, nonces, admission; it publishes events. One per engine, dies with it.
/// It never sees what peers say, and stops what crashes: nothing of a connection can be restarted.
/// </summary>
/// <remarks>Running → Stopping: peers first, then listeners, for Akka.IO ends accepted sockets with their listener.</remarks>
internal sealed partial class PeerManagerActor : UntypedActor, IWithTimers
{
    private readonly PeerSettings _settings;
    private readonly ConnectionNetwork _network;
    private readonly Admission _admission;
    private readonly ReceiveBudget<IActorRef> _budget;
    private readonly EventSubscribers _subscribers = new();
    private readonly Dictionary<PeerId, PeerEntry> _peers = [];
    private readonly Dictionary<IActorRef, PeerEntry> _byActor = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _budgetKeeper = ActorRefs.Nobody;
    private long _lastId;
    private bool _stopping;
    private DisconnectReason _end = new DisconnectReason.Requested("the engine is gone");

    public PeerManagerActor(PeerSettings settings, ConnectionNetwork network)
    {
        _settings = settings;
        _network = network;
        _hash = new AddressHash(settings.Random);
        _admission = new Admission(settings.Listen.MaxInbound, settings.Outbound, settings.Admission);
        _reputation = new Reputation(settings.Misbehaviour, settings.Bans, settings.Outbound.CoolDown, _hash);
        _allowance = new LogAllowance(settings.Log.PerSource, settings.Log.Inbound);
        _budget = new ReceiveBudget<IActorRef>(settings.ReceiveBudget);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(PeerSettings settings, ConnectionNetwork network) =>
        ActorFactory.Props(() => new PeerManagerActor(settings, network)).OnDispatcherOf(settings);

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        if (_byActor.TryGetValue(Sender, out var entry))
        {
            entry.Reason ??= new DisconnectReason.InternalError(exception);
        }

        return Directive.Stop;
    });

    protected override void PreStart()
    {
        Undelivered.Provider.Apply(Context.System);
        StartTelemetry();
        if (_settings.Network == BitcoinNetwork.Mainnet && !_settings.Stall.IsOn(_settings.Network))
        {
            _log.Warning("peers.stall.enabled is off on {Network}: a remote that withholds what it was asked for is never dropped", _settings.Network.Name);
        }

        _budgetKeeper = Context.ActorOf(ReceiveBudgetActor.Props(_budget, _settings), "receive-budget");
        if (HookActor.IsWanted(_settings))
        {
            _hooks = Context.ActorOf(HookActor.Props(Self, _settings), "hooks");
        }

        foreach (var endpoint in _settings.Listen.Endpoints)
        {
            Listen(new Listen(endpoint, ActorRefs.Nobody));
        }
    }

    /// <summary>All connections go with their manager, whatever ends it; each end is told all the same.</summary>
    protected override void PostStop()
    {
        EndTelemetry();
        foreach (var entry in _peers.Values)
        {
            PublishStopped(new PeerStopped(entry.Id, entry.Endpoint, entry.Direction, entry.Reason ?? _end, entry.Stats), entry.Listener);
        }
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _log.Error(reason, "The peer manager crashed: all its connections are gone");
        _end = new DisconnectReason.InternalError(reason);
        base.PreRestart(reason, message);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ManagerCommand command:
                OnCommand(command);
                break;
            case PeerReport report:
                OnReport(report);
                break;
            case ConnectionAccepted accepted:
                Accept(accepted);
                break;
            case ListenerReport report:
                OnListener(report);
                break;
            case DialKept dial:
                Dial(dial);
                break;
            case MeasuringWanted:
                MeasureWhenWanted();
                break;
            case NewsGathered:
                TellNews();
                break;
            case Terminated gone when _byActor.Remove(gone.ActorRef, out var entry):
                Stopped(entry);
                break;
            case Terminated gone when gone.ActorRef.Equals(_keeper):
                KeeperGone();
                break;
            case Terminated gone:
                _subscribers.Remove(gone.ActorRef);
                TelemetryIsGone(gone.ActorRef);
                break;
            case StopTimedOut when _peers.Count > 0:
                Timers.StartSingleTimer("stop", StopTimedOut.Instance, _settings.StopTimeout);
                foreach (var entry in _peers.Values)
                {
                    Context.Stop(entry.Actor);
                }

                break;
            case StopTimedOut:
                Context.Stop(Self); // A listener does not answer: it goes with us.
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnCommand(ManagerCommand command)
    {
        switch (command)
        {
            case Listen listen:
                Listen(listen);
                break;
            case Unlisten unlisten:
                Unlisten(unlisten);
                break;
            case Connect connect:
                Connect(connect);
                break;
            case Adopt adopt:
                Adopt(adopt);
                break;
            case AdoptSocket adopt:
                Adopt(adopt);
                break;
            case AdoptConnected adopt:
                Adopt(adopt);
                break;
            case Subscribe subscribe:
                _subscribers.Add(subscribe.Subscriber);
                Context.Watch(subscribe.Subscriber);
                break;
            case Unsubscribe unsubscribe:
                _subscribers.Remove(unsubscribe.Subscriber);
                Context.Unwatch(unsubscribe.Subscriber);
                break;
            case KeepOutbound or AddNode or RemoveNode or AddAddresses or GetOutbound:
                TellKeeper(command);
                break;
            case BanSubnet or UnbanSubnet or GetBans or ReportMisbehaviour:
                OnBanCommand(command);
                break;
            case Broadcast broadcast:
                TellReady(new Send(broadcast.Message), broadcast.Where);
                break;
            case AnnounceToAll announce:
                Gather(announce);
                break;
            case GetPeers get:
                get.ReplyTo.Tell(new PeerList([.. _peers.Values.OrderBy(entry => entry.Id.Value).Select(entry => entry.Summary())]));
                break;
            case DisconnectPeer disconnect:
                _peers.GetValueOrDefault(disconnect.Id)?.Actor.Tell(new Disconnect(disconnect.Why));
                break;
            case StopEngine:
                Stop();
                break;
        }
    }

    private void OnReport(PeerReport report)
    {
        if (!_peers.TryGetValue(report.Id, out var entry))
        {
            return;
        }

        switch (report)
        {
            case PeerIsOpen open:
                Opened(entry, open);
                break;
            case AdmissionAsked asked:
                _subscribers.Publish(new VersionHeard(asked.Id, asked.Version), except: entry.HearsVersion ? entry.Listener : null);
                Judge(entry, asked.Version);
                break;
            case VersionJudged judged:
                entry.Actor.Tell(judged.Refusal is { } why ? new NotAdmitted(new DisconnectReason.Refused(why)) : Admitted.Instance);
                break;
            case AddressesWanted when entry.Remote is { } remote:
                (_settings.Addresses is null ? _keeper : _hooks).Tell(new FindAddresses(entry.Id, entry.Actor, remote));
                break;
            case PeerIsReady ready:
                Ready(entry, ready);
                break;
            case PeerMisbehaved misbehaved:
                Blame(entry, misbehaved.Points, misbehaved.Why);
                break;
            case PeerOwes owes:
                _subscribers.Publish(new PeerStalled(owes.Id, owes.Awaiting, owes.After, owes.Pause));
                break;
            case PeerPinged pinged:
                NotePing(entry, pinged.RoundTrip);
                _subscribers.Publish(new PingMeasured(pinged.Id, pinged.RoundTrip));
                break;
            case ListenerAttached attached:
                entry.Listener = attached.Listener;
                break;
            case PeerLeft left:
                entry.Phase = PeerPhase.Leaving;
                entry.Reason ??= left.Reason;
                entry.Stats = left.Stats;
                break;
        }
    }

    private void PublishConnecting(PeerConnecting connecting, IActorRef? listener)
    {
        MeasureWhenWanted();
        listener?.Tell(connecting);
        _subscribers.Publish(connecting, except: listener);
    }

    private void PublishStopped(PeerStopped stopped, IActorRef? listener)
    {
        listener?.Tell(stopped);
        _subscribers.Publish(stopped, except: listener);
    }

    private void TellReady(PeerCommand command, PeerFilter where)
    {
        foreach (var entry in _peers.Values)
        {
            if (entry is { Phase: PeerPhase.Ready, Remote: { } remote } && where.Passes(entry.Id, remote))
            {
                entry.Actor.Tell(command);
            }
        }
    }

    private PeerId NextId() => new(++_lastId);
}
