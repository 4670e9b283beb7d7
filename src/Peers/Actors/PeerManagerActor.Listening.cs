using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <content>The listeners of the engine and what they accept.</content>
internal sealed partial class PeerManagerActor
{
    private readonly ListenerTable _listeners = new();
    private int _lastListener;

    private void Accept(ConnectionAccepted accepted)
    {
        Sender.Tell(ConnectionJudged.Instance);
        var id = NextId();
        var listen = _listeners.Find(accepted.Key)?.Listen;
        var identity = IdentityOf(id, accepted.Remote, listen?.Options);
        if (WhyNot(Direction.Inbound, identity) is { } why)
        {
            accepted.Socket.Abort();
            Refuse(id, accepted.Remote, Direction.Inbound, listen?.Listener, why);
            return;
        }

        Start(
            id, Direction.Inbound, identity, accepted.Remote, new ConnectionOrigin.Accepted(accepted.Socket, accepted.Remote, accepted.Local),
            listen?.Listener, listen?.Consumption ?? Consumption.OnDelivery, listen?.Options);
    }

    private void Unlisten(Unlisten unlisten)
    {
        if (_listeners.Find(unlisten.Local) is { } entry)
        {
            entry.ReplyTo = unlisten.ReplyTo;
            entry.Actor.Tell(StopListening.Instance);
        }
        else
        {
            unlisten.ReplyTo.Tell(new Unlistened(unlisten.Local));
        }
    }

    private void Listen(Listen listen)
    {
        if (_stopping || _listeners.IsTaken(listen.Local))
        {
            listen.ReplyTo.Tell(new ListenFailed(listen.Local, _stopping ? "the engine stops" : "the engine listens there already"));
            return;
        }

        var key = ++_lastListener;
        var actor = Context.ActorOf(_network.Listener(Self, key, listen.Local, _settings), $"listener-{key}");
        _listeners.Add(new ListenerEntry(key, actor, listen));
    }

    private void OnListener(ListenerReport report)
    {
        if (_listeners.Find(report.Key) is not { } entry)
        {
            return;
        }

        switch (report)
        {
            case ListenerBound bound:
                entry.Local = bound.Local;
                _log.Info("Listening on {Endpoint}", bound.Local);
                Answer(entry, new Listening(bound.Local));
                if (_stopping)
                {
                    entry.Actor.Tell(StopListening.Instance);
                }

                break;
            case ListenerFailed failed:
                _listeners.Remove(report.Key);

                // Whoever asked is told and decides how bad it is; only an address of the settings has nobody else to say it.
                if (entry.ReplyTo.IsNobody())
                {
                    _log.Warning("Cannot listen on {Endpoint}: {Why}", entry.Local, failed.Why);
                }

                Answer(entry, new ListenFailed(entry.Local, failed.Why));
                ContinueStop();
                break;
            case ListenerClosed:
                _listeners.Remove(report.Key);
                Answer(entry, new Unlistened(entry.Local));
                ContinueStop();
                break;
        }
    }

    private void Answer(ListenerEntry entry, PeerEvent answer)
    {
        entry.ReplyTo.Tell(answer);
        _subscribers.Publish(answer, except: entry.ReplyTo);
    }
}
