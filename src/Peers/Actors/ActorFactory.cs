using Akka.Actor;

namespace Peers;

/// <summary>
/// Props whose actor a plain delegate makes. Akka compiles the arguments of an expression (<c>Props.Create(() => …)</c>) anew for every
/// Props: with five actors a connection that is most of the time of a handshake.
/// </summary>
internal static class ActorFactory
{
    public static Props Props<TActor>(Func<TActor> make)
        where TActor : ActorBase => Akka.Actor.Props.CreateBy(new Producer<TActor>(make));

    private sealed class Producer<TActor>(Func<TActor> make) : IIndirectActorProducer
        where TActor : ActorBase
    {
        public Type ActorType => typeof(TActor);

        public ActorBase Produce() => make();

        public void Release(ActorBase actor)
        {
            // Nothing is held.
        }
    }
}
