using System.Net.Sockets;
using Akka.Actor;
using CsCheck;
using Peers.Tests.Loopback.Kit;
using Peers.Wire;
using Peers.Wire.Tests.Samples;

namespace Peers.Tests.Conformance;

/// <summary>btcd's TestPeerListeners, with every type of the catalog and each message compared with what was said.</summary>
public sealed class ListenerTests : OverTcp
{
    /// <summary>What is said before verack, and so delivered behind it.</summary>
    private static readonly string[] Negotiation = ["version", "wtxidrelay", "sendaddrv2", "sendtxrcncl", "feature", "verack"];

    private static readonly PeerOptions DeliverNegotiation = PeerOptions.Default with { DeliverNegotiation = true };

    /// <summary>The same, as messages.</summary>
    private static readonly Message[] Said =
    [
        RawRemote.Version(), WtxIdRelayMessage.Instance, SendAddrV2Message.Instance, Samples("sendtxrcncl")[0], Samples("feature")[0],
        VerAckMessage.Instance,
    ];

    private const string Offers = "peers.services = [network, witness, bloom, compact-filters]\npeers.rate-limits.addresses-per-second = 0\n";

    [Theory(DisplayName = "A listener hears every message type of the catalog as it was said, one by one")]
    [InlineData("core")]
    [InlineData("btcd")]
    public async Task Every_type_is_heard_as_it_was_said(string strictness)
    {
        await using var engine = Start("engine", $"{Offers}peers.strictness = {strictness}");
        var listener = new Listener(System);
        using var remote = await ConnectAsync(engine, listener, DeliverNegotiation);
        foreach (var message in Said)
        {
            Assert.Equal(message, (await listener.Next<PeerMessage>()).Message);
        }

        var heard = new HashSet<string>(Negotiation);
        foreach (var command in Others())
        {
            foreach (var message in Samples(command))
            {
                await remote.SayAsync(message);
                var delivered = (await listener.Next<PeerMessage>()).Message;
                Assert.Equal(MessageCatalog.Default.Find(command)!.Type, delivered.GetType());
                Assert.Equal(message, delivered);
                heard.Add(delivered.Command);
            }
        }

        Assert.Equal(MessageCatalog.Default.Select(type => type.Command).Order(StringComparer.Ordinal), heard.Order(StringComparer.Ordinal));
    }

    [Theory(DisplayName = "A sendaddrv2 behind verack ends the connection instead of being heard, and nothing is said to it")]
    [InlineData("core")]
    [InlineData("btcd")]
    public async Task Late_sendaddrv2_is_not_heard(string strictness)
    {
        await using var engine = Start("engine", $"{Offers}peers.strictness = {strictness}");
        var listener = new Listener(System);
        using var remote = await ConnectAsync(engine, listener, DeliverNegotiation);
        await remote.SayAsync(SendAddrV2Message.Instance);
        foreach (var message in Said)
        {
            Assert.Equal(message, (await listener.Next<PeerMessage>()).Message);
        }

        Assert.Equal(new DisconnectReason.Unexpected("sendaddrv2", PeerPhase.Ready), Assert.IsType<PeerStopped>(await listener.Next<object>()).Reason);
        Assert.Empty(await remote.HearToTheEndAsync());
    }

    [Fact(DisplayName = "What the handshake said is heard only where it was asked for")]
    public async Task Negotiation_is_heard_only_where_asked_for()
    {
        await using var engine = Start("engine");
        var listener = new Listener(System);
        using var remote = await ConnectAsync(engine, listener, PeerOptions.Default);
        await remote.SayAsync(SendHeadersMessage.Instance);
        Assert.True((await listener.Next<PeerReady>()).Remote.Features.AddressV2);
        Assert.Equal(SendHeadersMessage.Instance, Assert.IsType<PeerMessage>(await listener.Next<object>()).Message);
    }

    /// <summary>A remote that is dialled, says what it may before verack, and heard our verack.</summary>
    private static async Task<RawRemote> ConnectAsync(PeerEngine engine, Listener listener, PeerOptions options)
    {
        using var socket = new TcpListener(AnyPort);
        socket.Start();
        engine.Manager.Tell(new Connect(socket.LocalEndpoint, listener.Ref, Options: options), ActorRefs.NoSender);
        var remote = await RawRemote.AcceptAsync(socket);
        await remote.HearAsync<VersionMessage>();
        await remote.SayAsync(Said);
        while (await remote.HearAsync() is not VerAckMessage)
        {
        }

        return remote;
    }

    /// <summary>A filter must be loaded before anything can be added to it.</summary>
    private static IEnumerable<string> Others() =>
        MessageCatalog.Default.Select(type => type.Command).Except(["version", "wtxidrelay", "sendaddrv2", "verack"])
            .OrderBy(command => command == "filterload" ? 0 : command == "filterclear" ? 2 : 1);

    /// <summary>The same ones in each run.</summary>
    private static Message[] Samples(string command) => MessageCorpus.Of(command).Array[3].Single(_ => true, "0N0XIzNsQ0O2");
}
