using Peers.Wire;

namespace Peers.Tests.Core;

/// <summary>What the remote owes, seen without actors: times are seconds, askers are names.</summary>
public sealed class ResponseDeadlinesTests
{
    private static readonly Hash256 Genesis = Hash(0);
    private static readonly NetworkAddress Remote = NetworkAddress.From(System.Net.IPAddress.Parse("203.0.113.7"));
    private readonly ResponseDeadlines<string> _deadlines = new(Seconds(30), Seconds(90), Genesis, Remote);
    private long _tickets;

    public static TheoryData<string> Questions => [.. Samples.Keys];

    private static Dictionary<string, (Message Question, Message[] Answers, Message[] Others)> Samples { get; } = new()
    {
        ["getdata block"] = (GetData(InventoryVector.WitnessBlock(HeaderOf(1).ComputeHash())), [BlockOf(1)], [BlockOf(2), Transaction(1)]),
        ["getdata filtered block"] = (
            GetData(new InventoryVector(InventoryKind.FilteredBlock, HeaderOf(1).ComputeHash())),
            [new MerkleBlockMessage(HeaderOf(1), Tree())], [new MerkleBlockMessage(HeaderOf(2), Tree())]),
        ["getdata compact block, answered whole"] = (
            GetData(new InventoryVector(InventoryKind.CompactBlock, HeaderOf(1).ComputeHash())), [BlockOf(1)], [BlockOf(2)]),
        ["getdata transaction"] = (GetData(InventoryVector.Transaction(Transaction(1).Transaction.Id)), [Transaction(1)], [Transaction(2), BlockOf(1)]),
        ["getdata by wtxid"] = (
            GetData(InventoryVector.WitnessTransactionId(Transaction(1).Transaction.WitnessId)), [Transaction(1)], [Transaction(2)]),
        ["getdata, not found"] = (
            GetData(InventoryVector.Transaction(Hash(1))), [new NotFoundMessage([InventoryVector.Transaction(Hash(1))])],
            [new NotFoundMessage([InventoryVector.Transaction(Hash(2)), InventoryVector.Block(Hash(1))]), new NotFoundMessage([])]),
        ["getdata of two"] = (
            GetData(InventoryVector.Block(HeaderOf(1).ComputeHash()), InventoryVector.Block(HeaderOf(2).ComputeHash())), [BlockOf(2), BlockOf(1)], [BlockOf(3)]),
        ["getheaders"] = (new GetHeadersMessage([Hash(5), Hash(4)]), [Headers(4)], [Headers(9), new InvMessage([InventoryVector.Block(Hash(1))])]),
        ["getheaders, none"] = (new GetHeadersMessage([Hash(5)]), [new HeadersMessage([])], []),
        ["getheaders, from the start"] = (new GetHeadersMessage([Hash(5)]), [Headers(0)], [Headers(6)]),
        ["getheaders by hash"] = (
            new GetHeadersMessage(70016, [], HeaderOf(1).ComputeHash()), [new HeadersMessage([HeaderOf(1)])], [new HeadersMessage([HeaderOf(2)])]),
        ["getblocks"] = (new GetBlocksMessage([Hash(5)]), [new InvMessage([InventoryVector.Block(Hash(1))])], [new InvMessage([InventoryVector.Transaction(Hash(1))])]),
        ["mempool"] = (MempoolMessage.Instance, [new InvMessage([InventoryVector.Transaction(Hash(1))])], [new InvMessage([InventoryVector.Block(Hash(1))]), new InvMessage([])]),
        ["getaddr"] = (GetAddrMessage.Instance, [new AddrMessage([Address("203.0.113.8")])], [new AddrMessage([Address("203.0.113.7")]), new AddrV2Message([Address("203.0.113.7")])]),
        ["getaddr, modern"] = (GetAddrMessage.Instance, [new AddrV2Message([Address("203.0.113.7"), Address("203.0.113.8")])], []),
        ["getblocktxn"] = (
            new GetBlockTransactionsMessage(HeaderOf(1).ComputeHash(), [0]), [new BlockTransactionsMessage(HeaderOf(1).ComputeHash(), TransactionList.Empty)],
            [new BlockTransactionsMessage(Hash(9), TransactionList.Empty)]),
        ["getblocktxn, answered whole"] = (new GetBlockTransactionsMessage(HeaderOf(1).ComputeHash(), [0]), [BlockOf(1)], [BlockOf(2)]),
        ["getcfilters"] = (
            new GetCompactFiltersMessage(CompactFilterType.Basic, 1, Hash(3)), [Filter(1), Filter(2), Filter(3)], []),
        ["getcfheaders"] = (
            new GetCompactFilterHeadersMessage(CompactFilterType.Basic, 1, Hash(3)),
            [new CompactFilterHeadersMessage(CompactFilterType.Basic, Hash(3), Hash(0), [Hash(1)])],
            [new CompactFilterHeadersMessage(CompactFilterType.Basic, Hash(2), Hash(0), [Hash(1)]), new CompactFilterHeadersMessage((CompactFilterType)1, Hash(3), Hash(0), [])]),
        ["getcfcheckpt"] = (
            new GetCompactFilterCheckpointsMessage(CompactFilterType.Basic, Hash(3)),
            [new CompactFilterCheckpointsMessage(CompactFilterType.Basic, Hash(3), [])], [new CompactFilterCheckpointsMessage(CompactFilterType.Basic, Hash(4), [])]),
    };

