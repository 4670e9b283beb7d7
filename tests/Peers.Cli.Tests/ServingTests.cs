using System.Net;
using System.Text.Json.Nodes;
using Akka.Actor;
using Akka.Configuration;
using Peers.Wire;

namespace Peers.Cli.Tests;

/// <summary>What a listener answers, asked by an engine.</summary>
public class ServingTests
{
    /// <summary>No announcements of its own between the answers.</summary>
    private const string Quiet = "peers.trickle.enabled = off";

    private static readonly DemoChain Chain = DemoChain.Make(110);

    [Fact(DisplayName = "getblocks is answered by an inv of the blocks after the locator")]
    public Task Getblocks_is_answered_by_inv() => AskAsync(Quiet, async peer =>
    {
        peer.Send(new GetBlocksMessage([Chain.Blocks[100].Hash]));

        Assert.Equal(Chain.Blocks.Skip(101).Select(block => InventoryVector.Block(block.Hash)), (await HearAsync<InvMessage>(peer)).Items);
    });

    [Fact(DisplayName = "getdata is answered with witnesses or without as it asks, and by notfound for what is not there")]
    public Task Getdata_is_answered() => AskAsync(Quiet, async peer =>
    {
        var block = Chain.Blocks.Last(block => block.Transactions.Any(transaction => transaction.HasWitness));
        var unknown = InventoryVector.Transaction(block.Hash);
        peer.Send(new GetDataMessage([InventoryVector.WitnessBlock(block.Hash), unknown, InventoryVector.Block(block.Hash)]));

        Assert.Equal(block, (await HearAsync<BlockMessage>(peer)).Block);
        Assert.Equal(block.WithoutWitness(), (await HearAsync<BlockMessage>(peer)).Block);
        Assert.Equal([unknown], (await HearAsync<NotFoundMessage>(peer)).Items);
    });

    [Fact(DisplayName = "getdata of many unknown items is answered by notfound of 1,000 each, all of them named once")]
    public Task Getdata_of_many_unknown() => AskAsync(Quiet, async peer =>
    {
        var unknown = Enumerable.Range(0, 2_500).Select(i => InventoryVector.Transaction(Hash256.OfDouble(BitConverter.GetBytes(i)))).ToList();
        peer.Send(new GetDataMessage([.. unknown]));

        foreach (var part in unknown.Chunk(1_000))
        {
            Assert.Equal(part, (await HearAsync<NotFoundMessage>(peer)).Items);
        }
    });

    [Fact(DisplayName = "getaddr is answered once, in the form that the asker wants")]
    public Task Getaddr_is_answered_once() => AskAsync(Quiet, async peer =>
    {
        peer.Send(GetAddrMessage.Instance);
        peer.Send(GetAddrMessage.Instance);
        peer.Send(new GetHeadersMessage([Chain.Blocks[109].Hash]));

        Assert.Equal(NetworkEndpoint.From(peer.Remote.Endpoint), Assert.Single((await HearAsync<AddrV2Message>(peer)).Addresses).Endpoint);
        Assert.Equal([Chain.Blocks[110].Header], Assert.IsType<HeadersMessage>(await peer.Messages.ReadAsync()).Headers);
    });

    [Fact(DisplayName = "mempool is answered where the listener offers bloom (BIP 111)")]
    public Task Mempool_is_answered_where_bloom_is_offered() => AskAsync("peers { services = [network, witness, bloom], trickle.enabled = off }", async peer =>
    {
        peer.Send(MempoolMessage.Instance);
        var items = (await HearAsync<InvMessage>(peer)).Items;
        peer.Send(new GetDataMessage(items));

        Assert.Equal(20, items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            Assert.Equal(items[i].Hash, (await HearAsync<TransactionMessage>(peer)).Transaction.WitnessId);
        }
    });

    [Fact(DisplayName = "Who asks for mempool where the listener does not offer it is dropped")]
    public Task Mempool_is_not_answered_without_bloom() => AskAsync(Quiet, async peer =>
    {
        peer.Send(MempoolMessage.Instance);

        await peer.WhenStopped;
        Assert.DoesNotContain("inv", (await peer.GetStatsAsync()).Received.Keys);
    });

    private static async Task AskAsync(string settings, Func<IPeer, Task> ask)
    {
        using var folder = new TemporaryFolder();
        using var listen = CommandRun.Start("listen", ":0", "--demo-blocks", "110", "--json", "--config", folder.Write("listen.conf", settings));
        var endpoint = IPEndPoint.Parse((string)JsonNode.Parse(await listen.LineWithAsync("listening"))!["endpoint"]!);
        using var system = ActorSystem.Create("asker", ConfigurationFactory.ParseString("peers { network = regtest, services = [witness] }").WithFallback(PeerEngine.DefaultConfig));
        await using (var engine = PeerEngine.Start(system))
        {
            await ask(await engine.ConnectAsync(endpoint));
        }

        Assert.Equal(0, await listen.StopAsync());
        Assert.Empty(listen.ErrorLines);
    }

    /// <summary>The next message of that type; announcements come when they like.</summary>
    private static async Task<T> HearAsync<T>(IPeer peer)
        where T : Message
    {
        while (true)
        {
            switch (await peer.Messages.ReadAsync())
            {
                case T heard:
                    return heard;
                case InvMessage or PongMessage:
                    break;
                case var other:
                    throw new InvalidOperationException($"{other.Command} instead of {typeof(T).Name}");
            }
        }
    }
}
