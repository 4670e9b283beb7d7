using System.Reflection;
using Peers.Wire;

namespace Peers.Tests.Core;

/// <summary>Misbehaviour, failure and unsuitable are kept apart, and nothing is left out.</summary>
public sealed class ConductTests
{
    private static readonly Ban SomeBan = new(Subnet.Parse("192.0.2.1"), default, default, "a test");

    private static readonly (DisconnectReason Reason, Conduct Conduct)[] Table =
    [
        (new DisconnectReason.Requested("enough"), Conduct.Fair),
        (new DisconnectReason.RemoteClosed(PeerPhase.Ready, InsideMessage: true), Conduct.Fair),
        (new DisconnectReason.RemoteClosed(PeerPhase.Handshaking, InsideMessage: false), Conduct.Failure),
        (new DisconnectReason.ConnectionReset(PeerPhase.Ready, "reset"), Conduct.Failure),
        (new DisconnectReason.ConnectFailed("no answer"), Conduct.Failure),
        (new DisconnectReason.ProxyFailed(5, "connection refused"), Conduct.Failure),
        (new DisconnectReason.ProxyFailed(0xF0, "not known"), Conduct.Failure),
        (new DisconnectReason.ProxyFailed(2, "not allowed"), Conduct.Fair),
        (new DisconnectReason.ProxyFailed(null, "it closed the connection"), Conduct.Fair),
        (new DisconnectReason.HandshakeTimedOut("version"), Conduct.Failure),
        (new DisconnectReason.HandshakeTimedOut("verack"), Conduct.Failure),
        (new DisconnectReason.HandshakeTimedOut("admission"), Conduct.Fair),
        (new DisconnectReason.Unexpected("sendaddrv2", PeerPhase.Ready), Conduct.Failure),
        (new DisconnectReason.Unexpected("filteradd", PeerPhase.Ready), Conduct.Misbehaviour),
        (new DisconnectReason.Obsolete(1, 2), Conduct.Unsuitable),
        (new DisconnectReason.MissingServices(ServiceFlags.Network), Conduct.Unsuitable),
        (new DisconnectReason.SelfConnection(), Conduct.Unsuitable),
        (new DisconnectReason.Refused("full"), Conduct.Fair),
        (new DisconnectReason.Malformed(WireError.WrongNetwork, ""), Conduct.Unsuitable),
        (new DisconnectReason.Malformed(WireError.TooMany, "") { Field = "inv.count" }, Conduct.Misbehaviour),
        (new DisconnectReason.Malformed(WireError.TooMany, "") { Field = "getheaders.locator" }, Conduct.Failure),
        (new DisconnectReason.Malformed(WireError.OversizedMessage, ""), Conduct.Failure),
        (new DisconnectReason.Idle(TimeSpan.FromMinutes(5)), Conduct.Failure),
        (new DisconnectReason.Stalled("getdata", TimeSpan.FromSeconds(30)), Conduct.Failure),
        (new DisconnectReason.ServiceNotOffered("mempool", ServiceFlags.Bloom), Conduct.Unsuitable),
        (new DisconnectReason.PingUnanswered(TimeSpan.FromMinutes(20)), Conduct.Failure),
        (new DisconnectReason.SlowReader(8), Conduct.Failure),
        (new DisconnectReason.WriteTimedOut(TimeSpan.FromMinutes(20)), Conduct.Failure),
        (new DisconnectReason.RateExceeded("ping"), Conduct.Misbehaviour),
        (new DisconnectReason.OverBudget(8, 9), Conduct.Failure),
        (new DisconnectReason.Banned(SomeBan), Conduct.Fair),
        (new DisconnectReason.Discouraged("it misbehaved"), Conduct.Fair),
        (new DisconnectReason.Evicted(9), Conduct.Fair),
        (new DisconnectReason.InternalError(new InvalidOperationException()), Conduct.Fair),
    ];

    [Fact(DisplayName = "Each reason says of the remote what the table says")]
    public void The_table() => Assert.All(Table, row => Assert.Equal(row.Conduct, row.Reason.ToConduct()));

    [Fact(DisplayName = "Every reason of the closed family is in the table")]
    public void Every_reason_is_judged() => Assert.Empty(
        typeof(DisconnectReason).GetNestedTypes(BindingFlags.Public).Where(type => type.IsSubclassOf(typeof(DisconnectReason)))
            .Except(Table.Select(row => row.Reason.GetType())).Select(type => type.Name));

    [Fact(DisplayName = "Every error of the wire is judged, and only a broken cap is misbehaviour (as in Bitcoin Core)")]
    public void Every_error_is_judged() => Assert.All(
        Enum.GetValues<WireError>(),
        error => Assert.Equal(error == WireError.TooMany, ConductTable.Of(error, "addr.count") == Conduct.Misbehaviour));
}
