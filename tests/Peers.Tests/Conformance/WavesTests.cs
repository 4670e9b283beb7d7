using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>btcd's integration tests of peers that come and go in waves, and of ends that race with handshakes.</summary>
public sealed class WavesTests : InVirtualTime
{
    [Fact(DisplayName = "Waves of 300 peers that shake hands and go, and 50 that go before verack: each ends once, and a healthy one is served as ever")]
    public void Waves_leave_nothing_behind()
    {
        var engine = Start("peers { listen.max-inbound = 100, admission.pending-per-prefix = 0 }");
        var at = engine.Listen();
        var healthy = Dialling(engine);
        healthy.Handshakes();
        for (var wave = 0; wave < 6; wave++)
        {
            Wave(at, wave, 50, handshake: true);
        }

        Wave(at, 6, 50, handshake: false);
        Simulation.Until(() => engine.Stopped.Count() == 350, TimeSpan.FromSeconds(30));
        Assert.Equal(350, engine.Stopped.Select(stopped => stopped.Id).Distinct().Count());
        Assert.All(engine.Stopped, stopped => Assert.IsType<DisconnectReason.RemoteClosed>(stopped.Reason));
        Assert.Equal(301, engine.Events.Of<PeerReady>().Count());
        var list = Simulation.Recorder();
        engine.Manager.Tell(new GetPeers(list.Ref), ActorRefs.NoSender);
        var peer = Assert.Single(list.Expect<PeerList>().Peers);

        var headers = new HeadersMessage([new BlockHeader(1, Hash(1), default, 0, 0, 0)]);
        var asker = Simulation.Recorder();
        peer.Peer.Tell(new Request(new GetHeadersMessage([Hash(1)]), asker.Ref), ActorRefs.NoSender);
        healthy.Expects<GetHeadersMessage>();
        healthy.Says(headers);
        healthy.Barrier();
        Assert.Equal(headers, Assert.Single(Assert.Single(asker.Of<RequestResult.Answered>()).Messages));

        // A place that was taken is free again.
        var last = Enumerable.Range(0, 99).Select(number => Dialling(engine, $"10.0.9.{number + 1}")).ToList();
        last.ForEach(remote => remote.Handshakes());
        Assert.Equal(350, engine.Stopped.Count());
    }

    [Theory(DisplayName = "A verack with the end of the connection right behind it: one end, and it is told behind everything else")]
    [InlineData(false)]
    [InlineData(true)]
    public void Verack_and_end_at_once(bool reset)
    {
        var engine = Start();
        engine.Listen();
        for (var i = 1; i <= 20; i++)
        {
            var remote = Dialling(engine, $"10.0.1.{i}");
            remote.Says(ScriptedPeer.Version());
            Simulation.Until(() => remote.Heard.OfType<VerAckMessage>().Any(), TimeSpan.FromSeconds(5));
            remote.Says(VerAckMessage.Instance);
            if (reset)
            {
                Simulation.Advance(TimeSpan.FromMilliseconds(i));
                remote.Stream.Reset();
            }
            else
            {
                remote.Stream.Close();
            }
        }

        Simulation.Until(() => engine.Stopped.Count() == 20, TimeSpan.FromSeconds(10));
        Simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(20, engine.Stopped.Count());
        foreach (var events in engine.Events.Of<PeerEvent>().Where(happened => IdOf(happened) is not null).GroupBy(IdOf))
        {
            Assert.IsType<PeerConnecting>(events.First());
            Assert.IsType<PeerStopped>(events.Last());
            Assert.True(events.OfType<PeerReady>().Count() <= 1);
        }
    }

    private void Wave(IPEndPoint at, int wave, int count, bool handshake)
    {
        List<ScriptedPeer> remotes = [.. Enumerable.Range(0, count).Select(number => ScriptedPeer.Dial(Simulation, IPAddress.Parse($"10.1.{wave}.{number + 1}"), at))];
        foreach (var remote in remotes)
        {
            if (handshake)
            {
                remote.Handshakes();
            }
            else
            {
                remote.Says(ScriptedPeer.Version());
                Simulation.Until(() => remote.Heard.OfType<VerAckMessage>().Any(), TimeSpan.FromSeconds(5));
            }
        }

        remotes.ForEach(remote => remote.Stream.Close());
        Simulation.Advance(TimeSpan.FromSeconds(1));
        remotes.ForEach(remote => remote.Dispose());
    }

    private static PeerId? IdOf(PeerEvent happened) => happened switch
    {
        PeerConnecting connecting => connecting.Id,
        PeerOpened opened => opened.Id,
        VersionHeard heard => heard.Id,
        PeerReady ready => ready.Id,
        PeerStopped stopped => stopped.Id,
        _ => null,
    };
}
