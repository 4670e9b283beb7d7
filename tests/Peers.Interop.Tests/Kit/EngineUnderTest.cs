using System.Collections.Concurrent;
using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Peers.Wire;

namespace Peers.Interop.Tests.Kit;

/// <summary>An engine of ours in an actor system of its own, with everything that it told and everything that it complained of.</summary>
public sealed class EngineUnderTest : IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<PeerEvent> _events = new();
    private IPEndPoint? _listening;

    /// <param name="network">The network to speak on.</param>
    /// <param name="settings">HOCON below <c>peers</c> that differs from the defaults.</param>
    /// <param name="height">The height of our best block, as we say in our version.</param>
    public EngineUnderTest(BitcoinNetwork network, string settings = "", int height = 0)
    {
        _system = ActorSystem.Create("interop", "akka { loggers = [], stdout-loglevel = OFF, loglevel = WARNING, log-dead-letters = off }");
        var listener = _system.ActorOf(Props.Create(() => new ComplaintsActor(_complaints)));
        _system.EventStream.Subscribe(listener, typeof(Warning));
        _system.EventStream.Subscribe(listener, typeof(Error));
        _system.EventStream.Subscribe(listener, typeof(UnhandledMessage));

        var config = ConfigurationFactory.ParseString($"peers {{ {settings} }}").WithFallback(PeerEngine.DefaultConfig);
        Engine = PeerEngine.Start(_system, PeerSettings.From(config) with { Network = network, BestHeight = () => height });
        Engine.Subscribe(_events.Enqueue);
    }

    public PeerEngine Engine { get; }

    /// <summary>Warnings, errors and messages that nobody handled.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>What the engine told its subscribers so far.</summary>
    public IEnumerable<T> Events<T>()
        where T : PeerEvent => _events.OfType<T>();

    /// <summary>Connects to the node, or has the node connect to us.</summary>
    public async Task<Conversation> MeetAsync(LitecoinNode node, Direction who)
    {
        if (who == Direction.Outbound)
        {
            return new Conversation(await Engine.ConnectAsync(node.Endpoint, Patience.Token));
        }

        await node.Rpc.CallAsync("addnode", (await ListenAsync()).ToString(), "onetry");
        return await AcceptAsync();
    }

    /// <summary>Listens on a free port, always the same.</summary>
    public async Task<IPEndPoint> ListenAsync() =>
        _listening ??= await Engine.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), Patience.Token);

    /// <summary>Takes the next peer that connected to us.</summary>
    public async Task<Conversation> AcceptAsync() => new(await Engine.Accepted.ReadAsync(Patience.Token));

    /// <summary>The one end that the engine told of a connection; waits for it, and fails on a second.</summary>
    public async Task<PeerStopped> StoppedAsync(PeerId id)
    {
        await Patience.UntilAsync($"the end of connection {id} is told", () => Task.FromResult(Ends(id).Any()));
        return Ends(id).Single();
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.StopAsync();
        await _system.Terminate();
    }

    private IEnumerable<PeerStopped> Ends(PeerId id) => Events<PeerStopped>().Where(stopped => stopped.Id == id);

    /// <summary>Hears the complaints of the actor system. One per system, lives as long.</summary>
    private sealed class ComplaintsActor : UntypedActor
    {
        private readonly ConcurrentQueue<string> _complaints;

        public ComplaintsActor(ConcurrentQueue<string> complaints) => _complaints = complaints;

        protected override void OnReceive(object message)
        {
            // Akka.IO's listener is told of its pending accepts after it closed its socket, and does not mind.
            if (message is not UnhandledMessage { Recipient.Path: var path } || !path.ToStringWithoutAddress().StartsWith("/system/IO-TCP/", StringComparison.Ordinal))
            {
                _complaints.Enqueue($"{message.GetType().Name}: {message}");
            }
        }
    }
}
