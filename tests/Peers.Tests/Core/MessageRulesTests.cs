using Peers.Wire;

namespace Peers.Tests.Core;

/// <summary>The second table of docs/strictness.md, row by row; what is in no row is delivered.</summary>
public sealed class MessageRulesTests
{
    private const ServiceFlags All = ServiceFlags.Bloom | ServiceFlags.CompactFilters;

    private static readonly Dictionary<string, Message> Samples = new()
    {
        ["version"] = TestKit.ScriptedPeer.Version(),
        ["verack"] = VerAckMessage.Instance,
        ["sendaddrv2"] = SendAddrV2Message.Instance,
        ["wtxidrelay"] = WtxIdRelayMessage.Instance,
        ["filterload"] = new FilterLoadMessage(new byte[1], 1, 0, BloomUpdate.None),
        ["filteradd"] = new FilterAddMessage(new byte[1]),
        ["filterclear"] = FilterClearMessage.Instance,
        ["mempool"] = MempoolMessage.Instance,
        ["getcfilters"] = new GetCompactFiltersMessage(CompactFilterType.Basic, 0, Hash256.Zero),
        ["getcfheaders"] = new GetCompactFilterHeadersMessage(CompactFilterType.Basic, 0, Hash256.Zero),
        ["getcfcheckpt"] = new GetCompactFilterCheckpointsMessage(CompactFilterType.Basic, Hash256.Zero),
    };

    [Theory(DisplayName = "What belongs to the handshake comes too late behind it")]
    [InlineData("version", "core", "ignored")]
    [InlineData("version", "btcd", "disconnect")]
    [InlineData("verack", "core", "ignored")]
    [InlineData("verack", "btcd", "disconnect")]
    [InlineData("sendaddrv2", "core", "disconnect")]
    [InlineData("sendaddrv2", "btcd", "disconnect")]
    [InlineData("wtxidrelay", "core", "disconnect")]
    [InlineData("wtxidrelay", "btcd", "ignored")]
    public void Late_messages(string command, string policy, string outcome)
    {
        var ruling = On(command, policy, version: 70016, All);
        Assert.False(ruling.Delivered);
        Assert.Equal(outcome == "ignored" ? null : new DisconnectReason.Unexpected(command, PeerPhase.Ready), ruling.End);
    }

    [Theory(DisplayName = "A service that we do not offer: the end from 70011 on, silence before")]
    [InlineData("filterload", ServiceFlags.Bloom)]
    [InlineData("filteradd", ServiceFlags.Bloom)]
    [InlineData("filterclear", ServiceFlags.Bloom)]
    [InlineData("mempool", ServiceFlags.Bloom)]
    [InlineData("getcfilters", ServiceFlags.CompactFilters)]
    [InlineData("getcfheaders", ServiceFlags.CompactFilters)]
    [InlineData("getcfcheckpt", ServiceFlags.CompactFilters)]
    public void Services_that_are_not_offered(string command, ServiceFlags service)
    {
        foreach (var policy in (string[])["core", "btcd"])
        {
            Assert.Equal(MessageRuling.Disconnect(new DisconnectReason.ServiceNotOffered(command, service)), On(command, policy, 70011, All & ~service));
            Assert.Equal(MessageRuling.Drop, On(command, policy, 70010, All & ~service));
            Assert.Equal(MessageRuling.Deliver, On(command, policy, 70016, service, filterLoaded: true));
        }
    }

    [Theory(DisplayName = "There is nothing to add to without a filter")]
    [InlineData("core")]
    [InlineData("btcd")]
    public void Filteradd_needs_a_filter(string policy)
    {
        Assert.Equal(new DisconnectReason.Unexpected("filteradd", PeerPhase.Ready), On("filteradd", policy, 70016, All).End);
        Assert.Equal(MessageRuling.Deliver, On("filteradd", policy, 70016, All, filterLoaded: true));
        Assert.Equal(MessageRuling.Deliver, On("filterclear", policy, 70016, All));
    }

    private static MessageRuling On(string command, string policy, int version, ServiceFlags offered, bool filterLoaded = false) =>
        MessageRules.On(Samples[command], StrictnessPolicy.Named(policy), version, offered, filterLoaded);
}
