using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <content>How peers end, and the engine.</content>
internal sealed partial class PeerManagerActor
{
    /// <summary>The actor is gone, and with it everything that it told its listener: now the event may follow.</summary>
    private void Stopped(PeerEntry entry)
    {
        _peers.Remove(entry.Id);
        _admission.Leave(entry.Id);
        EndStreamOf(entry);
        _hooks.Tell(new ForgetPeer(entry.Id));
        var reason = entry.Reason ?? (_stopping
            ? new DisconnectReason.Requested("the engine stops")
            : new DisconnectReason.InternalError(new InvalidOperationException("the peer stopped without a report")));
        NoteEnd(entry, reason);
        if (MayLog(entry, LineOfStop))
        {
            _log.Info("Peer {PeerId} {Endpoint} {Direction} stopped: {Reason}", entry.Id.Value, entry.Endpoint.Text(), entry.Direction, reason);
        }

        var stopped = new PeerStopped(entry.Id, entry.Endpoint, entry.Direction, reason, entry.Stats);
        PublishStopped(stopped, entry.Listener);
        TellKept(entry.Id, stopped);
        ContinueStop();
    }

    private void Stop()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        Timers.StartSingleTimer("stop", StopTimedOut.Instance, _settings.StopTimeout);
        _keeper.Tell(FinishKeeping.Instance); // Before anybody is gone: whom we were connected to is what it saves.
        foreach (var entry in _peers.Values)
        {
            entry.Actor.Tell(new Disconnect("the engine stops"));
        }

        ContinueStop();
    }

    private void ContinueStop()
    {
        if (!_stopping || _peers.Count > 0 || !_keeper.IsNobody())
        {
            return;
        }

        if (_listeners.Count == 0)
        {
            if (IsMeasured())
            {
                Context.Stop(Self);
            }

            return;
        }

        _listeners.StopAll();
    }

    private sealed record StopTimedOut
    {
        public static StopTimedOut Instance { get; } = new();
    }
}