    [Theory(DisplayName = "A request is answered by what it asks for, and by nothing else")]
    [MemberData(nameof(Questions))]
    public void Answers_are_known_by_their_content(string name)
    {
        var (question, answers, others) = Samples[name];
        Ask(question, "asker", at: 0);
        foreach (var other in others)
        {
            Assert.Empty(Hear(other, at: 1));
        }

        foreach (var part in answers[..^1])
        {
            Assert.Empty(Hear(part, at: 2));
        }

        var ended = Assert.Single(Hear(answers[^1], at: 3));
        Assert.Equal(("asker", question), (ended.Asker, ended.Question));
        Assert.Equal(answers.Where(answer => answer is not NotFoundMessage), ended.Answers);
        Assert.Equal(answers.OfType<NotFoundMessage>().SelectMany(missing => missing.Items), ended.Missing);
        Assert.Equal(0, _deadlines.Count);
        Assert.Empty(Hear(answers[^1], at: 4));
        Assert.Null(_deadlines.Due);
    }

    [Theory(DisplayName = "A request that has no answer is late after 30 s, one for headers after 90 s, counted from when it was written")]
    [MemberData(nameof(Questions))]
    public void Late_after_the_timeout(string name)
    {
        var question = Samples[name].Question;
        var timeout = question is GetHeadersMessage ? 90 : 30;
        _deadlines.Expect(1, RequestedAnswers.To(question)!.Value, question, null);
        Assert.Null(_deadlines.Due);
        _deadlines.Written(1, Seconds(100));
        Assert.Equal(Seconds(100 + timeout), _deadlines.Due);
        Assert.Null(_deadlines.TakeOverdue(Seconds(99.9 + timeout), out _));
        Assert.Equal(question, _deadlines.TakeOverdue(Seconds(100 + timeout), out var waited)!.Question);
        Assert.Equal(Seconds(timeout), waited);
        Assert.Null(_deadlines.TakeOverdue(Seconds(10_000), out _));
        Assert.Equal(0, _deadlines.Count);
    }

    [Fact(DisplayName = "What asks for nothing is not awaited")]
    public void Others_are_no_requests() =>
        Assert.All(
            (Message[])[new PingMessage(1), new InvMessage([]), GetData(), SendHeadersMessage.Instance, VerAckMessage.Instance],
            message => Assert.Null(RequestedAnswers.To(message)));

    [Fact(DisplayName = "One answer clears one request: the same block asked for twice is owed twice")]
    public void Counted_per_request()
    {
        var block = GetData(InventoryVector.Block(HeaderOf(1).ComputeHash()));
        Ask(block, "first", at: 0);
        Ask(block, "second", at: 1);
        Assert.Equal("first", Assert.Single(Hear(BlockOf(1), at: 2)).Asker);
        Assert.Equal(1, _deadlines.Count);
        Assert.Equal(Seconds(32), _deadlines.Due);
        Assert.Equal("second", Assert.Single(Hear(BlockOf(1), at: 3)).Asker);
    }

