using Akka.Actor;

namespace Peers.Crawler;

/// <summary>
/// The frontier of a crawl on one machine: it takes each message to its partition, which is made at the first one, as a shard region does on a
/// cluster. A partition that crashes begins anew with what the store has.
/// </summary>
internal sealed class LocalFrontierActor : UntypedActor
{
    private readonly Func<int, Props> _partition;
    private readonly IActorRef?[] _partitions = new IActorRef?[Netgroup.Partitions];

    public LocalFrontierActor(Func<int, Props> partition) => _partition = partition;

    public static Props Props(Func<int, Props> partition) => ActorFactory.Props(() => new LocalFrontierActor(partition));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(static _ => Directive.Restart);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PartitionMessage { Partition: >= 0 and < Netgroup.Partitions } asked:
                (_partitions[asked.Partition] ??= Context.ActorOf(_partition(asked.Partition), $"partition-{asked.Partition}")).Forward(message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
