using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>Requests that end: exactly one result for each, whatever the remote does.</summary>
public sealed class RequestSimulation : EngineSimulation
{
    [Fact(DisplayName = "A request gets its answer, the listener everything else")]
    public void Answers_go_to_the_asker()
    {
        var engine = Start();
        var (remote, peer, listener) = Connected(engine);
        var asker = Simulation.Recorder();
        var (first, second) = (Ask(1), Ask(2));
        peer.Peer.Tell(new Request(first, asker.Ref));
        peer.Peer.Tell(new Request(second, asker.Ref));
        remote.Says(SendHeadersMessage.Instance, BlockOf(2), BlockOf(3), BlockOf(1));
        remote.Barrier();
        Assert.Equal([second, first], asker.Of<RequestResult.Answered>().Select(answered => answered.Request.Question));
        Assert.Equal([BlockOf(2), BlockOf(1)], asker.Of<RequestResult.Answered>().Select(answered => Assert.Single(answered.Messages)));
        Assert.Equal([SendHeadersMessage.Instance, BlockOf(3)], listener.Of<PeerMessage>().Select(heard => heard.Message).Where(message => message is not PingMessage));
        var stats = engine.Stats(peer.Peer);
        Assert.Equal(new RequestStats(0, 2, 0, 0), stats.Requests);
        Assert.Equal(0, stats.UnconsumedBytes);
    }

    [Fact(DisplayName = "Not found, timed out since the last progress, cancelled, refused, stopped: each is told once")]
    public void Every_end()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        var asker = Simulation.Recorder();
        Request Make(Message question)
        {
            var request = new Request(question, asker.Ref);
            peer.Peer.Tell(request);
            return request;
        }