    [Fact(DisplayName = "Who is passed over is late, however much those behind it get")]
    public void No_progress_from_later_answers()
    {
        Ask(BlockQuestion(1), null, at: 0);
        for (var i = 2; i < 8; i++)
        {
            Ask(BlockQuestion(i), null, at: i);
            Assert.Single(Hear(BlockOf(i), at: i + 1));
        }

        Assert.Equal(Seconds(30), _deadlines.Due);
        Assert.Equal(BlockQuestion(1), _deadlines.TakeOverdue(Seconds(30), out _)!.Question);
    }

    [Fact(DisplayName = "A long line is not late while it moves: an answer gives time to those behind it, of any order of ends")]
    public void Progress_is_passed_on()
    {
        for (var i = 1; i <= 4; i++)
        {
            Ask(BlockQuestion(i), null, at: 0);
        }

        Assert.Single(Hear(BlockOf(1), at: 20));
        Assert.Equal(Seconds(50), _deadlines.Due);
        Assert.Single(Hear(BlockOf(3), at: 40)); // Not for 2, but for 4.
        Assert.Equal(Seconds(50), _deadlines.Due);
        Assert.Equal(BlockQuestion(2), _deadlines.TakeOverdue(Seconds(50), out _)!.Question);
        Assert.Equal(Seconds(70), _deadlines.Due);
        Assert.Equal(BlockQuestion(4), _deadlines.TakeOverdue(Seconds(70), out _)!.Question);
    }

    [Fact(DisplayName = "A request of several items is late after its last answer")]
    public void Partial_answers_are_progress()
    {
        Ask(GetData(InventoryVector.Block(HeaderOf(1).ComputeHash()), InventoryVector.Block(HeaderOf(2).ComputeHash())), null, at: 0);
        Assert.Empty(Hear(BlockOf(2), at: 25));
        Assert.Equal(Seconds(55), _deadlines.Due);
        Assert.NotNull(_deadlines.TakeOverdue(Seconds(55), out _));
        Assert.Empty(Hear(BlockOf(1), at: 56));
    }

    [Fact(DisplayName = "Time in which we do not read, or do not run, is not counted")]
    public void Pauses_are_not_counted()
    {
        Ask(BlockQuestion(1), null, at: 0);
        _deadlines.Paused(Seconds(10));
        Assert.Null(_deadlines.Due);
        Assert.Null(_deadlines.TakeOverdue(Seconds(1000), out _));
        _deadlines.Resumed(Seconds(1000));
        Assert.Equal(Seconds(1020), _deadlines.Due);
        _deadlines.Overslept(Seconds(100));
        Assert.Equal(Seconds(1120), _deadlines.Due);
        Ask(BlockQuestion(2), null, at: 1110);
        Assert.Single(Hear(BlockOf(1), at: 1111));
        Assert.Equal(Seconds(1141), _deadlines.Due);
    }

    [Fact(DisplayName = "Who waits no longer is not told; the remote may owe it all the same")]
    public void Askers_may_leave()
    {
        Ask(BlockQuestion(1), "stays owed", at: 0);
        Ask(BlockQuestion(2), "is forgotten", at: 0);
        Assert.NotNull(_deadlines.Withdraw("stays owed", owed: true));
        Assert.NotNull(_deadlines.Withdraw("is forgotten", owed: false));
        Assert.Null(_deadlines.Withdraw("is forgotten", owed: false));
        Assert.Equal(1, _deadlines.Count);
        Assert.False(_deadlines.Heard(BlockOf(2), Seconds(1), []));
        List<Outstanding<string>> ended = [];
        Assert.False(_deadlines.Heard(BlockOf(1), Seconds(1), ended)); // Nobody waits for it: the listener is to get it.
        Assert.Null(Assert.Single(ended).Asker);
    }

    [Fact(DisplayName = "Filters of two ranges go to who asked for them, also when the second is served first")]
    public void Filters_go_to_their_range()
    {
        Ask(new GetCompactFiltersMessage(CompactFilterType.Basic, 1, Hash(3)), "first", at: 0);
        Ask(new GetCompactFiltersMessage(CompactFilterType.Basic, 4, Hash(5)), "second", at: 0);
        Assert.Empty(Hear(Filter(4), at: 1));
        Assert.Equal([Filter(4), Filter(5)], Assert.Single(Hear(Filter(5), at: 2)).Answers);
        Assert.Empty(Hear(Filter(1), at: 3));
        Assert.Empty(Hear(Filter(2), at: 4));
        Assert.Equal([Filter(1), Filter(2), Filter(3)], Assert.Single(Hear(Filter(3), at: 5)).Answers);
    }

