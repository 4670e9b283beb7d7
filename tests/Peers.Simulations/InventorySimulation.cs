using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;
using static Peers.Simulations.News;

namespace Peers.Simulations;

/// <summary>What a remote hears of our news: each rule of announcing, from its side of the connection.</summary>
public sealed class InventorySimulation : EngineSimulation
{
    private const string Beat = "peers { ping.enabled = off, idle.enabled = off, services = [bloom], trickle.policy = fixed }";

    private static readonly TimeSpan ABeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AMoment = TimeSpan.FromSeconds(1);

    [Theory(DisplayName = "A transaction goes by wtxid to who agreed on wtxidrelay, by txid to others, once")]
    [InlineData(true)]
    [InlineData(false)]
    public void By_the_id_that_was_agreed_on(bool wtxIds)
    {
        var (engine, remote, peer) = Meet(wtxIds: wtxIds);
        var transaction = Transaction(1);
        Announce(engine, Announcement.Of(transaction), Announcement.Of(transaction));
        Assert.Equal(Inv(wtxIds ? ByWtxId(transaction) : ByTxId(transaction)), remote.Expects<InvMessage>(2 * ABeat));
        Announce(engine, Announcement.Of(transaction));
        remote.ExpectsNothing(2 * ABeat);
        Assert.Equal(new TrickleStats(1, 2, 0, 0, 0), engine.Stats(peer).Trickle);
    }

    public static TheoryData<string, bool> Tellings => new()
    {
        { "inv by txid", true }, { "inv by txid", false }, { "inv by wtxid", true }, { "inv by wtxid", false }, { "getdata", true }, { "getdata", false },
        { "tx", true }, { "tx", false }, { "notfound", true }, { "notfound", false },
        { "tx said", true }, { "tx said", false }, { "inv said", true }, { "inv said", false }, { "notfound said", true }, { "notfound said", false },
        { "getdata said", true }, { "getdata said", false },
    };

    [Theory(DisplayName = "A transaction that the remote has heard of, by whatever was heard or said, is not announced, queued or not")]
    [MemberData(nameof(Tellings))]
    public void Known_transactions(string telling, bool wtxIds)
    {
        var (engine, remote, peer) = Meet(wtxIds: wtxIds);
        var (before, meanwhile) = (Transaction(1), Transaction(2));
        Tell(before);
        Announce(engine, Announcement.Of(before));
        Announce(engine, Announcement.Of(meanwhile));
        Tell(meanwhile);
        remote.ExpectsNothing(2 * ABeat);
        Assert.Equal(new TrickleStats(0, 2, 0, 0, 0), engine.Stats(peer).Trickle);

        void Tell(Transaction transaction)
        {
            Message message = telling.Split(' ')[0] switch
            {
                "inv" => Inv(telling == "inv by wtxid" ? ByWtxId(transaction) : ByTxId(transaction)),
                "getdata" => new GetDataMessage([new InventoryVector(InventoryKind.WitnessTransaction, transaction.Id)]),
                "notfound" => new NotFoundMessage([ByTxId(transaction)]),
                _ => new TransactionMessage(transaction),
            };
            if (telling.EndsWith("said", StringComparison.Ordinal))
            {
                peer.Tell(new Send(message));
            }
            else
            {
                remote.Says(message);
            }

            Barrier(remote);
        }
    }

    [Fact(DisplayName = "Nobody hears of a transaction who told it, everybody else does")]
    public void All_but_who_told_it()
    {
        var engine = Start(Beat);
        engine.Listen();
        var remotes = Enumerable.Range(1, 3).Select(number => Dialling(engine, from: $"10.0.1.{number}")).ToList();
        remotes.ForEach(remote => remote.Handshakes());
        Simulation.Until(() => engine.Events.Of<PeerReady>().Count() == 3, AMoment);
        engine.Manager.Tell(new AnnounceToAll(Announcement.Of(Transaction(1)), engine.Events.Of<PeerReady>().First().Id));
        remotes[1].Says(Inv(ByTxId(Transaction(1))));
        Simulation.Advance(2 * ABeat);
        Assert.Equal([0, 0, 1], remotes.Select(remote => remote.Heard.OfType<InvMessage>().Count()).Order());
    }

