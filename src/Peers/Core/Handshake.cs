using System.Collections.Immutable;
using Peers.Wire;

namespace Peers;

/// <summary>What a handshake hears.</summary>
internal abstract record HandshakeInput
{
    /// <summary>The socket is open.</summary>
    public sealed record Started : HandshakeInput;

    /// <summary>The remote said something.</summary>
    public sealed record Heard(Message Message) : HandshakeInput;

    /// <summary>The manager lets the remote stay.</summary>
    public sealed record Admitted : HandshakeInput;

    /// <summary>The manager does not.</summary>
    public sealed record Refused(DisconnectReason Reason) : HandshakeInput;

    /// <summary>The time is over.</summary>
    public sealed record DeadlinePassed : HandshakeInput;
}

/// <summary>Where a handshake stands. Each state holds what it knows and no more.</summary>
internal abstract record HandshakeState
{
    public sealed record AwaitingVersion : HandshakeState;

    /// <summary>Version heard, the manager asked. What shares a segment with the version may come before its answer.</summary>
    public sealed record AwaitingAdmission(VersionMessage Remote, Offers Offers, bool VerAckHeard) : HandshakeState;

    public sealed record AwaitingVerAck(VersionMessage Remote, Offers Offers) : HandshakeState;

    public sealed record Done(VersionMessage Remote, PeerFeatures Features) : HandshakeState;

    public sealed record Failed(DisconnectReason Reason) : HandshakeState;
}

/// <summary>What the remote offered between its version and its verack.</summary>
internal readonly record struct Offers(bool AddressV2, bool WtxIdRelay);

/// <summary>Our side of a handshake.</summary>
/// <param name="Direction">Who opened the connection.</param>
/// <param name="Version">Our version.</param>
/// <param name="MinimumVersion">The least that we accept.</param>
/// <param name="RequiredServices">What a remote that we dialled must offer.</param>
/// <param name="WtxIdRelay">Whether we ask for announcements by wtxid.</param>
/// <param name="AddressV2">Whether we ask for addresses in the form of BIP 155.</param>
/// <param name="EarlyMessagesIgnored">Whether messages that come too early are ignored, or end the connection.</param>
internal sealed record LocalSide(
    Direction Direction, VersionMessage Version, int MinimumVersion, ServiceFlags RequiredServices, bool WtxIdRelay, bool AddressV2,
    bool EarlyMessagesIgnored);

/// <summary>The handshake as a table: state and input give the next state and what is said. Its rows are the specification.</summary>
internal static class Handshake
{
    private static readonly ImmutableArray<Message> Nothing = [];

    public static (HandshakeState Next, ImmutableArray<Message> Say) On(HandshakeState state, HandshakeInput input, LocalSide us) =>
        (state, input) switch
        {
            (HandshakeState.AwaitingVersion, HandshakeInput.Started) => (state, us.Direction == Direction.Outbound ? [us.Version] : Nothing),
            (HandshakeState.AwaitingVersion, HandshakeInput.Heard { Message: VersionMessage remote }) => OnVersion(remote, us),
            (HandshakeState.AwaitingVersion, HandshakeInput.Heard early) => OnEarly(state, early.Message, us),

            (HandshakeState.AwaitingAdmission s, HandshakeInput.Admitted) when s.VerAckHeard => (Agree(s.Remote, s.Offers, us), us.ReplyTo(s.Remote)),
            (HandshakeState.AwaitingAdmission s, HandshakeInput.Admitted) => (new HandshakeState.AwaitingVerAck(s.Remote, s.Offers), us.ReplyTo(s.Remote)),
            (not (HandshakeState.Done or HandshakeState.Failed), HandshakeInput.Refused refused) => Fail(refused.Reason),
            (HandshakeState.AwaitingAdmission s, HandshakeInput.Heard { Message: VerAckMessage }) => (s with { VerAckHeard = true }, Nothing),
            (HandshakeState.AwaitingAdmission s, HandshakeInput.Heard { Message: SendAddrV2Message or WtxIdRelayMessage } offer) =>
                (s with { Offers = s.Offers.And(offer.Message) }, Nothing),
            (HandshakeState.AwaitingAdmission, HandshakeInput.Heard early) => OnEarly(state, early.Message, us),

            (HandshakeState.AwaitingVerAck s, HandshakeInput.Heard { Message: VerAckMessage }) => (Agree(s.Remote, s.Offers, us), Nothing),
            (HandshakeState.AwaitingVerAck s, HandshakeInput.Heard { Message: SendAddrV2Message or WtxIdRelayMessage } offer) =>
                (s with { Offers = s.Offers.And(offer.Message) }, Nothing),
            (HandshakeState.AwaitingVerAck, HandshakeInput.Heard early) => OnEarly(state, early.Message, us),

            (HandshakeState.AwaitingVersion, HandshakeInput.DeadlinePassed) => Fail(new DisconnectReason.HandshakeTimedOut("version")),
            (HandshakeState.AwaitingAdmission, HandshakeInput.DeadlinePassed) => Fail(new DisconnectReason.HandshakeTimedOut("admission")),
            (HandshakeState.AwaitingVerAck, HandshakeInput.DeadlinePassed) => Fail(new DisconnectReason.HandshakeTimedOut("verack")),

            _ => (state, Nothing),
        };