        var missing = Make(Ask(1));
        var partly = Make(new GetDataMessage([.. Ask(2).Items, .. Ask(3).Items]));
        var late = Make(new GetDataMessage([.. Ask(4).Items, .. Ask(5).Items]));
        var cancelled = Make(Ask(6));
        var senseless = Make(new PingMessage(1));
        peer.Peer.Tell(cancelled); // Out already.
        Simulation.Advance(TimeSpan.FromSeconds(10));
        remote.Says(new NotFoundMessage(Ask(1).Items), new NotFoundMessage(Ask(2).Items), BlockOf(3), BlockOf(4));
        Simulation.Advance(TimeSpan.FromSeconds(1));
        peer.Peer.Tell(new CancelRequest(cancelled));
        peer.Peer.Tell(new CancelRequest(cancelled));
        Simulation.Advance(TimeSpan.FromSeconds(35));
        var stopped = Make(new GetHeadersMessage([Hash(1)]));
        Simulation.Advance(TimeSpan.FromSeconds(1));
        remote.Stream.Reset();
        var reason = StoppedOnce(engine).Reason;
        peer.Peer.Tell(new Request(Ask(9), asker.Ref)); // Nobody is there any more.
        Simulation.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(8, asker.Messages.Count());
        var results = asker.Of<RequestResult>().ToLookup(result => result.Request, ReferenceEqualityComparer.Instance);
        Assert.Equal(Ask(1).Items, Assert.IsType<RequestResult.NotFound>(Assert.Single(results[missing])).Missing);
        var partial = Assert.IsType<RequestResult.NotFound>(Assert.Single(results[partly]));
        Assert.Equal(Ask(2).Items, partial.Missing);
        Assert.Equal(BlockOf(3), Assert.Single(partial.Messages));
        Assert.InRange(Assert.IsType<RequestResult.TimedOut>(Assert.Single(results[late])).SinceProgress.TotalSeconds, 29.9, 30.1);
        Assert.Equal(["that very request is out already"], results[cancelled].OfType<RequestResult.Refused>().Select(refused => refused.Why));
        Assert.Single(results[cancelled].OfType<RequestResult.Cancelled>());
        Assert.IsType<RequestResult.Refused>(Assert.Single(results[senseless]));
        Assert.Equal(reason, Assert.IsType<RequestResult.PeerStopped>(Assert.Single(results[stopped])).Reason);
    }

    [Fact(DisplayName = "A request that cannot be written, and one too many, is refused; before the handshake is done none is taken")]
    public void Refusals()
    {
        var engine = Start("peers.requests.max-outstanding = 2");
        var (remote, listener) = Dialled(engine);
        Simulation.Until(() => engine.Events.Of<PeerOpened>().Any(), TimeSpan.FromSeconds(5));
        var list = Simulation.Recorder();
        engine.Manager.Tell(new GetPeers(list.Ref));
        var peer = list.Expect<PeerList>().Peers.Single().Peer;
        var asker = Simulation.Recorder();
        peer.Tell(new Request(Ask(1), asker.Ref));
        Assert.Equal("the handshake is not done", asker.Expect<RequestResult.Refused>().Why);
        remote.Handshakes();
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        peer.Tell(new Request(new GetDataMessage([.. Enumerable.Range(0, 50_001).Select(i => InventoryVector.Block(Hash(i)))]), asker.Ref));
        Assert.Contains("cannot be written", asker.Expect<RequestResult.Refused>().Why, StringComparison.Ordinal);
        peer.Tell(new Request(Ask(1), asker.Ref));
        peer.Tell(new Request(Ask(2), asker.Ref));
        peer.Tell(new Request(Ask(3), asker.Ref));
        Assert.Contains("max-outstanding = 2", asker.Expect<RequestResult.Refused>().Why, StringComparison.Ordinal);
        Assert.Equal(2, engine.Stats(peer).Requests.Outstanding);
    }

    [Fact(DisplayName = "The same getheaders goes out once in a row, until it is answered, late, or two minutes old")]
    public void Repeated_requests()
    {
        var engine = Start("peers.ping.enabled = off");
        var (remote, peer, _) = Connected(engine);
        var receipts = Simulation.Recorder();
        string Sent(PeerCommand command)
        {
            peer.Peer.Tell(command);
            Simulation.Until(() => receipts.All.Count > 0 && receipts.Next() is not null, TimeSpan.FromSeconds(5));
            return receipts.All[^1].Message.GetType().Name;
        }

        var headers = new RequestHeaders([Hash(1), Hash(2)], Hash256.Zero, receipts.Ref);
        var blocks = new RequestBlocks([Hash(1), Hash(2)], Hash256.Zero, receipts.Ref);
        Assert.Equal("Sent", Sent(headers));
        Assert.Equal("Suppressed", Sent(headers with { Locator = [Hash(1)] })); // The first hash tells, as in btcd.
        Assert.Equal("Sent", Sent(blocks));
        Assert.Equal("Suppressed", Sent(blocks));
        Assert.Equal("Sent", Sent(headers with { Stop = Hash(9) }));
        Assert.Equal("Sent", Sent(headers));
        Assert.Equal("Sent", Sent(headers with { Locator = [] }));
        Assert.Equal("Sent", Sent(headers with { Locator = [] }));
        Assert.Equal("Sent", Sent(headers));
        remote.Says(new HeadersMessage([]));
        remote.Barrier();
        Assert.Equal("Sent", Sent(headers));
        Assert.Equal("Suppressed", Sent(blocks));
        remote.Says(new InvMessage([InventoryVector.Block(Hash(3))]));
        remote.Barrier();
        Assert.Equal("Sent", Sent(blocks));
        Simulation.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal("Suppressed", Sent(blocks));
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Sent", Sent(blocks));
        Assert.Equal("Failed", Sent(headers with { Locator = [.. Enumerable.Range(0, 102).Select(Hash)] }));
        remote.Barrier();
        Assert.Equal((7, 3), (remote.Heard.OfType<GetHeadersMessage>().Count(), remote.Heard.OfType<GetBlocksMessage>().Count()));
        Assert.All(remote.Heard.OfType<GetHeadersMessage>(), message => Assert.Equal(70016u, message.Version));
    }

    [Theory(DisplayName = "Rejects go out where they are wanted and understood")]
    [InlineData("", 70016, false)]
    [InlineData("peers.reject.enabled = on", 70016, true)]
    [InlineData("peers.reject.enabled = on", 70001, false)]
    public void Rejects(string hocon, int version, bool sent)
    {
        var engine = Start(hocon);
        var (remote, listener) = Dialled(engine);
        remote.Handshakes(ScriptedPeer.Version(version: version));
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        var receipts = Simulation.Recorder();
        listener.Of<PeerReady>().Single().Peer.Tell(new Reject("block", RejectCode.Invalid, new string('x', 200), null, receipts.Ref));
        Simulation.Until(() => receipts.Next() is not null, TimeSpan.FromSeconds(5));
        Assert.Equal(sent ? typeof(SendResult.Sent) : typeof(SendResult.Suppressed), receipts.Messages.Single().GetType());
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(sent ? [new RejectMessage("block", RejectCode.Invalid, new string('x', 111), Hash256.Zero)] : [], remote.Heard.OfType<RejectMessage>());
    }

    [Theory(DisplayName = "Who is dropped is told why, where rejects are on")]
    [InlineData("version", RejectCode.Duplicate)]
    [InlineData("malformed", RejectCode.Malformed)]
    public void Rejected_before_the_end(string command, RejectCode code)
    {
        var engine = Start("peers { reject.enabled = on, strictness = btcd }");
        var (remote, _, _) = Connected(engine);
        var damaged = remote.Encode(new PingMessage(1));
        damaged[^1] ^= 1;
        remote.SaysBytes(command == "version" ? remote.Encode(ScriptedPeer.Version()) : damaged);
        var reject = remote.Expects<RejectMessage>();
        Assert.Equal((command, code), (reject.RejectedCommand.ToString(), reject.Code));
        var reason = StoppedOnce(engine).Reason;
        Assert.True(command == "version" ? reason is DisconnectReason.Unexpected : reason is DisconnectReason.Malformed, reason.ToString());
    }

    // Ten connections of 10,000 requests each, one ends after the other; what a request gets is decided by the seed.
    [Theory(DisplayName = "100,000 requests to remotes that answer in any order, drop some and disconnect: every one ends once, nothing is left")]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_request_ends_once(int seed)
    {
        const int Connections = 10;
        const int Each = 10_000;
        using var simulation = new Simulation(seed);
        var engine = new SimulatedEngine(simulation, simulation.Network.Host("10.0.0.1"), "peers { ping.enabled = off, idle.enabled = off, stall.enabled = on, stall.action = report }");
        var random = simulation.Random("remote");
        var askers = simulation.Recorder();
        HashSet<Request> all = new(ReferenceEqualityComparer.Instance);
        for (var connection = 0; connection < Connections; connection++)
        {
            var at = simulation.Network.Listen(new System.Net.IPEndPoint(System.Net.IPAddress.Parse($"10.0.1.{connection + 1}"), 18444));
            using var remote = ScriptedPeer.Accept(simulation, at);
            var listener = engine.Dial(at.Endpoint);
            remote.Handshakes();
            simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
            var peer = listener.Of<PeerReady>().Single().Peer;
            for (var i = 0; i < Each; i++)
            {
                var request = new Request(QuestionOf(i), askers.Ref);
                all.Add(request);
                peer.Tell(request);
                if (random.Next(50) == 0)
                {
                    peer.Tell(new CancelRequest(request));
                }
            }

            // All of them are answered but a tenth, in any order, until the remote is gone.
            var order = Enumerable.Range(0, Each).ToArray();
            random.Shuffle(order);
            var leavesAfter = connection == 0 ? Each : random.Next(Each);
            simulation.Until(() => remote.Heard.OfType<GetDataMessage>().Any(), TimeSpan.FromSeconds(10));
            foreach (var chunk in order.Take(leavesAfter).Where(_ => random.Next(10) != 0).Chunk(500))
            {
                simulation.Advance(TimeSpan.FromMilliseconds(random.Next(3_000)));
                remote.Says([.. chunk.Select(AnswerTo)]);
            }

            if (connection == 0)
            {
                simulation.Advance(TimeSpan.FromMinutes(3)); // Those that were dropped time out.
                Assert.Equal(0, engine.Stats(peer).Requests.Outstanding);
                Assert.True(engine.Stats(peer).Requests.TimedOut > 500);
            }

            remote.Stream.Reset();
            simulation.Until(() => engine.Stopped.Count() == connection + 1, TimeSpan.FromSeconds(10));
            Assert.Equal(0, engine.Stopped.Last().Stats!.Requests.Outstanding);
            Assert.Equal(0, engine.Stopped.Last().Stats!.UnconsumedBytes);
        }

        simulation.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(Connections * Each, askers.All.Count);
        Assert.All(askers.Of<RequestResult>(), result => Assert.True(all.Remove(result.Request), "a request ended twice"));
        Assert.Empty(all);
        Assert.Equal(5, askers.Messages.Select(message => message.GetType()).Distinct().Count()); // Answered, not found, timed out, cancelled, stopped.
        Assert.Null(simulation.Scheduler.NextDue);
    }

    private static Message QuestionOf(int number) => (number % 4) switch
    {
        0 => Ask(number),
        1 => new GetDataMessage([InventoryVector.Transaction(TransactionOf(number).Transaction.Id)]),
        2 => new GetDataMessage([InventoryVector.WitnessTransactionId(Hash(number))]), // Will be missing.
        _ => new GetCompactFilterHeadersMessage(CompactFilterType.Basic, 0, Hash(number)),
    };

    private static Message AnswerTo(int number) => (number % 4) switch
    {
        0 => BlockOf(number),
        1 => TransactionOf(number),
        2 => new NotFoundMessage([InventoryVector.WitnessTransactionId(Hash(number))]),
        _ => new CompactFilterHeadersMessage(CompactFilterType.Basic, Hash(number), Hash256.Zero, []),
    };

    private static Hash256 Hash(int number) => Hash256.OfDouble(BitConverter.GetBytes(number));

    private static BlockHeader HeaderOf(int number) => new(1, Hash(number), default, 0, 0, 0);

    private static GetDataMessage Ask(int number) => new([InventoryVector.Block(HeaderOf(number).ComputeHash())]);

    private static BlockMessage BlockOf(int number) => new(Block.Create(HeaderOf(number), []));

    private static TransactionMessage TransactionOf(int number) =>
        new(Transaction.Create(2, [new TransactionInput(new OutPoint(Hash(number), 0), new byte[1], 0, [])], [new TransactionOutput(number, new byte[2])], 0));
}
