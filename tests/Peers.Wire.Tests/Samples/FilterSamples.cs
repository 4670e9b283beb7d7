using CsCheck;

namespace Peers.Wire.Tests.Samples;

[MessageSamples]
internal static class FilterSamples
{
    private static readonly Gen<CompactFilterType> FilterType =
        Gen.OneOf(Gen.Const((byte)0), Gen.Byte).Select(type => (CompactFilterType)type);

    private static readonly Gen<WireArray<Hash256>> Hashes = SampleValues.ListOf(SampleValues.Hash, 8);

    public static IReadOnlyDictionary<string, Gen<Message>> All { get; } = new Dictionary<string, Gen<Message>>
    {
        ["filterload"] = Gen.Select(SampleValues.BytesUpTo(300), Gen.UInt[0, 50], Gen.UInt, Gen.Byte)
            .Select((filter, functions, tweak, update) => (Message)new FilterLoadMessage(filter, functions, tweak, (BloomUpdate)update)),
        ["filteradd"] = SampleValues.BytesUpTo(WireLimits.BloomElementBytes).Select(element => (Message)new FilterAddMessage(element)),
        ["filterclear"] = Gen.Const<Message>(FilterClearMessage.Instance),
        ["getcfilters"] = Gen.Select(FilterType, Gen.UInt, SampleValues.Hash)
            .Select((type, start, stop) => (Message)new GetCompactFiltersMessage(type, start, stop)),
        ["cfilter"] = Gen.Select(FilterType, SampleValues.Hash, SampleValues.BytesUpTo(300))
            .Select((type, block, filter) => (Message)new CompactFilterMessage(type, block, filter)),
        ["getcfheaders"] = Gen.Select(FilterType, Gen.UInt, SampleValues.Hash)
            .Select((type, start, stop) => (Message)new GetCompactFilterHeadersMessage(type, start, stop)),
        ["cfheaders"] = Gen.Select(FilterType, SampleValues.Hash, SampleValues.Hash, Hashes)
            .Select((type, stop, previous, hashes) => (Message)new CompactFilterHeadersMessage(type, stop, previous, hashes)),
        ["getcfcheckpt"] = Gen.Select(FilterType, SampleValues.Hash)
            .Select((type, stop) => (Message)new GetCompactFilterCheckpointsMessage(type, stop)),
        ["cfcheckpt"] = Gen.Select(FilterType, SampleValues.Hash, Hashes)
            .Select((type, stop, headers) => (Message)new CompactFilterCheckpointsMessage(type, stop, headers)),
    };
}
