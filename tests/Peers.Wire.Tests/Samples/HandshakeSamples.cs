using CsCheck;

namespace Peers.Wire.Tests.Samples;

[MessageSamples]
internal static class HandshakeSamples
{
    private static readonly Gen<VersionAddress> Address =
        Gen.Select(AddressSamples.Services, AddressSamples.OldEndpoint).Select((services, endpoint) => new VersionAddress(services, endpoint));

    private static readonly Gen<WireText> UserAgent =
        Gen.OneOf(Gen.Byte[0x20, 0x7E].Array[0, 20], Gen.Byte.Array[0, 40]).Select(bytes => new WireText(bytes));

    // Below 70001 no relay flag is written, and without one it is true.
    private static readonly Gen<VersionMessage> Version =
        Gen.Select(
                Gen.OneOf(Gen.Int[60000, 70100], Gen.Int), AddressSamples.Services, Gen.Long, Address, Address, Gen.ULong,
                Gen.Select(UserAgent, Gen.Int, Gen.Bool))
            .Select((version, services, time, receiver, sender, nonce, rest) => new VersionMessage(
                version, services, time, receiver, sender, nonce, rest.Item1, rest.Item2, rest.Item3 || version < ProtocolVersion.Bloom));

    private static readonly Gen<VersionMessage> ShortVersion =
        Gen.Select(Gen.Int, AddressSamples.Services, Gen.Long, Address).Select((version, services, time, receiver) =>
            new VersionMessage(version, services, time, receiver, null, 0, WireText.Empty, 0, true));

    public static IReadOnlyDictionary<string, Gen<Message>> All { get; } = new Dictionary<string, Gen<Message>>
    {
        ["version"] = Gen.Frequency((9, Version), (1, ShortVersion)).Select(version => (Message)version),
        ["wtxidrelay"] = Gen.Const<Message>(WtxIdRelayMessage.Instance),
        ["sendheaders"] = Gen.Const<Message>(SendHeadersMessage.Instance),
        ["pong"] = Gen.ULong.Select(nonce => (Message)new PongMessage(nonce)),
        ["feefilter"] = Gen.Long.Select(rate => (Message)new FeeFilterMessage(rate)),
        ["sendtxrcncl"] = Gen.Select(Gen.UInt, Gen.ULong).Select((version, salt) => (Message)new SendReconciliationMessage(version, salt)),
        ["feature"] = Gen.Select(Gen.Byte.Array[4, WireLimits.FeatureIdBytes], SampleValues.BytesUpTo(WireLimits.FeatureDataBytes))
            .Select((id, data) => (Message)new FeatureMessage(new WireText(id), data)),
        ["sendcmpct"] = Gen.Select(Gen.Bool, Gen.ULong).Select((highBandwidth, version) => (Message)new SendCompactMessage(highBandwidth, version)),
    };
}
