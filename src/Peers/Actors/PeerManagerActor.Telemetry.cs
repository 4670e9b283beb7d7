using System.Diagnostics;
using Akka.Actor;

namespace Peers;

/// <content>Who measures the engine, and only while somebody listens: an engine that nobody measures has one look at a switch for each connection.</content>
internal sealed partial class PeerManagerActor
{
    private readonly ActivitySource _activities = new(PeerDiagnostics.ActivitySourceName, PeerDiagnostics.Version);
    private PeerInstruments? _instruments;
    private IActorRef _telemetry = ActorRefs.Nobody;

    private void StartTelemetry()
    {
        var self = Self;
        _instruments = new PeerInstruments(_settings.Meters, () => self.Tell(MeasuringWanted.Instance));
    }

    /// <summary>Has the engine measured from now on, when somebody listens and nobody measures.</summary>
    private void MeasureWhenWanted()
    {
        if (!_telemetry.IsNobody() || _stopping || !(_instruments!.AreEnabled || _activities.HasListeners()))
        {
            return;
        }

        _telemetry = Context.Watch(Context.ActorOf(TelemetryActor.Props(Self, _instruments, _activities, _settings), "telemetry"));
        foreach (var entry in _peers.Values)
        {
            _telemetry.Tell(new TelemetryActor.OldPeer(entry.Id, entry.Actor, entry.Endpoint, entry.Direction, entry.Remote));
        }

        _subscribers.Add(_telemetry);
    }

    /// <summary>What the user is doing who asked for a connection, before its first event.</summary>
    private void Trace(PeerId id, in ActivityContext parent)
    {
        MeasureWhenWanted();
        if (parent != default)
        {
            _telemetry.Tell(new TelemetryActor.Parent(id, parent));
        }
    }

    private void TelemetryIsGone(IActorRef gone)
    {
        if (gone.Equals(_telemetry))
        {
            _telemetry = ActorRefs.Nobody;
            ContinueStop();
        }
    }

    /// <summary>Ends the measuring behind the last event, so that its totals are whole.</summary>
    /// <returns>Whether it has ended.</returns>
    private bool IsMeasured()
    {
        _telemetry.Tell(TelemetryActor.Finish.Instance);
        return _telemetry.IsNobody();
    }

    private void EndTelemetry()
    {
        _instruments?.Dispose();
        _activities.Dispose();
    }

    private sealed record MeasuringWanted
    {
        public static MeasuringWanted Instance { get; } = new();
    }
}
