using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>What the services and the wishes of either side lead to.</summary>
public sealed class ServiceTests : InVirtualTime
{
    [Theory(DisplayName = "Who asks for bloom filters that we do not offer is dropped from 70011 on (BIP 111), and so is who adds to a filter that is not there")]
    [InlineData("filterload", false, 70016, true)]
    [InlineData("filterclear", false, 70011, true)]
    [InlineData("mempool", false, 70016, true)]
    [InlineData("filterload", false, 70010, false)]
    [InlineData("filterload", true, 70016, false)]
    [InlineData("mempool", true, 70016, false)]
    [InlineData("filteradd", true, 70016, true)]
    public void Services_that_are_not_offered(string command, bool offered, int version, bool ends)
    {
        var engine = Start(offered ? "peers.services = [bloom]" : "peers.services = [network]");
        var (remote, _, listener) = Connected(engine, ScriptedPeer.Version(version: version));
        remote.Says(command switch
        {
            "filterload" => new FilterLoadMessage(new byte[] { 1 }, 10, 0, BloomUpdate.None),
            "filteradd" => new FilterAddMessage(new byte[] { 1 }),
            "filterclear" => FilterClearMessage.Instance,
            _ => MempoolMessage.Instance,
        });
        Simulation.Advance(TimeSpan.FromSeconds(1));
        DisconnectReason reason = offered
            ? new DisconnectReason.Unexpected(command, PeerPhase.Ready)
            : new DisconnectReason.ServiceNotOffered(command, ServiceFlags.Bloom);
        Assert.Equal(ends ? [reason] : [], engine.Stopped.Select(stopped => stopped.Reason));
        Assert.Equal(!ends && offered ? 1 : 0, listener.Of<PeerMessage>().Count());
    }

    [Fact(DisplayName = "That a remote wants headers, and its fee filter, are kept and delivered")]
    public void What_remotes_want_is_kept()
    {
        var engine = Start();
        var (remote, peer, listener) = Connected(engine);
        var before = engine.Stats(peer.Peer);
        Assert.Equal((false, null), (before.WantsHeaders, before.FeeFilter));
        remote.Says(SendHeadersMessage.Instance, new FeeFilterMessage(15_000));
        remote.Barrier();
        var stats = engine.Stats(peer.Peer);
        Assert.Equal((true, 15_000L), (stats.WantsHeaders, stats.FeeFilter));
        Message[] heard = [SendHeadersMessage.Instance, new FeeFilterMessage(15_000)];
        Assert.Equal(heard, listener.Of<PeerMessage>().Select(message => message.Message).Take(2));
    }

    [Theory(DisplayName = "A transaction goes with its witnesses to who offers the service, and without them to who does not (BIP 144)")]
    [InlineData(true)]
    [InlineData(false)]
    public void Witnesses_go_to_those_who_offer_them(bool offered)
    {
        var transaction = Transaction.Create(
            2, [new TransactionInput(new OutPoint(Hash(1), 0), default, 0, [new byte[] { 1, 2, 3 }])], [new TransactionOutput(5, default)], 0);
        var engine = Start();
        var version = ScriptedPeer.Version() with { Services = offered ? ServiceFlags.Witness : ServiceFlags.None };
        var (remote, peer, _) = Connected(engine, version);
        Assert.Equal(offered, peer.Remote.Features.Witness);
        peer.Peer.Tell(new Send(new TransactionMessage(transaction)), ActorRefs.NoSender);
        var heard = remote.Expects<TransactionMessage>().Transaction;
        Assert.Equal(transaction.Id, heard.Id);
        Assert.Equal(offered, heard.WitnessId != heard.Id);
    }
}
