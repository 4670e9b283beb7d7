using CsCheck;

namespace Peers.Wire.Tests.Samples;

[MessageSamples]
internal static class SyncSamples
{
    private static readonly Gen<WireArray<Hash256>> Locator = SampleValues.ListOf(SampleValues.Hash, 8);

    public static IReadOnlyDictionary<string, Gen<Message>> All { get; } = new Dictionary<string, Gen<Message>>
    {
        ["getdata"] = SampleValues.ListOf(SampleValues.Item, 8).Select(items => (Message)new GetDataMessage(items)),
        ["notfound"] = SampleValues.ListOf(SampleValues.Item, 8).Select(items => (Message)new NotFoundMessage(items)),
        ["getheaders"] = Gen.Select(Gen.UInt, Locator, SampleValues.Hash)
            .Select((version, locator, stop) => (Message)new GetHeadersMessage(version, locator, stop)),
        ["getblocks"] = Gen.Select(Gen.UInt, Locator, SampleValues.Hash)
            .Select((version, locator, stop) => (Message)new GetBlocksMessage(version, locator, stop)),
        ["headers"] = SampleValues.ListOf(SampleValues.Header, 5).Select(headers => (Message)new HeadersMessage(headers)),
        ["mempool"] = Gen.Const<Message>(MempoolMessage.Instance),
    };
}
