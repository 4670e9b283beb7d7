using Akka.Actor;
using Akka.Cluster;

namespace Peers.Crawler;

/// <summary>Says when this machine has entered the cluster, though it may have to wait for others before it is up. Dies then.</summary>
internal sealed class ClusterEntryActor : UntypedActor
{
    private readonly TaskCompletionSource _entered;
    private readonly Cluster _cluster = Cluster.Get(Context.System);

    public ClusterEntryActor(TaskCompletionSource entered) => _entered = entered;

    public static Props Props(TaskCompletionSource entered) => ActorFactory.Props(() => new ClusterEntryActor(entered));

    protected override void PreStart() => _cluster.Subscribe(
        Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.IMemberEvent { Member: { Status: MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up } member }
                when member.UniqueAddress.Equals(_cluster.SelfUniqueAddress):
                _entered.TrySetResult();
                Context.Stop(Self);
                break;
            case ClusterEvent.IMemberEvent:
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}

/// <summary>This machine could not join the cluster; the message says what to look for.</summary>
public sealed class ClusterJoinException(string message) : Exception(message);
