using CsCheck;

namespace Peers.Wire.Tests.Samples;

[MessageSamples]
internal static class FilterSamples
{
    public static IReadOnlyDictionary<string, Gen<Message>> All { get; } = new Dictionary<string, Gen<Message>>
    {
        ["filterclear"] = Gen.Const<Message>(FilterClearMessage.Instance),
    };
}