    [Fact(DisplayName = "A block goes out at once, past the transactions that wait, and once")]
    public void Blocks_first()
    {
        var (engine, remote, peer) = Meet();
        var block = Chain(1)[0];
        Announce(engine, Announcement.Of(Transaction(1)), Announcement.Of(block), Announcement.Of(block));
        Assert.Equal(Inv(ById(block)), remote.Expects<InvMessage>(AMoment));
        Assert.Equal(Inv(ByTxId(Transaction(1))), remote.Expects<InvMessage>(2 * ABeat));
        remote.ExpectsNothing(2 * ABeat);
        Assert.Equal(new TrickleStats(2, 1, 0, 0, 0), engine.Stats(peer).Trickle);
    }

    [Fact(DisplayName = "sendheaders (BIP 130): headers, where they go on from what the remote has, without those that it has; else an inv of the last")]
    public void Headers()
    {
        var (engine, remote, _) = Meet();
        var chain = Chain(6);
        Announce(engine, Announcement.Of(chain[0]));
        Assert.Equal(Inv(ById(chain[0])), remote.Expects<InvMessage>(AMoment)); // It did not ask for headers.
        remote.Says(SendHeadersMessage.Instance);
        Barrier(remote);
        Announce(engine, Announcement.Of(chain[1]));
        Assert.Equal(Inv(ById(chain[1])), remote.Expects<InvMessage>(AMoment)); // It has heard of the block before: that is not its header.
        remote.Says(new GetHeadersMessage([chain[0].ComputeHash()]));
        Barrier(remote);
        Announce(engine, Announcement.Of(chain[..3].ToWireArray()));
        Assert.Equal(new HeadersMessage(chain[1..3].ToWireArray()), remote.Expects<HeadersMessage>(AMoment));
        Announce(engine, Announcement.Of(chain[2..4].ToWireArray()));
        Assert.Equal(new HeadersMessage([chain[3]]), remote.Expects<HeadersMessage>(AMoment));
        Announce(engine, Announcement.Of(chain[5]));
        Assert.Equal(Inv(ById(chain[5])), remote.Expects<InvMessage>(AMoment)); // One is missing.
        remote.ExpectsNothing(ABeat);
    }

    [Theory(DisplayName = "What shows that the remote has the block before: then the next one goes out as headers")]
    [InlineData("inv", true)]
    [InlineData("headers", true)]
    [InlineData("block", true)]
    [InlineData("cmpctblock", true)]
    [InlineData("getblocks", true)]
    [InlineData("headers said", true)]
    [InlineData("block said", true)]
    [InlineData("cmpctblock said", true)]
    [InlineData("inv said", false)]
    [InlineData("getheaders said", false)]
    public void Has_the_block_before(string telling, bool asHeaders)
    {
        var (engine, remote, peer) = Meet();
        var chain = Chain(2);
        Message message = telling.Split(' ')[0] switch
        {
            "inv" => Inv(ById(chain[0])),
            "headers" => new HeadersMessage([chain[0]]),
            "block" => new BlockMessage(Block.Create(chain[0], [Transaction(1)])),
            "cmpctblock" => CompactBlockMessage.Create(Block.Create(chain[0], [Transaction(1)]), 1),
            "getblocks" => new GetBlocksMessage([chain[0].ComputeHash()]),
            _ => new GetHeadersMessage([chain[0].ComputeHash()]),
        };
        remote.Says(SendHeadersMessage.Instance);
        if (telling.EndsWith("said", StringComparison.Ordinal))
        {
            peer.Tell(new Send(message));
        }
        else
        {
            remote.Says(message);
        }

        Barrier(remote);
        var before = remote.Heard.Count;
        Announce(engine, Announcement.Of(chain[1]), Announcement.Of(chain[0]));
        Simulation.Advance(AMoment);
        var news = remote.Heard.Skip(before).ToList();
        Assert.Equal(asHeaders ? new HeadersMessage([chain[1]]) : Inv(ById(chain[1])), news[0]);
        Assert.Equal(telling == "getheaders said" ? 2 : 1, news.Count); // The block before is known, and not announced.
    }