    [Fact(DisplayName = "A remote cannot make us keep filters without end")]
    public void Filters_are_bounded()
    {
        Ask(new GetCompactFiltersMessage(CompactFilterType.Basic, 1, Hash(3)), "asker", at: 0);
        var kept = Enumerable.Range(0, 3_000).Count(_ => _deadlines.Heard(Filter(1), Seconds(1), []));
        Assert.Equal(1_000, kept);
        Assert.Equal(1_001, Assert.Single(Hear(Filter(3), at: 2)).Answers.Count);
    }

    [Theory(DisplayName = "Against a list that does the same slowly: any order of requests, answers, pauses and time")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Behaves_as_a_model(int seed)
    {
        var random = new Random(seed);
        List<ModelRequest> model = [];
        var now = 0.0;
        for (var step = 0; step < 20_000; step++)
        {
            now += random.NextDouble() * 3;
            if (random.Next(2) == 0)
            {
                var number = random.Next(8);
                Ask(BlockQuestion(number), null, now);
                model.Add(new ModelRequest(number) { Since = now });
            }
            else
            {
                var number = random.Next(8);
                var at = model.FindIndex(request => request.Number == number);
                Assert.Equal(at < 0 ? 0 : 1, Hear(BlockOf(number), now).Count);
                if (at >= 0)
                {
                    model[at..].ForEach(request => request.Since = now);
                    model.RemoveAt(at);
                }
            }

            for (var late = model.FindIndex(request => request.Since + 30 <= now); late >= 0; late = model.FindIndex(request => request.Since + 30 <= now))
            {
                Assert.Equal(BlockQuestion(model[late].Number), _deadlines.TakeOverdue(Seconds(now), out _)!.Question);
                model.RemoveAt(late);
            }

            Assert.Null(_deadlines.TakeOverdue(Seconds(now), out _));
            Assert.Equal(model.Count, _deadlines.Count);
        }

        Assert.Equal(model.Count, _deadlines.TakeAll().Count);
        Assert.Equal(0, _deadlines.Count);
    }

    private void Ask(Message question, string? asker, double at)
    {
        _deadlines.Expect(++_tickets, RequestedAnswers.To(question)!.Value, question, asker);
        _deadlines.Written(_tickets, Seconds(at));
    }

    private List<Outstanding<string>> Hear(Message message, double at)
    {
        List<Outstanding<string>> ended = [];
        _deadlines.Heard(message, Seconds(at), ended);
        return ended;
    }

    private static TimeSpan Seconds(double count) => TimeSpan.FromTicks((long)(count * TimeSpan.TicksPerSecond));

    private static Hash256 Hash(int number) => Hash256.OfDouble(BitConverter.GetBytes(number));

    private static BlockHeader HeaderOf(int number) => new(1, Hash(number), Hash(-number), 0, 0, 0);

    private static GetDataMessage GetData(params InventoryVector[] items) => new([.. items]);

    private static GetDataMessage BlockQuestion(int number) => GetData(InventoryVector.Block(HeaderOf(number).ComputeHash()));

    private static BlockMessage BlockOf(int number) => new(Block.Create(HeaderOf(number), []));

    private static TransactionMessage Transaction(int number) =>
        new(Wire.Transaction.Create(2, [new TransactionInput(new OutPoint(Hash(number), 0), new byte[1], 0, [new byte[] { 1, 2 }])], [new TransactionOutput(number, new byte[2])], 0));

    private static HeadersMessage Headers(int previous) => new([new BlockHeader(1, Hash(previous), default, 0, 0, 0)]);

    private static CompactFilterMessage Filter(int block) => new(CompactFilterType.Basic, Hash(block), new byte[] { 1 });

    private static AddressEntry Address(string address) =>
        new(1, ServiceFlags.Network, new NetworkEndpoint(NetworkAddress.From(System.Net.IPAddress.Parse(address)), 8333));

    private static PartialMerkleTree Tree() => PartialMerkleTree.Create([Hash(1)], [true]);

    private sealed class ModelRequest(int number)
    {
        public int Number { get; } = number;

        public double Since { get; set; }
    }
}
