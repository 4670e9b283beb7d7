using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Peers.Tests.Core;
using Peers.Wire;

namespace Peers.Tests.Allocations;

/// <summary>
/// What the way of a message through a connection allocates, from the bytes of a read to the message and from a message to the bytes of a write. The
/// bounds are what is measured and a small margin: whoever adds an allocation for each message adds more.
/// </summary>
public sealed class SessionAllocationTests : IDisposable
{
    private const int Items = 1_000;
    private const int BlockTransactions = 300;

    private readonly MessageCodec _codec = MessageCodec.For(BitcoinNetwork.Regtest);
    private readonly List<HeardMessage> _heard = [];
    private readonly ConnectionSession _session = new(
        ActorRefs.Nobody, PeerSettings.From(ConfigurationFactory.ParseString("peers.network = regtest").WithFallback(PeerEngine.DefaultConfig)), wire: null, () => NoLogger.Instance);

    [Fact(DisplayName = "A message that is one for all is read and written without an allocation")]
    public void Reading_and_writing_allocate_nothing()
    {
        var frame = _codec.Encode(SendHeadersMessage.Instance);
        Assert.Equal(0, AllocationMeter.BytesOf(() =>
        {
            Read<SendHeadersMessage>(frame);
            Write(SendHeadersMessage.Instance);
        }));
    }

    [Fact(DisplayName = "A ping read and its pong written allocate the two messages and no more")]
    public void Ping_and_pong() => AssertBytes(64, Frame(new PingMessage(7)), frame =>
    {
        Read<PingMessage>(frame);
        _session.Answered(1);
        Write(new PongMessage(7));
    });

    [Fact(DisplayName = "An inv of 1,000 allocates one array of its items")]
    public void Inventory() => AssertBytes(
        (Items * 36) + 64, Frame(new InvMessage(Enumerable.Range(0, Items).Select(Samples.Tx).ToWireArray())), frame => Read<InvMessage>(frame));

    [Fact(DisplayName = "A 226-byte transaction allocates its bytes and what refers to them")]
    public void Transaction() => AssertBytes(424, Frame(new TransactionMessage(Small(1))), frame => Read<TransactionMessage>(frame));

    [Fact(DisplayName = "A transaction is written without an allocation")]
    public void Transaction_out()
    {
        var message = new TransactionMessage(Small(1));
        Assert.Equal(0, AllocationMeter.BytesOf(() => Write(message)));
    }

    [Fact(DisplayName = "A block allocates its bytes once, and next to nothing for each transaction")]
    public void A_block()
    {
        var message = new BlockMessage(Block.Create(Samples.Chain(1)[0], TransactionList.Create([.. Enumerable.Range(0, BlockTransactions).Select(Small)])));
        var frame = Frame(message);
        AssertBytes(frame.Length + (BlockTransactions * 4) + 400, frame, bytes => Read<BlockMessage>(bytes));
        Assert.Equal(0, AllocationMeter.BytesOf(() => Write(message)));
    }

    [Fact(DisplayName = "A transaction whose frame comes in two reads is gathered in borrowed memory: it costs as much as one that comes in one")]
    public void Gathered()
    {
        var frame = Frame(new TransactionMessage(Small(1)));
        AssertBytes(424, frame, bytes =>
        {
            Assert.Null(_session.Read(bytes.AsMemory(0, 100), _heard));
            Read<TransactionMessage>(bytes.AsMemory(100));
        });
    }

    public void Dispose() => _codec.Dispose();

    private static void AssertBytes(double most, byte[] frame, Action<byte[]> operation) => Assert.InRange(AllocationMeter.BytesOf(() => operation(frame)), 1, most);

    private byte[] Frame(Message message) => _codec.Encode(message);

    private void Read<T>(ReadOnlyMemory<byte> bytes)
        where T : Message
    {
        Assert.Null(_session.Read(bytes, _heard));
        Assert.IsType<T>(_heard[0].Message);
        _session.Window.Consume(_heard[0].Cost);
        _heard.Clear();
    }

    private void Write(Message message)
    {
        _session.Enqueue(message);
        Assert.True(_session.NextBatch() is not null);
        _session.BatchWritten();
    }

    /// <summary>One input with a signature and a key, two outputs, no witness.</summary>
    private static Transaction Small(int number) => Wire.Transaction.Create(
        1,
        [new TransactionInput(new OutPoint(Samples.Hash(number), 0), new byte[107], TransactionInput.FinalSequence, WireArray<Bytes>.Empty)],
        [new TransactionOutput(1_000, new byte[25]), new TransactionOutput(2_000, new byte[25])],
        0);
}