    [Fact(DisplayName = "relay = 0: blocks only, until filterclear or filterload turns relay on (BIP 37)")]
    public void Relay_off()
    {
        var (engine, remote, peer) = Meet(version: ScriptedPeer.Version() with { Relay = false });
        Announce(engine, Announcement.Of(Transaction(1)), Announcement.Of(ByTxId(Transaction(2))), Announcement.Of(Chain(1)[0]));
        Assert.Equal(Inv(ById(Chain(1)[0])), remote.Expects<InvMessage>(AMoment));
        remote.ExpectsNothing(2 * ABeat);
        Assert.Equal(new TrickleStats(1, 0, 2, 0, 0), engine.Stats(peer).Trickle);
        remote.Says(FilterClearMessage.Instance);
        Barrier(remote);
        Announce(engine, Announcement.Of(Transaction(1)));
        Assert.Equal(Inv(ByTxId(Transaction(1))), remote.Expects<InvMessage>(2 * ABeat));
    }

    [Fact(DisplayName = "A fee filter (BIP 133) keeps away what pays less, queued or not; nobody believes one that is negative or above all the money")]
    public void Fee_filter()
    {
        var (engine, remote, peer) = Meet();
        remote.Says(new FeeFilterMessage(1_000), new FeeFilterMessage(-1), new FeeFilterMessage(2_100_000_000_000_001));
        Barrier(remote);
        Announce(engine, Paying(1, 999), Paying(2, 1_000), Paying(3, 5_000), Paying(4, null));
        remote.Says(new FeeFilterMessage(5_000));
        Assert.Equal(Inv(ByTxId(Transaction(3)), ByTxId(Transaction(4))), remote.Expects<InvMessage>(2 * ABeat));
        Assert.Equal(new TrickleStats(2, 0, 2, 0, 0), engine.Stats(peer).Trickle);
    }

    [Fact(DisplayName = "A bloom filter (BIP 37): only what matches it, its outputs' spenders too; a block all the same")]
    public void Bloom_filter()
    {
        var (engine, remote, peer) = Meet();
        var wanted = Transaction(1, 9, 9, 9);
        var spender = Transaction(2, spends: new OutPoint(wanted.Id, 0), 1, 2);
        var filter = BloomFilter.Create(10, 0.0001, 5, BloomUpdate.All);
        filter.Insert([9, 9, 9]);
        remote.Says(filter.ToMessage());
        Barrier(remote);
        Announce(engine, Announcement.Of(spender), Announcement.Of(wanted), Announcement.Of(spender), Announcement.Of(Transaction(3)), Announcement.Of(Chain(1)[0]));
        Assert.Equal(Inv(ById(Chain(1)[0])), remote.Expects<InvMessage>(AMoment));
        Assert.Equal(Inv(ByTxId(wanted), ByTxId(spender)), remote.Expects<InvMessage>(2 * ABeat));
        Assert.Equal(new TrickleStats(3, 0, 2, 0, 0), engine.Stats(peer).Trickle);

        Announce(engine, Announcement.Of(Transaction(4, 9, 9, 9)));
        remote.Says(BloomFilter.Create(10, 0.0001, 5, BloomUpdate.All).ToMessage());
        remote.ExpectsNothing(2 * ABeat); // It matched when it was queued, and does no more.
        remote.Says(new FilterAddMessage(new byte[] { 9, 9, 9 }));
        Barrier(remote);
        Announce(engine, Announcement.Of(Transaction(4, 9, 9, 9)));
        Assert.Equal(Inv(ByTxId(Transaction(4, 9, 9, 9))), remote.Expects<InvMessage>(2 * ABeat));
    }

