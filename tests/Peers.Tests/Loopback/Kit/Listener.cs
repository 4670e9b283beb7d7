using System.Threading.Channels;
using Akka.Actor;

namespace Peers.Tests.Loopback.Kit;

/// <summary>An actor that keeps what it is told.</summary>
internal sealed class Listener
{
    private readonly Channel<object> _told = Channel.CreateUnbounded<object>();

    public Listener(ActorSystem system) => Ref = system.ActorOf(Props.Create(() => new Keeper(_told.Writer)));

    public IActorRef Ref { get; }

    /// <summary>The next of that type; what comes before it is passed over.</summary>
    public async Task<T> Next<T>()
    {
        while (true)
        {
            if (await _told.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)) is T wanted)
            {
                return wanted;
            }
        }
    }

    /// <summary>What was told and not asked for yet.</summary>
    public IReadOnlyList<object> Rest()
    {
        List<object> rest = [];
        while (_told.Reader.TryRead(out var told))
        {
            rest.Add(told);
        }

        return rest;
    }

    private sealed class Keeper(ChannelWriter<object> told) : UntypedActor
    {
        protected override void OnReceive(object message) => told.TryWrite(message);
    }
}
