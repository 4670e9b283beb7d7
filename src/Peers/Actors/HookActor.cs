using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>
/// The user's hooks (<see cref="PeerSettings.Admit"/>, <see cref="PeerSettings.Addresses"/>), one call at a time, never on the actor of a peer.
/// One per engine that has any; born and dies with its manager, whatever the user's code does.
/// </summary>
/// <remarks>On the default dispatcher: what blocks in a hook takes no thread from the peers, where they have a dispatcher of their own.</remarks>
internal sealed class HookActor : UntypedActor
{
    private readonly IActorRef _manager;
    private readonly PeerSettings _settings;
    private readonly List<HookCall> _waiting = []; // Bounded by the connections: two calls of one at most, and none of one that ended.
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly LogAllowance _allowance; // Each remote that connects asks them: what they throw must not fill the log.
    private readonly AddressAnswers _answers;
    private bool _running;

    public HookActor(IActorRef manager, PeerSettings settings)
    {
        _manager = manager;
        _settings = settings;
        _allowance = new LogAllowance(settings.Log.Inbound, settings.Log.Inbound);
        _answers = new AddressAnswers(settings.AddressAnswers, settings.Random);
    }

    public static bool IsWanted(PeerSettings settings) => settings.Admit is not null || settings.Addresses is not null;

    public static Props Props(IActorRef manager, PeerSettings settings) => ActorFactory.Props(() => new HookActor(manager, settings));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case HookCall call:
                _waiting.Add(call);
                RunNext();
                break;
            case ForgetPeer forget:
                _waiting.RemoveAll(call => call.Id == forget.Id);
                break;
            case Returned returned:
                _running = false;
                if (returned.Thrown is not null && _allowance.Take(default, returned.Thrown.ToString().Length, _settings.Clock.Monotonic(), out _))
                {
                    _log.Error(returned.Thrown, "A hook of the user's threw on {Call}", returned.Call);
                }

                if (returned is { Asked: { } asked, Answer: SendAddresses found })
                {
                    _answers.Keep(NetworkOf(asked), asked.LocalEndpoint, found.Addresses, _settings.Clock.Monotonic());
                }

                returned.To?.Tell(returned.Answer);
                RunNext();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void RunNext()
    {
        while (!_running && _waiting.Count > 0)
        {
            var call = _waiting[0];
            _waiting.RemoveAt(0);
            switch (call)
            {
                case JudgeVersion judge:
                    _running = true;
                    Judge(judge);
                    break;
                case FindAddresses find when _answers.Find(NetworkOf(find.Remote), find.Remote.LocalEndpoint, _settings.Clock.Monotonic()) is { } kept:
                    find.Peer.Tell(new SendAddresses(kept));
                    break;
                case FindAddresses find:
                    _running = true;
                    Find(find);
                    break;
            }
        }
    }

    private void Judge(JudgeVersion judge)
    {
        string? refusal = null;
        Context.RunApart(
            () => refusal = _settings.Admit!(judge.Id, judge.Version),
            thrown => new Returned(
                nameof(PeerSettings.Admit), thrown, _manager,
                new VersionJudged(judge.Id, thrown is null ? refusal : $"the hook {nameof(PeerSettings.Admit)} threw {thrown.GetType().Name}: {thrown.Message}")));
    }

    private void Find(FindAddresses find)
    {
        SendAddresses? send = null;
        Context.RunApart(
            () => send = new SendAddresses(_answers.Choose(_settings.Addresses!(find.Remote))),
            thrown => new Returned(nameof(PeerSettings.Addresses), thrown, send is null ? null : find.Peer, send) { Asked = find.Remote });
    }

    /// <summary>How a remote reached us: behind the proxy's address are those who came through Tor.</summary>
    private NetworkKind NetworkOf(RemotePeer remote) =>
        _settings.IsProxy(remote.Endpoint) ? NetworkKind.TorV3 : Netgroup.KindOf(NetworkAddress.From(remote.Endpoint.Address));

    /// <summary>A hook came back.</summary>
    private sealed record Returned(string Call, Exception? Thrown, IActorRef? To, object? Answer) : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        /// <summary>Who asked for addresses.</summary>
        public RemotePeer? Asked { get; init; }
    }
}
