using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>
/// What a node does with its engine, by chance: makes transactions and blocks, announces, asks, serves or withholds, reads at its leisure, hangs
/// up. It keeps to the protocol: whatever goes wrong is the network's doing, or the engine's.
/// </summary>
internal sealed class ChaosNode : UntypedActor, IWithTimers
{
    private const int Burst = 60;

    private readonly SimulatedEngine _engine;
    private readonly ChaosLedger _ledger;
    private readonly Random _random;
    private readonly bool _isSlow;
    private readonly List<(PeerId Id, IActorRef Peer)> _peers = [];
    private readonly Dictionary<Hash256, Message> _store = [];
    private readonly HashSet<Hash256> _wanted = [];
    private readonly List<Request> _asked = [];
    private bool _quiet;

    public ChaosNode(SimulatedEngine engine, ChaosLedger ledger, Random random, bool isSlow)
    {
        _engine = engine;
        _ledger = ledger;
        _random = random;
        _isSlow = isSlow;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private Consumption Consumption => _isSlow ? Consumption.Explicit : Consumption.OnDelivery;

    protected override void PreStart() => Timers.StartPeriodicTimer("tick", Tick.Instance, TimeSpan.FromSeconds(1));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Dial dial when !_quiet:
                _engine.Manager.Tell(new Connect(dial.Remote, Self, Consumption));
                break;
            case PeerReady ready:
                _peers.Add((ready.Id, ready.Peer));
                Greet(ready.Peer);
                break;
            case PeerStopped stopped:
                _peers.RemoveAll(peer => peer.Id == stopped.Id);
                if (stopped.Direction == Direction.Outbound)
                    Timers.StartSingleTimer(stopped.Id, new Dial(stopped.Endpoint), TimeSpan.FromMilliseconds(500 + _random.Next(20_000)));
                break;
            case PeerMessage heard:
                Hear(heard);
                Consume(heard);
                break;
            case GiveBack back:
                back.Peer.Tell(new Consumed(back.Cost));
                break;
            case RequestResult result:
                Answered(result);
                break;
            case Tick when !_quiet:
                Act();
                break;
            case Relisten:
                var local = new IPEndPoint(_engine.Host.Addresses[0], ChaosScenario.Port);
                _engine.Manager.Tell(new Unlisten(local, Self));
                break;
            case Unlistened unlistened when !_quiet:
                _engine.Manager.Tell(new Listen(unlistened.Local, Self, Self, Consumption));
                break;
            case Quiet:
                _quiet = true;
                break;
        }
    }

    private void Greet(IActorRef peer)
    {
        if (Chance(50))
            peer.Tell(new Send(SendHeadersMessage.Instance, Self));
        if (Chance(30))
            peer.Tell(new Send(new FeeFilterMessage(_random.Next(2000)), Self));
        if (Chance(50) && _store.Count > 0)
            peer.Tell(new Announce(Announcement.Of(InventoryVector.Transaction(News.Hash(_random.Next(50))))));
        Ask(peer, new GetHeadersMessage(new Hash256[] { News.Hash(-1) }.ToWireArray()));
    }

    private void Hear(PeerMessage heard)
    {
        switch (heard.Message)
        {
            case InvMessage inv:
                Want(heard.Peer, inv);
                break;
            case GetDataMessage data when !Chance(5):
                foreach (var item in data.Items)
                    heard.Peer.Tell(new Send(_store.GetValueOrDefault(item.Hash) ?? new NotFoundMessage(new[] { item }.ToWireArray()), Self));
                break;
            case GetHeadersMessage when !Chance(10):
                heard.Peer.Tell(new Send(new HeadersMessage(_ledger.Headers.ToWireArray()), Self));
                break;
            case TransactionMessage or BlockMessage:
                Keep(heard.Message, heard.Id);
                break;
        }
    }

    private void Want(IActorRef peer, InvMessage inv)
    {
        var items = inv.Items.Where(item => !_store.ContainsKey(item.Hash) && _wanted.Add(item.Hash)).Take(20).ToArray();
        if (items.Length == 0)
            return;
        var question = new GetDataMessage(items.ToWireArray());
        if (Chance(80))
            Ask(peer, question);
        else
            peer.Tell(new Send(question, Self));
    }

    private void Ask(IActorRef peer, Message question)
    {
        var request = new Request(question, Self);
        _asked.Add(request);
        peer.Tell(request);
        if (Chance(5))
            peer.Tell(new CancelRequest(request));
    }

    private void Answered(RequestResult result)
    {
        _asked.Remove(result.Request);
        if (result.Request.Question is GetDataMessage data)
        {
            foreach (var item in data.Items)
                _wanted.Remove(item.Hash);
        }

        var messages = result switch
        {
            RequestResult.Answered answered => answered.Messages,
            RequestResult.NotFound missing => missing.Messages,
            _ => [],
        };
        foreach (var message in messages)
            Keep(message, null);
    }

    private void Keep(Message message, PeerId? from)
    {
        switch (message)
        {
            case TransactionMessage { Transaction: var transaction } when _store.TryAdd(transaction.WitnessId, message):
                _store.TryAdd(transaction.Id, message);
                _engine.Manager.Tell(new AnnounceToAll(Announcement.Of(transaction), from));
                break;
            case BlockMessage { Block: var block } when _store.TryAdd(block.Hash, message):
                _engine.Manager.Tell(new AnnounceToAll(Announcement.Of(block), from));
                break;
        }
    }

    /// <summary>Mostly at once, sometimes late: then the window fills.</summary>
    private void Consume(PeerMessage heard)
    {
        if (!_isSlow)
            return;
        if (Chance(85))
            heard.Peer.Tell(new Consumed(heard.Cost));
        else
            Timers.StartSingleTimer(new object(), new GiveBack(heard.Peer, heard.Cost), TimeSpan.FromMilliseconds(_random.Next(15_000)));
    }

    private void Act()
    {
        var what = _random.Next(100);
        if (what < 12)
            Keep(new TransactionMessage(_ledger.NextTransaction()), null);
        else if (what is >= 30 and < 34)
            Keep(new BlockMessage(_ledger.NextBlock(_random)), null);
        else if (what == 34)
            for (var i = 0; i < Burst; i++)
                Keep(new TransactionMessage(_ledger.NextTransaction()), null);
        else if (what > 34 && _peers.Count > 0)
            Act(_peers[_random.Next(_peers.Count)].Peer, what);
    }

    private void Act(IActorRef peer, int what)
    {
        switch (what)
        {
            case < 38:
                peer.Tell(new Disconnect("enough"));
                break;
            case < 42:
                peer.Tell(PingNow.Instance);
                break;
            case < 47:
                Ask(peer, new GetHeadersMessage(new Hash256[] { News.Hash(-1) }.ToWireArray()));
                break;
            case < 49:
                Ask(peer, GetAddrMessage.Instance);
                break;
            case < 52:
                for (var i = _random.Next(30); i >= 0; i--)
                    peer.Tell(new Send(new UnknownMessage("bulk", new byte[1 + _random.Next(20_000)]), Self));
                break;
            case < 54:
                peer.Tell(new AddKnownInventory(new[] { InventoryVector.Transaction(News.Hash(_random.Next(1000))) }.ToWireArray()));
                break;
            case < 56 when _asked.Count > 0:
                peer.Tell(new CancelRequest(_asked[_random.Next(_asked.Count)]));
                break;
            case 58:
                _engine.Manager.Tell(new Broadcast(new FeeFilterMessage(_random.Next(2000)), PeerFilter.All));
                break;
            case 59:
                peer.Tell(new Reject("tx", RejectCode.Duplicate, "known", News.Hash(1), Self));
                break;
            case 60:
                peer.Tell(new SendAddresses([new AddressEntry(1_767_225_600, ServiceFlags.Network, NetworkEndpoint.From(new IPEndPoint(IPAddress.Parse("8.8.8.8"), 8333)))], Self));
                break;
            case 61:
                peer.Tell(new Attach(Self, Consumption));
                break;
            case < 58:
                peer.Tell(new RequestHeaders(new Hash256[] { News.Hash(-1) }.ToWireArray(), default, Self));
                break;
        }
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    public sealed record Dial(EndPoint Remote);

    public sealed record Quiet
    {
        public static Quiet Instance { get; } = new();
    }

    public sealed record Relisten
    {
        public static Relisten Instance { get; } = new();
    }

    private sealed record Tick
    {
        public static Tick Instance { get; } = new();
    }

    private sealed record GiveBack(IActorRef Peer, int Cost);
}

/// <summary>What there is to announce on the network, so that remotes can speak of the same things as the nodes.</summary>
internal sealed class ChaosLedger
{
    private readonly BlockHeader[] _headers = News.Chain(5);
    private int _blocks;

    public List<Transaction> Transactions { get; } = [];

    public BlockHeader[] Headers => _headers;

    public Transaction NextTransaction()
    {
        var transaction = News.Transaction(Transactions.Count);
        Transactions.Add(transaction);
        return transaction;
    }

    public Block NextBlock(Random random)
    {
        var header = _headers[0] with { Nonce = (uint)(1000 + _blocks++) };
        var filling = News.Transaction(-_blocks, new OutPoint(News.Hash(-_blocks), 0), new byte[random.Next(200)]);
        return Block.Create(header, TransactionList.Create([.. Enumerable.Repeat(filling, 1 + random.Next(80))]));
    }
}
