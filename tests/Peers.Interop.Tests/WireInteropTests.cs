using Peers.Interop.Tests.Kit;
using Peers.Wire;

namespace Peers.Interop.Tests;

public sealed class WireInteropTests(LitecoinNodeFixture fixture) : InteropTests(fixture)
{
    /// <summary>Matches everything: all bits of its one byte are set (BIP 37).</summary>
    private static readonly UnknownMessage FilterOfEverything = new("filterload", Bytes.FromHex("01ff010000000000000000"));

    [SkippableFact(DisplayName = "What the node says to those who dial it is read, strictly too, and written again byte for byte")]
    public async Task What_the_node_says_when_dialled()
    {
        await Node.Rpc.CallAllAsync("addpeeraddress", Enumerable.Range(1, 50).Select(index => new object[] { $"{20 + index}.1.2.3", 8333 }));
        await Node.Rpc.TextAsync("sendtoaddress", await Node.Rpc.TextAsync("getnewaddress"), 1);
        var tip = (await Node.MineAsync(1)).Single();
        var height = await Node.HeightAsync();
        var first = Hash256.Parse(await Node.Rpc.TextAsync("getblockhash", 1));

        using var session = await RawSession.DialAsync(Node);
        await session.AskAsync(new PingMessage(7), "pong");
        await session.HearAsync("sendcmpct");
        await session.AskAsync(new GetHeadersMessage([Node.Network.GenesisHash]), "headers");
        await session.AskAsync(new GetBlocksMessage(ProtocolVersion.Latest, [Node.Network.GenesisHash], Hash256.Zero), "inv");
        await session.AskAsync(new GetDataMessage([InventoryVector.WitnessBlock(tip)]), "block");
        await session.AskAsync(new GetDataMessage([InventoryVector.Transaction(Hash256.OfDouble([1]))]), "notfound");
        await session.AskAsync(new GetDataMessage([new InventoryVector(InventoryKind.CompactBlock, tip)]), "cmpctblock");
        await session.AskAsync(new GetBlockTransactionsMessage(tip, [0, 1]), "blocktxn");
        await session.SayAsync(FilterOfEverything);
        await session.AskAsync(new GetDataMessage([new InventoryVector(InventoryKind.FilteredBlock, tip)]), "merkleblock");
        await session.HearAsync("tx");
        await session.AskAsync(CompactFilters("getcfilters", height - 1, tip), "cfilter");
        await session.AskAsync(CompactFilters("getcfheaders", 1, first), "cfheaders");
        await session.AskAsync(new UnknownMessage("getcfcheckpt", Bytes.FromHex("00" + Convert.ToHexStringLower(tip.ToArray()))), "cfcheckpt");
        await session.HearAsync("feefilter");

        using var old = await RawSession.DialAsync(Node, 70015);
        await session.SayAsync(GetAddrMessage.Instance);
        await old.SayAsync(GetAddrMessage.Instance);
        await session.AskAsync(new PingMessage(8), "pong");
        await old.AskAsync(new PingMessage(8), "pong");
        await Node.Rpc.CallAsync("setmocktime", (TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(10)).ToUnixTimeSeconds());
        await session.HearAsync("addrv2");
        await old.HearAsync("addr");
        await Node.Rpc.CallAsync("setmocktime", 0);

        AssertSameAgain(session);
        AssertSameAgain(old);
        Assert.Equal(
            [
                "addrv2", "block", "blocktxn", "cfcheckpt", "cfheaders", "cfilter", "cmpctblock", "feefilter", "getheaders", "headers", "inv",
                "merkleblock", "notfound", "ping", "pong", "sendaddrv2", "sendcmpct", "sendheaders", "tx", "verack", "version", "wtxidrelay",
            ],
            session.Commands);
    }

    [SkippableFact(DisplayName = "What the node says to those whom it dials is read, strictly too, and written again byte for byte")]
    public async Task What_the_node_says_when_it_dials()
    {
        using var session = await RawSession.AcceptAsync(Node);
        await session.HearAsync("getaddr");
        await session.HearAsync("getheaders");
        await session.AskAsync(new InvMessage([InventoryVector.WitnessTransactionId(Hash256.OfDouble([1]))]), "getdata");
        await session.AskAsync(new InvMessage([InventoryVector.Block(Hash256.OfDouble([2]))]), "getheaders");
        AssertSameAgain(session);
    }

    private static void AssertSameAgain(RawSession session) =>
        Assert.True(session.Differences.Count == 0, string.Join(Environment.NewLine, session.Differences));

    /// <summary>Asks for basic filters (BIP 157).</summary>
    private static UnknownMessage CompactFilters(string command, int from, Hash256 to) =>
        new(command, Bytes.FromHex($"00{Convert.ToHexStringLower(BitConverter.GetBytes(from))}{Convert.ToHexStringLower(to.ToArray())}"));
}
