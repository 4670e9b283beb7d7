namespace Peers.Tests.Core;

public sealed class AdmissionTests
{
    private static readonly OutboundSettings Strict = new(Max: 2, AllowSelfConnection: false, AllowDuplicates: false);

    [Fact(DisplayName = "Outbound: a limit and no duplicates, and a place is free again when one leaves")]
    public void Outbound_is_limited()
    {
        var admission = new Admission(10, Strict);
        Assert.Null(admission.MayConnect("a:1"));
        admission.Enter(new PeerId(1), Direction.Outbound, "a:1", 11);
        Assert.Equal("a:1 is connected already", admission.MayConnect("a:1"));
        admission.Enter(new PeerId(2), Direction.Outbound, "b:1", 12);
        Assert.Equal("peers.outbound.max = 2 is reached", admission.MayConnect("c:1"));
        admission.Leave(new PeerId(1));
        Assert.Null(admission.MayConnect("a:1"));
    }

    [Fact(DisplayName = "Inbound: a limit, whatever the address, and apart from outbound")]
    public void Inbound_is_limited()
    {
        var admission = new Admission(1, Strict);
        admission.Enter(new PeerId(1), Direction.Outbound, "a:1", 11);
        Assert.Null(admission.MayAccept());
        admission.Enter(new PeerId(2), Direction.Inbound, "a:1", 12);
        Assert.Equal("peers.listen.max-inbound = 1 is reached", admission.MayAccept());
        admission.Leave(new PeerId(2));
        admission.Leave(new PeerId(2));
        Assert.Null(admission.MayAccept());
    }

    [Fact(DisplayName = "Our own nonce is known again while its connection lives; zero is no nonce")]
    public void Own_nonces_are_known_again()
    {
        var admission = new Admission(10, Strict);
        admission.Enter(new PeerId(1), Direction.Outbound, "a:1", 11);
        Assert.Equal(new PeerId(1), admission.Owner(11));
        Assert.Null(admission.Owner(12));
        Assert.Null(admission.Owner(0));
        admission.Leave(new PeerId(1));
        Assert.Null(admission.Owner(11));
    }

    [Fact(DisplayName = "Switches allow duplicates and self-connections")]
    public void Switches_allow_both()
    {
        var admission = new Admission(10, new OutboundSettings(10, AllowSelfConnection: true, AllowDuplicates: true));
        admission.Enter(new PeerId(1), Direction.Outbound, "a:1", 11);
        Assert.Null(admission.MayConnect("a:1"));
        Assert.Null(admission.Owner(11));
    }

    [Fact(DisplayName = "With duplicates allowed, one that leaves does not free the address of another twice over")]
    public void Duplicates_leave_one_by_one()
    {
        var admission = new Admission(10, new OutboundSettings(2, AllowSelfConnection: false, AllowDuplicates: true));
        admission.Enter(new PeerId(1), Direction.Outbound, "a:1", 11);
        admission.Enter(new PeerId(2), Direction.Outbound, "a:1", 12);
        Assert.NotNull(admission.MayConnect("a:1"));
        admission.Leave(new PeerId(1));
        Assert.Null(admission.MayConnect("a:1"));
    }
}
