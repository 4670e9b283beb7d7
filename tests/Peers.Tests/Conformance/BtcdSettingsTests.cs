using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>btcd's constants: those that are defaults here, and those that <c>hocon/examples/btcd.conf</c> sets.</summary>
public sealed class BtcdSettingsTests
{
    private static readonly PeerSettings Defaults = PeerSettings.From(PeerEngine.DefaultConfig);

    [Fact(DisplayName = "The example has every constant of btcd's that is a setting here")]
    public void The_example_has_btcds_constants()
    {
        var btcd = BtcdSettings.Alone;
        Assert.Same(StrictnessPolicy.Btcd, btcd.Strictness);
        Assert.Equal((70016, 209), (btcd.ProtocolVersion, btcd.MinimumProtocolVersion));
        Assert.Equal("/btcwire:0.5.0/peer:1.0/", btcd.UserAgent);
        Assert.Equal((117, 8), (btcd.Listen.MaxInbound, btcd.Outbound.Max));
        Assert.Equal(125, btcd.Listen.MaxInbound + btcd.Outbound.Max);
        Assert.Equal((TimeSpan.FromSeconds(30), 4_000_000), (btcd.Connection.ConnectTimeout, btcd.Connection.MaxMessageSize));
        Assert.Equal(new HandshakeSettings(TimeSpan.FromSeconds(30), ServiceFlags.None, WtxIdRelay: false, AddressV2: true), btcd.Handshake);
        Assert.Equal(new PingSettings(true, TimeSpan.FromMinutes(2), TimeSpan.Zero), btcd.Ping);
        Assert.Equal(new IdleSettings(true, TimeSpan.FromMinutes(5)), btcd.Idle);
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90)), (btcd.Stall.ResponseTimeout, btcd.Stall.HeadersTimeout));
        Assert.Equal((true, StallAction.Disconnect, false, false), (btcd.Stall.Enabled, btcd.Stall.Action, btcd.Stall.ExemptManual, btcd.Stall.ExemptLocal));
        Assert.True(btcd.RejectEnabled);
        Assert.Equal((TricklePolicy.Fixed, 1000, 1000), (btcd.Trickle.Policy, btcd.Trickle.MaxPerMessage, btcd.Trickle.KnownInventory));
        Assert.Equal(TimeSpan.FromSeconds(10), btcd.Trickle.FixedInterval);
    }

    [Fact(DisplayName = "Nonces are of the system's cryptographic random numbers unless code says otherwise")]
    public void Randomness_is_cryptographic()
    {
        Assert.IsType<CryptographicRandom>(BtcdSettings.Alone.Random);
        Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(_ => BtcdSettings.Alone.Random.NextInt64()).Distinct().Count());
    }

    [Fact(DisplayName = "Where Bitcoin Core and btcd agree, or only btcd has a figure, the default is it")]
    public void Defaults_are_btcds_where_nothing_speaks_against_it()
    {
        var btcd = BtcdSettings.Alone;
        Assert.Equal((btcd.ProtocolVersion, btcd.MinimumProtocolVersion), (Defaults.ProtocolVersion, Defaults.MinimumProtocolVersion));
        Assert.Equal(btcd.Handshake.Timeout, Defaults.Handshake.Timeout);
        Assert.Equal(btcd.Ping.Interval, Defaults.Ping.Interval);
        Assert.Equal(btcd.Idle, Defaults.Idle);
        Assert.Equal((btcd.Stall.ResponseTimeout, btcd.Stall.HeadersTimeout), (Defaults.Stall.ResponseTimeout, Defaults.Stall.HeadersTimeout));
        Assert.Equal((btcd.Trickle.FixedInterval, btcd.Trickle.MaxPerMessage), (Defaults.Trickle.FixedInterval, Defaults.Trickle.MaxPerMessage));
        Assert.Equal(btcd.Connection.MaxMessageSize, Defaults.Connection.MaxMessageSize);
    }
}