    private static (HandshakeState, ImmutableArray<Message>) OnVersion(VersionMessage remote, LocalSide us)
    {
        // The version is signed: a negative one is low, not high (btcd takes it for the highest).
        if (remote.Version < us.MinimumVersion)
        {
            return Fail(new DisconnectReason.Obsolete(remote.Version, us.MinimumVersion));
        }

        var missing = us.RequiredServices & ~remote.Services;
        return us.Direction == Direction.Outbound && missing != ServiceFlags.None
            ? Fail(new DisconnectReason.MissingServices(missing))
            : (new HandshakeState.AwaitingAdmission(remote, default, VerAckHeard: false), Nothing);
    }

    /// <summary>Unknown messages are how the protocol grows: no policy minds them. The rest is Bitcoin Core's or btcd's way.</summary>
    private static (HandshakeState, ImmutableArray<Message>) OnEarly(HandshakeState state, Message message, LocalSide us) =>
        us.EarlyMessagesIgnored || (IsUnknownToBtcd(message) && state is not HandshakeState.AwaitingVersion)
            ? (state, Nothing)
            : Fail(new DisconnectReason.Unexpected(message.Command, PeerPhase.Handshaking));

    /// <summary>What has its place before verack (BIP 330, BIP 434) among them: btcd's policy ends no connection for it.</summary>
    private static bool IsUnknownToBtcd(Message message) => message is
        UnknownMessage or FeatureMessage or SendReconciliationMessage or SendCompactMessage or CompactBlockMessage or
        GetBlockTransactionsMessage or BlockTransactionsMessage or AlertMessage;

    private static HandshakeState.Done Agree(VersionMessage remote, Offers offers, LocalSide us)
    {
        var version = Math.Min(remote.Version, us.Version.Version);
        var modern = version >= ProtocolVersion.AddressV2;
        return new HandshakeState.Done(remote, new PeerFeatures(
            version, remote.Services.HasFlag(ServiceFlags.Witness), modern && offers.AddressV2, modern && offers.WtxIdRelay && us.WtxIdRelay, remote.Relay));
    }

    private static (HandshakeState, ImmutableArray<Message>) Fail(DisconnectReason reason) => (new HandshakeState.Failed(reason), Nothing);

    private static Offers And(this Offers offers, Message offer) =>
        offer is SendAddrV2Message ? offers with { AddressV2 = true } : offers with { WtxIdRelay = true };

    /// <summary>Both offers must stand before the verack (BIP 155, BIP 339).</summary>
    private static ImmutableArray<Message> ReplyTo(this LocalSide us, VersionMessage remote)
    {
        var modern = Math.Min(remote.Version, us.Version.Version) >= ProtocolVersion.AddressV2;
        List<Message> say = [];
        if (us.Direction == Direction.Inbound)
        {
            say.Add(us.Version);
        }

        if (modern && us.WtxIdRelay)
        {
            say.Add(WtxIdRelayMessage.Instance);
        }

        if (modern && us.AddressV2)
        {
            say.Add(SendAddrV2Message.Instance);
        }

        return [.. say, VerAckMessage.Instance];
    }
}