    [Fact(DisplayName = "Block-relay-only: our version says relay = 0, and no transaction is announced, whatever the remote wants")]
    public void Block_relay_only()
    {
        var (engine, remote, peer) = Meet(options: PeerOptions.Default with { BlockRelayOnly = true });
        Assert.False(remote.Heard.OfType<VersionMessage>().Single().Relay);
        remote.Says(FilterClearMessage.Instance);
        Barrier(remote);
        Announce(engine, Announcement.Of(Transaction(1)), Announcement.Of(Chain(1)[0]));
        Assert.Equal(Inv(ById(Chain(1)[0])), remote.Expects<InvMessage>(AMoment));
        remote.ExpectsNothing(2 * ABeat);
        Assert.Equal(new TrickleStats(1, 0, 1, 0, 0), engine.Stats(peer).Trickle);
        var (_, ordinary, _) = Meet(engine: engine, at: "10.0.0.3");
        Assert.True(ordinary.Heard.OfType<VersionMessage>().Single().Relay);
    }

    [Fact(DisplayName = "At most so many items an inv; a full queue lets the oldest go and counts them")]
    public void Bounds()
    {
        var (engine, remote, peer) = Meet("peers.trickle { max-per-message = 3, queue = 7 }");
        Announce(engine, [.. Enumerable.Range(1, 10).Select(number => Announcement.Of(Transaction(number)))]);
        Simulation.Advance(2 * ABeat);
        Assert.Equal(
            [[4, 5, 6], [7, 8, 9], [10]],
            remote.Heard.OfType<InvMessage>().Select(inv => inv.Items.Select(item => Enumerable.Range(1, 10).Single(number => ByTxId(Transaction(number)) == item)).ToArray()));
        Assert.Equal(new TrickleStats(7, 0, 0, 3, 0), engine.Stats(peer).Trickle);
    }

    [Fact(DisplayName = "Immediate: each transaction at once")]
    public void Immediate()
    {
        var (engine, remote, _) = Meet("peers.trickle.policy = immediate");
        Announce(engine, Announcement.Of(Transaction(1)), Announcement.Of(Transaction(2)));
        Assert.Equal(Inv(ByTxId(Transaction(1))), remote.Expects<InvMessage>(AMoment));
        Assert.Equal(Inv(ByTxId(Transaction(2))), remote.Expects<InvMessage>(AMoment));
    }

    [Fact(DisplayName = "A fixed beat goes on whether anything waits or not: when an item came does not show")]
    public void A_fixed_beat()
    {
        var (engine, remote, _) = Meet();
        List<TimeSpan> heard = [];
        foreach (var wait in (double[])[3, 1, 27.5, 9.2, 44])
        {
            Simulation.Advance(TimeSpan.FromSeconds(wait));
            Announce(engine, Announcement.Of(Transaction(heard.Count)));
            remote.Expects<InvMessage>(ABeat + AMoment);
            heard.Add(Simulation.Elapsed);
        }

        Assert.All(heard.Zip(heard.Skip(1), (one, next) => (next - one) / ABeat), beats => Assert.Equal(Math.Round(beats), beats, tolerance: 0.001));
        Assert.Equal([1, 3, 1, 5], heard.Zip(heard.Skip(1), (one, next) => (int)Math.Round((next - one) / ABeat)));
    }

    private static void Announce(SimulatedEngine engine, params Announcement[] news) => Array.ForEach(news, what => engine.Manager.Tell(new AnnounceToAll(what)));

    private static void Barrier(ScriptedPeer remote)
    {
        remote.Barrier();
        remote.Forgets();
    }

    private (SimulatedEngine Engine, ScriptedPeer Remote, IActorRef Peer) Meet(
        string hocon = "", bool wtxIds = false, VersionMessage? version = null, PeerOptions? options = null, SimulatedEngine? engine = null, string at = "10.0.0.2")
    {
        engine ??= Start($"{Beat}\n{hocon}");
        var listening = Simulation.Network.Listen(new IPEndPoint(IPAddress.Parse(at), 18444));
        var remote = Keep(ScriptedPeer.Accept(Simulation, listening));
        var listener = engine.Dial(listening.Endpoint, options: options);
        remote.Handshakes(wtxIds, version);
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        return (engine, remote, listener.Of<PeerReady>().Single().Peer);
    }
}
