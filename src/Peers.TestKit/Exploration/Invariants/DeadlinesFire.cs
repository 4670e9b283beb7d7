using System.Net;
using Akka.Actor;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// Every deadline fires: of a dial, a handshake, a silent remote, a ping, a request, an end that was asked for. Measured from outside, with some
/// slack; time in which the engine does not read, or what it says waits for the window, is not held against the remote, so nor here.
/// </summary>
public sealed class DeadlinesFire : Invariant
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<ObservedConnection, (ulong Nonce, TimeSpan At)> _pings = [];
    private readonly HashSet<(IActorRef Peer, ulong Nonce)> _own = [];
    private readonly List<Asked> _asked = [];
    private readonly Dictionary<Request, Asked> _byRequest = new(ReferenceEqualityComparer.Instance);
    private TimeSpan _lastLook;

    /// <inheritdoc />
    public override string Rule => "Every deadline fires";

    /// <inheritdoc />
    public override void Told(IActorRef recipient, object message, IActorRef sender)
    {
        switch (message)
        {
            case Request request when Run.ConnectionOf(recipient) is { IsStopped: false } connection && !_byRequest.ContainsKey(request):
                var asked = new Asked(request, connection, Now);
                _asked.Add(asked);
                _byRequest.Add(request, asked);
                break;
            case RequestResult { Request: { } request } when _byRequest.TryGetValue(request, out var answered):
                answered.IsOver = true;
                break;
            case Send { Message: PingMessage ping }:
                _own.Add((recipient, ping.Nonce));
                break;
        }
    }

    /// <inheritdoc />
    public override void Said(ObservedConnection connection, Message message)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (message is PingMessage ping && !(connection.Peer is { } peer && _own.Contains((peer, ping.Nonce))))
            _pings.TryAdd(connection, (ping.Nonce, Now)); // One ping at a time: the oldest that is not answered counts.
    }

    /// <inheritdoc />
    public override void Heard(ObservedConnection connection, Message message)
    {
        if (message is PongMessage pong && _pings.TryGetValue(connection, out var ping) && (pong.Nonce == ping.Nonce || pong.Nonce == 0))
            _pings.Remove(connection);
    }

    /// <inheritdoc />
    public override void AfterEvent()
    {
        if (Now - _lastLook < Between)
            return;
        _lastLook = Now;
        foreach (var connection in Run.LivingConnections)
            Look(connection);
        _asked.RemoveAll(asked => asked.IsOver || asked.Connection.IsStopped);
        foreach (var asked in _asked)
            Look(asked);
    }

    private void Look(ObservedConnection connection)
    {
        var settings = connection.Engine.Settings;
        var closing = (2 * settings.Connection.CloseTimeout) + Slack;
        if (connection.ToldToEndAt is { } told)
            Late(connection, told, settings.StopTimeout + closing, "an end that was asked for");

        if (connection.OpenedAt is not { } opened)
        {
            // A name may have any number of addresses, each with a time of its own.
            if (connection.Endpoint is IPEndPoint)
                Late(connection, connection.ConnectingAt, settings.Connection.ConnectTimeout + closing, "peers.connection.connect-timeout");
            return;
        }

        if (connection.ReadyAt is not { } ready)
        {
            Late(connection, opened, settings.Handshake.Timeout + closing, "peers.handshake.timeout");
            return;
        }

        var reading = Later(ready, connection.LastPausedAt) + Run.SampleInterval;
        if (settings.Idle.Enabled)
            Late(connection, Later(reading, connection.LastHeardAt), settings.Idle.Timeout + closing, "peers.idle.timeout");
        if (settings.Ping is { Enabled: true } && settings.Ping.Timeout > TimeSpan.Zero && _pings.TryGetValue(connection, out var ping)
            && connection.Remote?.Features.ProtocolVersion > ProtocolVersion.Bip31)
        {
            Late(connection, Later(reading, ping.At), settings.Ping.Timeout + closing, "peers.ping.timeout");
        }
    }

    private void Look(Asked asked)
    {
        var (connection, settings) = (asked.Connection, asked.Connection.Engine.Settings);
        var timeout = asked.Request.Question is GetHeadersMessage ? settings.Stall.HeadersTimeout : settings.Stall.ResponseTimeout;
        var since = Later(Later(Later(asked.At, connection.LastAnswerAt), connection.LastBackloggedAt), connection.LastPausedAt);
        Late(connection, since, timeout + Run.SampleInterval + Slack, $"the deadline of a {asked.Request.Question.Command}");
    }

    private void Late(ObservedConnection connection, TimeSpan since, TimeSpan within, string what)
    {
        if (Now - since > within)
            Broken($"{connection}: {what} did not fire; it began at {since} and takes {within} at most, all told");
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan? other) => other > one ? other.Value : one;

    private sealed class Asked(Request request, ObservedConnection connection, TimeSpan at)
    {
        public Request Request => request;

        public ObservedConnection Connection => connection;

        public TimeSpan At => at;

        public bool IsOver { get; set; }
    }
}
