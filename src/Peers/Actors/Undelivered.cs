using Akka.Actor;

namespace Peers;

/// <summary>One <see cref="UndeliveredActor"/> for an actor system, however many engines live in it: two would answer twice.</summary>
internal sealed class Undelivered : ExtensionIdProvider<Undelivered.Extension>
{
    public static Undelivered Provider { get; } = new();

    public override Extension CreateExtension(ExtendedActorSystem system) =>
        new(system.SystemActorOf(UndeliveredActor.Props(), "peers-undelivered"));

    internal sealed class Extension(IActorRef actor) : IExtension
    {
        public IActorRef Actor { get; } = actor;
    }
}
