using System.Net.Sockets;
using CsCheck;
using Peers.Wire;
using Peers.Wire.Tests.Samples;

namespace Peers.Tests.Conformance;

/// <summary>btcd's TestPeerListeners, with every type of the catalog and each message compared with what was said.</summary>
public sealed class ListenerTests : OverTcp
{
    /// <summary>What is said before verack, and so delivered behind it.</summary>
    private static readonly string[] Negotiation = ["version", "wtxidrelay", "sendaddrv2", "sendtxrcncl", "feature", "verack"];

    private const string Offers = "peers.services = [network, witness, bloom, compact-filters]\n";

    [Theory(DisplayName = "Every message type of the catalog is heard as it was said, one by one")]
    [InlineData("core")]
    [InlineData("btcd")]
    public async Task Every_type_is_heard_as_it_was_said(string strictness)
    {
        var (peer, remote, said) = await ConnectAsync(strictness);
        await using var _ = peer;
        using var __ = remote;
        foreach (var message in said)
        {
            Assert.Equal(message, await peer.Messages.ReadAsync().AsTask().WaitAsync(Patience));
        }

        var heard = new HashSet<string>(Negotiation);
        foreach (var command in Others())
        {
            foreach (var message in Samples(command))
            {
                await remote.SayAsync(message);
                var delivered = await peer.Messages.ReadAsync().AsTask().WaitAsync(Patience);
                Assert.Equal(MessageCatalog.Default.Find(command)!.Type, delivered.GetType());
                Assert.Equal(message, delivered);
                heard.Add(delivered.Command);
            }
        }

        Assert.Equal(MessageCatalog.Default.Select(type => type.Command).Order(StringComparer.Ordinal), heard.Order(StringComparer.Ordinal));
        Assert.Equal(0, (await peer.GetStatsAsync()).Dropped);
    }

    [Theory(DisplayName = "A sendaddrv2 behind verack ends the connection instead of being heard, and nothing is said to it")]
    [InlineData("core")]
    [InlineData("btcd")]
    public async Task Late_sendaddrv2_is_not_heard(string strictness)
    {
        var (peer, remote, said) = await ConnectAsync(strictness);
        await using var _ = peer;
        using var __ = remote;
        await remote.SayAsync(SendAddrV2Message.Instance);
        Assert.Equal(new DisconnectReason.Unexpected("sendaddrv2", PeerPhase.Ready), await peer.WhenStopped.WaitAsync(Patience));
        Assert.Equal(said, await peer.Messages.ReadAllAsync().ToListAsync());
        Assert.Empty(await remote.HearToTheEndAsync());
    }

    [Fact(DisplayName = "What the handshake said is heard only where it was asked for")]
    public async Task Negotiation_is_heard_only_where_asked_for()
    {
        using var listener = new TcpListener(AnyPort);
        listener.Start();
        await using var engine = Start("engine");
        var connecting = engine.ConnectAsync(listener.LocalEndpoint);
        using var remote = await RawRemote.AcceptAsync(listener);
        await remote.HandshakeAsync(SendAddrV2Message.Instance);
        await using var peer = await connecting.WaitAsync(Patience);
        await remote.SayAsync(SendHeadersMessage.Instance);
        Assert.Equal(SendHeadersMessage.Instance, await peer.Messages.ReadAsync().AsTask().WaitAsync(Patience));
        Assert.True(peer.Remote.Features.AddressV2);
    }

    private async Task<(IPeer Peer, RawRemote Remote, IReadOnlyList<Message> Said)> ConnectAsync(string strictness)
    {
        using var listener = new TcpListener(AnyPort);
        listener.Start();
        var engine = Start("engine", $"{Offers}peers.strictness = {strictness}");
        var connecting = engine.ConnectAsync(listener.LocalEndpoint, PeerOptions.Default with { DeliverNegotiation = true });
        var remote = await RawRemote.AcceptAsync(listener);
        await remote.HearAsync<VersionMessage>();
        Message[] said =
        [
            RawRemote.Version(), WtxIdRelayMessage.Instance, SendAddrV2Message.Instance, Samples("sendtxrcncl")[0], Samples("feature")[0],
            VerAckMessage.Instance,
        ];
        Assert.Equal(Negotiation, said.Select(message => message.Command));
        await remote.SayAsync(said);
        while (await remote.HearAsync() is not VerAckMessage)
        {
        }

        return (await connecting.WaitAsync(Patience), remote, said);
    }

    /// <summary>A filter must be loaded before anything can be added to it.</summary>
    private static IEnumerable<string> Others() =>
        MessageCatalog.Default.Select(type => type.Command).Except(["version", "wtxidrelay", "sendaddrv2", "verack"])
            .OrderBy(command => command == "filterload" ? 0 : command == "filterclear" ? 2 : 1);

    /// <summary>The same ones in each run.</summary>
    private static Message[] Samples(string command) => MessageCorpus.Of(command).Array[3].Single(_ => true, "0N0XIzNsQ0O2");
}
