using System.Net;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class KeptConnectionsTests
{
    private const ServiceFlags Basic = ServiceFlags.Network | ServiceFlags.Witness;
    private const ServiceFlags Filters = ServiceFlags.CompactFilters;
    private const ServiceFlags Bloom = ServiceFlags.Bloom;

    [Fact(DisplayName = "Eight that carry everything are missing first, then two for blocks, then none")]
    public void Types()
    {
        var kept = With();
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal([ConnectionType.OutboundFullRelay, ConnectionType.BlockRelay], kept.Missing().Select(want => want.Type));
            Assert.All(kept.Missing(), want => Assert.Equal(Basic, want.Services));
            kept.Add(One(i));
        }

        Assert.Equal([ConnectionType.BlockRelay], kept.Missing().Select(want => want.Type));
        kept.Add(One(8, ConnectionType.BlockRelay));
        kept.Add(One(9, ConnectionType.BlockRelay));
        Assert.Empty(kept.Missing());
    }

    [Fact(DisplayName = "Feelers, fetches and manual nodes fill no place")]
    public void Others()
    {
        var kept = With();
        kept.Add(One(1, ConnectionType.Manual));
        kept.Add(One(2, ConnectionType.Feeler));
        kept.Add(One(3, ConnectionType.AddressFetch));
        Assert.Equal(2, kept.Missing().Count());
        Assert.All(kept, one => Assert.Null(one.Netgroup));
    }

    [Fact(DisplayName = "Places that no role needs are filled first; the last three must offer the role, and whoever offers it anyway counts")]
    public void Roles()
    {
        var kept = With(new OutboundRole("filters", 3, Filters));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Basic, Full(kept));
            kept.Add(One(i, services: i == 2 ? Basic | Filters : Basic));
        }

        // Three places are left, and two of the role are missing.
        Assert.Equal(Basic, Full(kept));
        kept.Add(One(5));
        Assert.Equal(Basic | Filters, Full(kept));
        kept.Add(One(6, services: Basic | Filters));
        Assert.Equal(Basic | Filters, Full(kept));
    }

    [Fact(DisplayName = "When more roles are to be played than places are left, one remote must play several")]
    public void Roles_together()
    {
        var kept = With(new OutboundRole("filters", 2, Filters), new OutboundRole("bloom", 2, Bloom));
        for (var i = 0; i < 6; i++)
        {
            kept.Add(One(i));
        }

        Assert.Equal(Basic | Filters | Bloom, Full(kept));
        kept.Add(One(6, services: Basic | Filters | Bloom));
        Assert.Equal(Basic | Filters | Bloom, Full(kept));
    }

    [Fact(DisplayName = "A role of more than the target is all of the target, and no fault")]
    public void Role_of_all()
    {
        var kept = With(new OutboundRole("filters", 100, Filters));
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(Basic | Filters, Full(kept));
            kept.Add(One(i, services: Basic | Filters));
        }

        Assert.DoesNotContain(kept.Missing(), want => want.Type == ConnectionType.OutboundFullRelay);
    }

    [Fact(DisplayName = "Whoever turns out not to play a role, when he says himself what he offers, leaves its place open")]
    public void Role_not_kept()
    {
        var kept = With(new OutboundRole("filters", 8, Filters));
        var liar = One(1, services: Basic | Filters);
        kept.Add(liar);
        for (var i = 2; i < 8; i++)
        {
            kept.Add(One(i, services: Basic | Filters));
        }

        liar.Services = Basic;
        Assert.Equal(Basic | Filters, Full(kept));
    }

    [Fact(DisplayName = "A netgroup is taken by whom we keep, an address by whoever is dialled, under each of its forms")]
    public void Taken()
    {
        var kept = With();
        kept.Add(One(1));
        kept.Add(One(2, ConnectionType.Feeler));
        Assert.True(kept.Takes(KeptConnection.NetgroupOf(Address(1).Address)));
        Assert.False(kept.Takes(KeptConnection.NetgroupOf(Address(2).Address)));
        Assert.False(kept.Takes(null));
        Assert.True(kept.IsConnected(Address(1)));
        Assert.True(kept.IsConnected(Address(2)));
        Assert.False(kept.IsConnected(Address(3)));
        Assert.False(kept.IsConnected(new NetworkEndpoint(Address(1).Address, 1)));
    }

    internal static KeepingSettings Settings(params OutboundRole[] roles) =>
        PeerSettings.From(PeerEngine.DefaultConfig).Keeping with { Roles = [.. roles] };

    internal static NetworkEndpoint Address(int number) => new(NetworkAddress.From(new IPAddress([(byte)(20 + number), 1, 1, 1])), 8333);

    internal static KeptConnection One(int number, ConnectionType type = ConnectionType.OutboundFullRelay, ServiceFlags services = Basic) =>
        new(type, Address(number).ToIPEndPoint()!, Address(number)) { Services = services };

    private static KeptConnections With(params OutboundRole[] roles) => new(Settings(roles));

    private static ServiceFlags Full(KeptConnections kept) => kept.Missing().First(want => want.Type == ConnectionType.OutboundFullRelay).Services;
}
