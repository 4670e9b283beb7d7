using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class HandshakeTests
{
    private static readonly HandshakeInput.Started Started = new();
    private static readonly HandshakeInput.Admitted Admitted = new();
    private static readonly HandshakeInput.DeadlinePassed Deadline = new();

    [Fact(DisplayName = "We speak first when we dialled")]
    public void Outbound_says_its_version()
    {
        var us = Us(Direction.Outbound);
        var (next, say) = Handshake.On(new HandshakeState.AwaitingVersion(), Started, us);
        Assert.IsType<HandshakeState.AwaitingVersion>(next);
        Assert.Same(us.Version, Assert.Single(say));
    }

    [Fact(DisplayName = "We wait for the remote's version when it dialled")]
    public void Inbound_says_nothing_first() => Assert.Empty(Handshake.On(new HandshakeState.AwaitingVersion(), Started, Us(Direction.Inbound)).Say);

    [Fact(DisplayName = "An outbound handshake: version, offers before verack, verack, done")]
    public void Outbound_runs_through()
    {
        var us = Us(Direction.Outbound);
        var (state, said) = Run(us, Started, Heard(Version()), Admitted, Heard(WtxIdRelayMessage.Instance), Heard(SendAddrV2Message.Instance), Heard(VerAckMessage.Instance));
        Assert.Equal(new HandshakeState.Done(Version(), new PeerFeatures(70016, true, true, true, true)), state);
        Assert.Equal(["version", "wtxidrelay", "sendaddrv2", "verack"], said);
    }

    [Fact(DisplayName = "An inbound handshake: our version comes after the remote's, offers before our verack")]
    public void Inbound_runs_through()
    {
        var (state, said) = Run(Us(Direction.Inbound), Started, Heard(Version()), Admitted, Heard(VerAckMessage.Instance));
        Assert.Equal(new HandshakeState.Done(Version(), new PeerFeatures(70016, true, false, false, true)), state);
        Assert.Equal(["version", "wtxidrelay", "sendaddrv2", "verack"], said);
    }

    [Fact(DisplayName = "What shares a segment with the version may come before the manager's answer")]
    public void Verack_before_admission_counts()
    {
        var (state, said) = Run(
            Us(Direction.Inbound), Started, Heard(Version()), Heard(SendAddrV2Message.Instance), Heard(WtxIdRelayMessage.Instance), Heard(VerAckMessage.Instance), Admitted);
        Assert.Equal(new HandshakeState.Done(Version(), new PeerFeatures(70016, true, true, true, true)), state);
        Assert.Equal(["version", "wtxidrelay", "sendaddrv2", "verack"], said);
    }

    [Theory(DisplayName = "The lower version is spoken, and features below their version are not offered")]
    [InlineData(70015, 70015, false)]
    [InlineData(70016, 70016, true)]
    [InlineData(80000, 70016, true)]
    [InlineData(int.MaxValue, 70016, true)]
    [InlineData(209, 209, false)]
    public void Lower_version_is_spoken(int remote, int spoken, bool modern)
    {
        var (state, said) = Run(
            Us(Direction.Inbound), Heard(Version(remote)), Admitted, Heard(SendAddrV2Message.Instance), Heard(WtxIdRelayMessage.Instance), Heard(VerAckMessage.Instance));
        var features = Assert.IsType<HandshakeState.Done>(state).Features;
        Assert.Equal(spoken, features.ProtocolVersion);
        Assert.Equal(modern, features.AddressV2);
        Assert.Equal(modern, features.WtxIdRelay);
        Assert.Equal(modern, said.Contains("sendaddrv2"));
        Assert.Equal(modern, said.Contains("wtxidrelay"));
    }

    [Theory(DisplayName = "A version below the minimum is obsolete, a negative one too")]
    [InlineData(208)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Obsolete_versions_are_refused(int version)
    {
        var (state, said) = Run(Us(Direction.Inbound), Heard(Version(version)));
        Assert.Equal(new HandshakeState.Failed(new DisconnectReason.Obsolete(version, 209)), state);
        Assert.Empty(said);
    }

    [Fact(DisplayName = "What a dialled remote must offer is not asked of one that dialled us")]
    public void Required_services_bind_outbound_only()
    {
        var version = Version() with { Services = ServiceFlags.Network };
        var (outbound, _) = Run(Us(Direction.Outbound, required: ServiceFlags.Network | ServiceFlags.Witness), Heard(version));
        Assert.Equal(new HandshakeState.Failed(new DisconnectReason.MissingServices(ServiceFlags.Witness)), outbound);
        var (inbound, _) = Run(Us(Direction.Inbound, required: ServiceFlags.Network | ServiceFlags.Witness), Heard(version));
        Assert.IsType<HandshakeState.AwaitingAdmission>(inbound);
    }

    [Fact(DisplayName = "Our own wish decides whether wtxid relay is settled")]
    public void Wtxid_relay_needs_both()
    {
        var us = Us(Direction.Inbound) with { WtxIdRelay = false, AddressV2 = false };
        var (state, said) = Run(us, Heard(Version()), Admitted, Heard(SendAddrV2Message.Instance), Heard(WtxIdRelayMessage.Instance), Heard(VerAckMessage.Instance));
        Assert.Equal(["version", "verack"], said);
        var features = Assert.IsType<HandshakeState.Done>(state).Features;
        Assert.False(features.WtxIdRelay);
        Assert.True(features.AddressV2); // It says how the remote wants addresses, whatever we want.
    }

    [Theory(DisplayName = "Every state fails by the deadline, and says what was missing")]
    [InlineData(nameof(HandshakeState.AwaitingVersion), "version")]
    [InlineData(nameof(HandshakeState.AwaitingAdmission), "admission")]
    [InlineData(nameof(HandshakeState.AwaitingVerAck), "verack")]
    public void Deadline_ends_every_unfinished_state(string name, string missing)
    {
        var (next, _) = Handshake.On(StateNamed(name), Deadline, Us(Direction.Inbound));
        var reason = Assert.IsType<DisconnectReason.HandshakeTimedOut>(Assert.IsType<HandshakeState.Failed>(next).Reason);
        Assert.Equal(missing, reason.Awaiting);
    }

    [Theory(DisplayName = "A refusal ends every unfinished state")]
    [MemberData(nameof(Unfinished))]
    public void Refusal_ends_every_unfinished_state(string name)
    {
        var reason = new DisconnectReason.SelfConnection();
        var (next, _) = Handshake.On(StateNamed(name), new HandshakeInput.Refused(reason), Us(Direction.Inbound));
        Assert.Equal(new HandshakeState.Failed(reason), next);
    }

    [Theory(DisplayName = "Nothing moves a finished state")]
    [MemberData(nameof(Finished))]
    public void Finished_states_stay(string name)
    {
        var state = StateNamed(name);
        HandshakeInput[] inputs = [Started, Admitted, Deadline, new HandshakeInput.Refused(new DisconnectReason.SelfConnection()), Heard(Version()), Heard(new PingMessage(1))];
        foreach (var input in inputs)
        {
            var (next, say) = Handshake.On(state, input, Us(Direction.Outbound) with { EarlyMessagesIgnored = false });
            Assert.Same(state, next);
            Assert.Empty(say);
        }
    }

    [Theory(DisplayName = "Early messages: Bitcoin Core ignores them, btcd ends the connection, what it does not know passes both after the version")]
    [MemberData(nameof(Unfinished))]
    public void Early_messages_follow_the_policy(string name)
    {
        var state = StateNamed(name);
        Message[] early =
        [
            new PingMessage(1), GetAddrMessage.Instance, new HeadersMessage([]), new UnknownMessage("novel", default),
            new FeatureMessage("feature-name", default), new SendReconciliationMessage(1, 1), new SendCompactMessage(false, 2),
        ];
        foreach (var message in early)
        {
            Assert.Same(state, Handshake.On(state, Heard(message), Us(Direction.Inbound)).Next);
            var strict = Handshake.On(state, Heard(message), Us(Direction.Inbound) with { EarlyMessagesIgnored = false }).Next;
            if (message is UnknownMessage or FeatureMessage or SendReconciliationMessage or SendCompactMessage && state is not HandshakeState.AwaitingVersion)
            {
                Assert.Same(state, strict);
            }
            else
            {
                Assert.Equal(new HandshakeState.Failed(new DisconnectReason.Unexpected(message.Command, PeerPhase.Handshaking)), strict);
            }
        }
    }

    [Fact(DisplayName = "A second version during the handshake is ignored, and btcd's policy ends the connection")]
    public void Second_version_follows_the_policy()
    {
        var state = StateNamed(nameof(HandshakeState.AwaitingVerAck));
        Assert.Same(state, Handshake.On(state, Heard(Version()), Us(Direction.Inbound)).Next);
        Assert.IsType<HandshakeState.Failed>(Handshake.On(state, Heard(Version()), Us(Direction.Inbound) with { EarlyMessagesIgnored = false }).Next);
    }

    public static TheoryData<string> Unfinished =>
        [nameof(HandshakeState.AwaitingVersion), nameof(HandshakeState.AwaitingAdmission), nameof(HandshakeState.AwaitingVerAck)];

    public static TheoryData<string> Finished => [nameof(HandshakeState.Done), nameof(HandshakeState.Failed)];

    private static HandshakeState StateNamed(string name) => name switch
    {
        nameof(HandshakeState.AwaitingVersion) => new HandshakeState.AwaitingVersion(),
        nameof(HandshakeState.AwaitingAdmission) => new HandshakeState.AwaitingAdmission(Version(), default, false),
        nameof(HandshakeState.AwaitingVerAck) => new HandshakeState.AwaitingVerAck(Version(), default),
        nameof(HandshakeState.Done) => new HandshakeState.Done(Version(), new PeerFeatures(70016, true, true, true, true)),
        _ => new HandshakeState.Failed(new DisconnectReason.SelfConnection()),
    };

    private static (HandshakeState State, List<string> Said) Run(LocalSide us, params HandshakeInput[] inputs)
    {
        HandshakeState state = new HandshakeState.AwaitingVersion();
        List<string> said = [];
        foreach (var input in inputs)
        {
            (state, var say) = Handshake.On(state, input, us);
            said.AddRange(say.Select(message => message.Command));
        }

        return (state, said);
    }

    private static HandshakeInput.Heard Heard(Message message) => new(message);

    private static VersionMessage Version(int version = 70016) => new(
        version, ServiceFlags.Network | ServiceFlags.Witness, 1_700_000_000, new VersionAddress(default, default), null, 7, "/remote:1/", 5, true);

    private static LocalSide Us(Direction direction, ServiceFlags required = ServiceFlags.None) => new(
        direction, Version() with { UserAgent = "/us:1/", Nonce = 9 }, 209, required, WtxIdRelay: true, AddressV2: true, EarlyMessagesIgnored: true);
}
