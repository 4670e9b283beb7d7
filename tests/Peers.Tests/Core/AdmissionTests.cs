using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class AdmissionTests
{
    private static readonly OutboundSettings Strict =
        new(Max: 2, AllowSelfConnection: false, AllowDuplicates: false, DistinctNetgroups: false, CoolDown: TimeSpan.Zero);

    private static readonly AdmissionSettings EightEach = new(8, ExemptLocal: true);

    [Fact(DisplayName = "Outbound: a limit and no duplicates, and a place is free again when one leaves")]
    public void Outbound_is_limited()
    {
        var admission = new Admission(10, Strict, EightEach);
        Assert.Null(admission.MayConnect(Named("a:1")));
        admission.Enter(new PeerId(1), Direction.Outbound, Named("a:1"), 11);
        Assert.Equal("a:1 is connected already", admission.MayConnect(Named("a:1")));
        admission.Enter(new PeerId(2), Direction.Outbound, Named("b:1"), 12);
        Assert.Equal("peers.outbound.max = 2 is reached", admission.MayConnect(Named("c:1")));
        admission.Leave(new PeerId(1));
        Assert.Null(admission.MayConnect(Named("a:1")));
    }

    [Fact(DisplayName = "Inbound: a limit, whatever the address, and apart from outbound")]
    public void Inbound_is_limited()
    {
        var admission = new Admission(1, Strict, EightEach);
        admission.Enter(new PeerId(1), Direction.Outbound, Named("a:1"), 11);
        Assert.Null(admission.MayAccept());
        admission.Enter(new PeerId(2), Direction.Inbound, Named("a:1"), 12);
        Assert.Equal("peers.listen.max-inbound = 1 is reached", admission.MayAccept());
        admission.Leave(new PeerId(2));
        admission.Leave(new PeerId(2));
        Assert.Null(admission.MayAccept());
    }

    [Fact(DisplayName = "Our own nonce is known again while its connection lives; zero is no nonce")]
    public void Own_nonces_are_known_again()
    {
        var admission = new Admission(10, Strict, EightEach);
        admission.Enter(new PeerId(1), Direction.Outbound, Named("a:1"), 11);
        Assert.Equal(new PeerId(1), admission.Owner(11));
        Assert.Null(admission.Owner(12));
        Assert.Null(admission.Owner(0));
        admission.Leave(new PeerId(1));
        Assert.Null(admission.Owner(11));
    }

    [Fact(DisplayName = "Switches allow duplicates and self-connections")]
    public void Switches_allow_both()
    {
        var admission = new Admission(10, Strict with { Max = 10, AllowSelfConnection = true, AllowDuplicates = true }, EightEach);
        admission.Enter(new PeerId(1), Direction.Outbound, Named("a:1"), 11);
        Assert.Null(admission.MayConnect(Named("a:1")));
        Assert.Null(admission.Owner(11));
    }

    [Fact(DisplayName = "With duplicates allowed, one that leaves does not free the address of another twice over")]
    public void Duplicates_leave_one_by_one()
    {
        var admission = new Admission(10, Strict with { AllowDuplicates = true }, EightEach);
        admission.Enter(new PeerId(1), Direction.Outbound, Named("a:1"), 11);
        admission.Enter(new PeerId(2), Direction.Outbound, Named("a:1"), 12);
        Assert.NotNull(admission.MayConnect(Named("a:1")));
        admission.Leave(new PeerId(1));
        Assert.Null(admission.MayConnect(Named("a:1")));
    }

    [Fact(DisplayName = "Eight handshakes of one /24 or /64 may be unfinished; one that is done, or gone, makes room; other prefixes do not mind")]
    public void Unfinished_handshakes_are_limited()
    {
        foreach (var (address, near, far) in new[] { ("198.51.100.1", "198.51.100.77", "198.51.101.1"), ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1") })
        {
            var admission = new Admission(100, Strict, EightEach);
            for (var i = 1; i <= 8; i++)
            {
                Assert.Null(admission.MayBegin(At(address)));
                admission.Enter(new PeerId(i), Direction.Inbound, At(address), (ulong)i);
            }

            Assert.Equal(
                $"8 handshakes from {Netgroup.PrefixOf(NetworkAddress.Parse(address))} are unfinished (peers.admission.pending-per-prefix)",
                admission.MayBegin(At(near)));
            Assert.Null(admission.MayBegin(At(far)));
            admission.Ready(new PeerId(1));
            Assert.Null(admission.MayBegin(At(near)));
            admission.Ready(new PeerId(1)); // Twice is once.
            admission.Enter(new PeerId(9), Direction.Inbound, At(near), 9);
            Assert.NotNull(admission.MayBegin(At(near)));
            admission.Leave(new PeerId(2));
            admission.Leave(new PeerId(1)); // It was not unfinished any more.
            Assert.Null(admission.MayBegin(At(near)));
            admission.Enter(new PeerId(10), Direction.Inbound, At(near), 10);
            Assert.NotNull(admission.MayBegin(At(near)));
        }
    }

    [Fact(DisplayName = "Unfinished handshakes of this machine count only where that is asked for; those of nobody known, and with a limit of 0, never")]
    public void Exempt_from_the_limit()
    {
        foreach (var (settings, remote, counts) in new[]
        {
            (new AdmissionSettings(1, ExemptLocal: true), At("127.0.0.1"), false),
            (new AdmissionSettings(1, ExemptLocal: false), At("127.0.0.1"), true),
            (new AdmissionSettings(1, ExemptLocal: false), Named("somebody"), false),
            (new AdmissionSettings(1, ExemptLocal: true), At("10.0.0.1"), true),
            (new AdmissionSettings(0, ExemptLocal: false), At("10.0.0.1"), false),
        })
        {
            var admission = new Admission(100, Strict, settings);
            admission.Enter(new PeerId(1), Direction.Inbound, remote, 1);
            Assert.Equal(counts, admission.MayBegin(remote) is not null);
        }
    }

    [Fact(DisplayName = "With distinct netgroups a second dial into one is refused, but not to this machine, nor by a person")]
    public void Netgroups_can_be_distinct()
    {
        var admission = new Admission(10, Strict with { Max = 10, DistinctNetgroups = true }, EightEach);
        admission.Enter(new PeerId(1), Direction.Outbound, At("198.51.100.1"), 1);
        admission.Enter(new PeerId(2), Direction.Outbound, At("127.0.0.1"), 2);
        Assert.Equal("somebody of its netgroup is connected already (peers.outbound.distinct-netgroups)", admission.MayConnect(At("198.51.7.7")));
        Assert.Null(admission.MayConnect(At("198.52.0.1")));
        Assert.Null(admission.MayConnect(At("127.0.0.2")));
        Assert.Null(admission.MayConnect(At("198.51.7.7") with { IsManual = true }));
        admission.Leave(new PeerId(1));
        Assert.Null(admission.MayConnect(At("198.51.7.7")));

        // A name is known when it is an address.
        admission.Enter(new PeerId(3), Direction.Outbound, Named("seed.example:8333"), 3);
        Assert.Null(admission.Found(new PeerId(3), At("198.51.100.1")));
        admission.Enter(new PeerId(4), Direction.Outbound, Named("other.example:8333"), 4);
        Assert.NotNull(admission.Found(new PeerId(4), At("198.51.100.2")));
        admission.Leave(new PeerId(3));
        admission.Leave(new PeerId(4));
        Assert.Null(admission.MayConnect(At("198.51.7.7")));
    }

    private static RemoteIdentity Named(string text) => new(text, null, IsProxy: false, IsManual: false);

    private static RemoteIdentity At(string address) => new(address, NetworkAddress.Parse(address), IsProxy: false, IsManual: false);
}
