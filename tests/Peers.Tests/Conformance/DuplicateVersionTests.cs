using Peers.TestKit;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>btcd's TestDuplicateVersionMsg, next to Bitcoin Core's way.</summary>
public sealed class DuplicateVersionTests : InVirtualTime
{
    [Theory(DisplayName = "A second version of nothing but zeros: btcd's policy ends within a second, Bitcoin Core's takes no notice; who sent it is told that it went out")]
    [InlineData("btcd")]
    [InlineData("core")]
    public void Second_version_of_zeros(string strictness)
    {
        var heard = Start($"peers.strictness = {strictness}", "10.0.0.1");
        var sending = Start(host: "10.0.0.2");
        var (peer, _) = sending.Connect(heard.Listen());
        Simulation.Until(() => heard.Events.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        var receipts = Simulation.Recorder();
        var zeros = new VersionMessage(
            0, ServiceFlags.None, 0, new VersionAddress(ServiceFlags.None, default), new VersionAddress(ServiceFlags.None, default), 0, WireText.Empty, 0, false);
        peer.Peer.Tell(new Send(zeros, receipts.Ref), Akka.Actor.ActorRefs.NoSender);
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new SendResult.Sent(zeros), Assert.Single(receipts.Messages));
        DisconnectReason[] reasons = strictness == "btcd" ? [new DisconnectReason.Unexpected("version", PeerPhase.Ready)] : [];
        Assert.Equal(reasons, heard.Stopped.Select(stopped => stopped.Reason));
        if (strictness == "core")
        {
            peer.Peer.Tell(PingNow.Instance, Akka.Actor.ActorRefs.NoSender);
            Simulation.Until(() => sending.Events.Of<PingMeasured>().Any(), TimeSpan.FromSeconds(5)); // Both still talk.
        }
    }
}
