using Akka.Actor;

namespace Peers;

/// <summary>One <see cref="UndeliveredActor"/> for an actor system, however many engines live in it: two would answer twice.</summary>
internal sealed class Undelivered : ExtensionIdProvider<Undelivered.Extension>
{
    public static Undelivered Provider { get; } = new();

    /// <summary>The actor starts when it gets round to it; what is lost before that must reach it all the same.</summary>
    public override Extension CreateExtension(ExtendedActorSystem system)
    {
        var actor = system.SystemActorOf(UndeliveredActor.Props(), "peers-undelivered");
        system.EventStream.Subscribe(actor, typeof(Akka.Event.SuppressedDeadLetter));
        return new Extension(actor);
    }

    internal sealed class Extension(IActorRef actor) : IExtension
    {
        public IActorRef Actor { get; } = actor;
    }
}
