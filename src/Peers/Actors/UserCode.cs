using Akka.Actor;

namespace Peers;

#pragma warning disable CA1031 // What a user's code throws is not known beforehand.

/// <summary>Code of the user's, run for an actor but not by it.</summary>
internal static class UserCode
{
    /// <summary>
    /// Runs the code on the actor's dispatcher, outside of its turn, and tells the actor what came of it. An actor that ran it itself could not be
    /// stopped while it blocks, and would hold up the stop of its parents; run like this it holds up nobody but who waits for its result.
    /// In a simulation that is the same thread, in the order of the seed.
    /// </summary>
    /// <param name="context">The actor's.</param>
    /// <param name="code">What to run.</param>
    /// <param name="done">What the actor is told, given the exception or null.</param>
    public static void RunApart(this IActorContext context, Action code, Func<Exception?, object> done)
    {
        var self = context.Self;
        context.Dispatcher.Schedule(() =>
        {
            Exception? thrown = null;
            try
            {
                code();
            }
            catch (Exception exception)
            {
                thrown = exception;
            }

            self.Tell(done(thrown), ActorRefs.NoSender);
        });
    }
}
