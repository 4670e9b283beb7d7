using Peers.Interop.Tests.Kit;
using Peers.Wire;

namespace Peers.Interop.Tests;

public sealed class TransactionInteropTests(LitecoinNodeFixture fixture) : InteropTests(fixture)
{
    [SkippableFact(DisplayName = "A transaction is announced to each in its own words, by wtxid or by txid, and fetched by getdata")]
    public async Task A_transaction_is_announced_and_fetched()
    {
        // All at once: the node lets each of them wait for a random time.
        var modern = StartEngine();
        var old = StartEngine("protocol-version = 70015");
        var silent = StartEngine("relay-transactions = off");
        var dialled = await modern.MeetAsync(Node, Direction.Outbound);
        var accepted = await modern.MeetAsync(Node, Direction.Inbound);
        var dialledByOld = await old.MeetAsync(Node, Direction.Outbound);
        var acceptedByOld = await old.MeetAsync(Node, Direction.Inbound);
        var dialledBySilent = await silent.MeetAsync(Node, Direction.Outbound);

        var id = await Node.Rpc.TextAsync("sendtoaddress", await Node.Rpc.TextAsync("getnewaddress"), 1);
        var bytes = new Bytes(Convert.FromHexString(await Node.Rpc.TextAsync("getrawtransaction", id)));
        var expected = Transaction.Decode(bytes.Memory);
        Assert.Equal(id, expected.Id.ToString());
        Assert.True(expected.HasWitness);

        await Task.WhenAll(
            FetchAsync(dialled, InventoryVector.WitnessTransactionId(expected.WitnessId)),
            FetchAsync(accepted, InventoryVector.WitnessTransactionId(expected.WitnessId)),
            FetchAsync(dialledByOld, InventoryVector.Transaction(expected.Id)),
            FetchAsync(acceptedByOld, InventoryVector.Transaction(expected.Id)));
        Assert.DoesNotContain(await dialledBySilent.HearEverythingAsync(nonce: 1), message => message is InvMessage);

        async Task FetchAsync(Conversation conversation, InventoryVector announced)
        {
            await conversation.HearAsync<InvMessage>(inv => inv.Items.Contains(announced));

            // BIP 339 needs no flag for witnesses, BIP 144 does.
            await conversation.SayAsync(new GetDataMessage(
                [announced.Kind == InventoryKind.Transaction ? new InventoryVector(InventoryKind.WitnessTransaction, announced.Hash) : announced]));
            var transaction = (await conversation.HearAsync<TransactionMessage>()).Transaction;
            Assert.Equal(expected, transaction);
            Assert.Equal((id, expected.WitnessId), (transaction.Id.ToString(), transaction.WitnessId));
            Assert.Equal(bytes, transaction.Bytes);
        }
    }

    [SkippableTheory(DisplayName = "A transaction that we announce is asked for by the node and comes into its pool")]
    [InlineData(Direction.Outbound, "immediate")]
    [InlineData(Direction.Inbound, "immediate")]
    [InlineData(Direction.Outbound, "poisson")]
    public async Task A_transaction_of_ours_comes_into_its_pool(Direction who, string policy)
    {
        var engine = StartEngine($"trickle.policy = {policy}");
        var conversation = await engine.MeetAsync(Node, who);
        var transaction = await MakeTransactionAsync();

        var item = InventoryVector.WitnessTransactionId(transaction.WitnessId);
        conversation.Peer.Announce(item);
        var asked = await conversation.HearAsync<GetDataMessage>();
        Assert.Equal([item], asked.Items);
        await conversation.SayAsync(new TransactionMessage(transaction));

        await Patience.UntilAsync("the transaction is in the node's pool", async () =>
            (await Node.Rpc.CallAsync("getrawmempool")).EnumerateArray().Any(id => id.GetString() == transaction.Id.ToString()));
        Assert.Equal(1, (await conversation.Peer.GetStatsAsync()).Trickle.Announced);
    }

    [SkippableFact(DisplayName = "The node tells its pool to those who ask for it")]
    public async Task The_node_tells_its_pool()
    {
        var id = Hash256.Parse(await Node.Rpc.TextAsync("sendtoaddress", await Node.Rpc.TextAsync("getnewaddress"), 1));
        var engine = StartEngine("protocol-version = 70015");
        var conversation = await engine.MeetAsync(Node, Direction.Outbound);
        await conversation.SayAsync(MempoolMessage.Instance);
        await conversation.HearAsync<InvMessage>(inv => inv.Items.Contains(InventoryVector.Transaction(id)));
    }

    /// <summary>A transaction of the node's wallet that the node does not know of.</summary>
    private async Task<Transaction> MakeTransactionAsync()
    {
        // A coin of its own for each, for what is not sent is not spent either.
        var coins = (await Node.Rpc.CallAsync("listunspent", 1)).EnumerateArray();
        var coin = coins.First(candidate => _spent.Add(candidate.GetProperty("txid").GetString()!));
        var amount = coin.GetProperty("amount").GetDecimal() - 0.001m;
        var unsigned = await Node.Rpc.TextAsync(
            "createrawtransaction",
            new[] { new { txid = coin.GetProperty("txid").GetString(), vout = coin.GetProperty("vout").GetInt32() } },
            new Dictionary<string, decimal> { [await Node.Rpc.TextAsync("getnewaddress")] = amount });
        var signed = await Node.Rpc.CallAsync("signrawtransactionwithwallet", unsigned);
        Assert.True(signed.GetProperty("complete").GetBoolean());
        return Transaction.Decode(Convert.FromHexString(signed.GetProperty("hex").GetString()!));
    }

    private readonly HashSet<string> _spent = [];
}
