using System.Net;
using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <summary>
/// The negotiation of one connection: the shell of <see cref="Handshake"/>. Born when the socket opens, dies when it has an answer,
/// or by an absolute deadline: dripping bytes do not extend it.
/// </summary>
internal sealed class HandshakeActor : UntypedActor, IWithTimers
{
    private readonly IActorRef _peer;
    private readonly IActorRef _connection;
    private readonly LocalSide _us;
    private readonly TimeSpan _timeout;
    private HandshakeState _state = new HandshakeState.AwaitingVersion();

    public HandshakeActor(IActorRef peer, IActorRef connection, LocalSide us, TimeSpan timeout)
    {
        _peer = peer;
        _connection = connection;
        _us = us;
        _timeout = timeout;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef peer, IActorRef connection, LocalSide us, PeerSettings settings) =>
        ActorFactory.Props(() => new HandshakeActor(peer, connection, us, settings.Handshake.Timeout)).OnDispatcherOf(settings);

    /// <summary>Our side, as settings and the address of the remote make it.</summary>
    public static LocalSide LocalSide(PeerSettings settings, Direction direction, IPEndPoint remote, ulong nonce) => new(
        direction,
        new VersionMessage(
            settings.ProtocolVersion,
            settings.Services,
            settings.Clock.GetUtcNow().ToUnixTimeSeconds(),
            new VersionAddress(ServiceFlags.None, NetworkEndpoint.From(settings.IsProxy(remote) ? Endpoints.Untold : remote)),
            new VersionAddress(settings.Services, default),
            nonce,
            settings.UserAgent,
            settings.BestHeight(),
            settings.RelayTransactions),
        settings.MinimumProtocolVersion,
        settings.Handshake.RequiredServices,
        settings.Handshake.WtxIdRelay,
        settings.Handshake.AddressV2,
        settings.Strictness.EarlyMessagesIgnored);

    protected override void PreStart()
    {
        Timers.StartSingleTimer("deadline", new HandshakeInput.DeadlinePassed(), _timeout);
        Take(new HandshakeInput.Started());
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case HandshakeHeard heard:
                foreach (var item in heard.Messages)
                {
                    Take(new HandshakeInput.Heard(item));
                }

                break;
            case Admitted:
                Take(new HandshakeInput.Admitted());
                break;
            case NotAdmitted not:
                Take(new HandshakeInput.Refused(not.Reason));
                break;
            case HandshakeInput.DeadlinePassed deadline:
                Take(deadline);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Take(HandshakeInput input)
    {
        var before = _state;
        (_state, var say) = Handshake.On(before, input, _us);
        if (say.Length > 0)
        {
            _connection.Tell(new WriteRun(say));
        }

        switch (_state)
        {
            case HandshakeState.AwaitingAdmission asked when before is HandshakeState.AwaitingVersion:
                _peer.Tell(new VersionOffered(asked.Remote));
                break;
            case HandshakeState.Done done when before is not HandshakeState.Done:
                _peer.Tell(new HandshakeSucceeded(done.Remote, done.Features));
                Context.Stop(Self);
                break;
            case HandshakeState.Failed failed when before is not HandshakeState.Failed:
                _peer.Tell(new HandshakeFailed(failed.Reason));
                Context.Stop(Self);
                break;
        }
    }
}
