using Akka.Actor;

namespace Peers.TestKit;

/// <summary>
/// The one top-level actor of a simulation; everything else is created as its child, because a top-level actor starts by a message
/// to the guardian and a child starts at once.
/// </summary>
internal sealed class SimulationRoot : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is not Create create)
        {
            Unhandled(message);
            return;
        }

        try
        {
            create.Child = create.Name is null ? Context.ActorOf(create.Props) : Context.ActorOf(create.Props, create.Name);
        }
        catch (Exception exception) when (exception is InvalidActorNameException or ActorInitializationException or Akka.Configuration.ConfigurationException)
        {
            create.Failure = exception;
        }
    }

    /// <summary>Asks for a child. The root fills in the answer: both run on the simulation's thread.</summary>
    public sealed class Create(Props props, string? name)
    {
        public Props Props { get; } = props;

        public string? Name { get; } = name;

        public IActorRef? Child { get; set; }

        public Exception? Failure { get; set; }
    }
}
