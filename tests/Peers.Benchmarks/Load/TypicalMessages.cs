using Peers.Wire;

namespace Peers.Benchmarks.Load;

/// <summary>A message of every type, as long as such messages are on the network. The same in every run.</summary>
internal static class TypicalMessages
{
    /// <summary>Transactions of the block: with <see cref="SmallTransaction"/>'s size and the witnesses between it is above 1 MB.</summary>
    public const int BlockTransactions = 3_500;

    private static readonly VersionAddress Address = new(ServiceFlags.Network | ServiceFlags.Witness, EndpointOf(1));

    /// <summary>The block; as large as one of the mainnet.</summary>
    public static Block Block { get; } = Block.Create(HeaderOf(0, default), TransactionList.Create([.. Enumerable.Range(0, BlockTransactions).Select(TransactionOf)]));

    /// <summary>Our version, as an ordinary node says it.</summary>
    public static VersionMessage Version { get; } = new(
        70016, ServiceFlags.Network | ServiceFlags.Witness, 1_767_225_600, Address, Address, 0x1234, "/Satoshi:29.0.0/", 900_000, true);

    /// <summary>By command.</summary>
    /// <exception cref="InvalidOperationException">The catalog has a type for which there is no message here.</exception>
    public static IReadOnlyDictionary<string, Message> All { get; } = Check(Make());

    public static Hash256 HashOf(int number) => Hash256.OfDouble(BitConverter.GetBytes(number));

    /// <summary>An item of an <c>inv</c>, of which each number has its own.</summary>
    public static InventoryVector ItemOf(int number) => InventoryVector.WitnessTransactionId(HashOf(number));

    /// <summary>226 bytes: one input with a signature and a key, two outputs, no witness.</summary>
    public static Transaction SmallTransaction(int number) => Transaction.Create(
        1,
        [new TransactionInput(new OutPoint(HashOf(number), 0), Filled(107), TransactionInput.FinalSequence, WireArray<Bytes>.Empty)],
        [new TransactionOutput(1_000, Filled(25)), new TransactionOutput(2_000, Filled(25))],
        0);

    /// <summary>Headers that follow each other.</summary>
    public static BlockHeader[] Chain(int length)
    {
        var headers = new BlockHeader[length];
        for (var i = 0; i < length; i++)
        {
            headers[i] = HeaderOf(i, i == 0 ? default : headers[i - 1].ComputeHash());
        }

        return headers;
    }

    private static Dictionary<string, Message> Make()
    {
        var (hash, items, entries) = (HashOf(1), Many(1_000, ItemOf), Many(1_000, EntryOf));
        var header = HeaderOf(0, default);
        var locator = Many(32, HashOf);
        Message[] all =
        [
            Version, WtxIdRelayMessage.Instance, SendAddrV2Message.Instance, new SendReconciliationMessage(1, 2), VerAckMessage.Instance,
            new FeatureMessage(new WireText("feature"u8.ToArray()), Filled(32)), new PingMessage(1), new PongMessage(1), SendHeadersMessage.Instance,
            new SendCompactMessage(false, 2), new FeeFilterMessage(1_000), GetAddrMessage.Instance, new AddrMessage(entries), new AddrV2Message(entries),
            new InvMessage(items), new GetDataMessage(items), new NotFoundMessage(items), new GetHeadersMessage(70016, locator, hash),
            new GetBlocksMessage(70016, locator, hash), new HeadersMessage(Chain(2_000).ToWireArray()), new TransactionMessage(SmallTransaction(1)),
            new BlockMessage(Block), MempoolMessage.Instance,
            new CompactBlockMessage(header, 1, Many(3_000, number => new ShortTransactionId((ulong)number * 7919)), [0], TransactionList.Create([TransactionOf(0)])),
            new GetBlockTransactionsMessage(hash, Many(100, number => (ushort)(3 * number))),
            new BlockTransactionsMessage(hash, TransactionList.Create([.. Enumerable.Range(0, 100).Select(TransactionOf)])),
            new FilterLoadMessage(Filled(2_000), 10, 1, BloomUpdate.All), new FilterAddMessage(Filled(32)), FilterClearMessage.Instance,
            new MerkleBlockMessage(header, PartialMerkleTree.Create([.. Many(2_000, HashOf)], [.. Enumerable.Range(0, 2_000).Select(number => number % 500 == 0)])),
            new GetCompactFiltersMessage(default, 1, hash), new CompactFilterMessage(default, hash, Filled(20_000)),
            new GetCompactFilterHeadersMessage(default, 1, hash), new CompactFilterHeadersMessage(default, hash, hash, Many(2_000, HashOf)),
            new GetCompactFilterCheckpointsMessage(default, hash), new CompactFilterCheckpointsMessage(default, hash, Many(900, HashOf)),
            new RejectMessage(new WireText("tx"u8.ToArray()), (RejectCode)0x10, new WireText("bad-txns"u8.ToArray()), hash), new AlertMessage(Filled(100), Filled(72)),
        ];
        return all.ToDictionary(message => message.Command);
    }

    private static Dictionary<string, Message> Check(Dictionary<string, Message> messages) =>
        MessageCatalog.Default.FirstOrDefault(type => !messages.ContainsKey(type.Command)) is { } forgotten
            ? throw new InvalidOperationException($"there is no typical message for '{forgotten.Command}': add one")
            : messages;

    /// <summary>As those of a block are today: most have witnesses, few are without.</summary>
    private static Transaction TransactionOf(int number) => number % 4 == 0
        ? SmallTransaction(number)
        : Transaction.Create(
            2,
            [.. Enumerable.Range(0, 1 + (number % 3)).Select(i => new TransactionInput(new OutPoint(HashOf(number), (uint)i), Bytes.Empty, TransactionInput.FinalSequence, [Filled(72), Filled(33)]))],
            [new TransactionOutput(1_000, Filled(22)), new TransactionOutput(2_000, Filled(22))],
            0);

    private static WireArray<T> Many<T>(int count, Func<int, T> make) => Enumerable.Range(0, count).Select(make).ToWireArray();

    private static BlockHeader HeaderOf(int number, Hash256 previous) => new(1, previous, HashOf(number), 1_700_000_000, 0x207fffff, (uint)number);

    private static AddressEntry EntryOf(int number) => new(1_767_225_600, ServiceFlags.Network | ServiceFlags.Witness, EndpointOf(number));

    private static NetworkEndpoint EndpointOf(int number) => new(new NetworkAddress(NetworkKind.IPv4, [(byte)(1 + (number >> 16)), (byte)(number >> 8), (byte)number, 1]), 8333);

    private static byte[] Filled(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];
}
