using CsCheck;

namespace Peers.Wire.Tests.Samples;

[MessageSamples]
internal static class FirstMessageSamples
{
    private static readonly Gen<InventoryVector> Item =
        Gen.Select(Gen.OneOf(Gen.UInt[0, 5], Gen.UInt), SampleValues.Hash)
            .Select((kind, hash) => new InventoryVector((InventoryKind)kind, hash));

    public static IReadOnlyDictionary<string, Gen<Message>> All { get; } = new Dictionary<string, Gen<Message>>
    {
        ["verack"] = Gen.Const<Message>(VerAckMessage.Instance),
        ["ping"] = Gen.ULong.Select(nonce => (Message)new PingMessage(nonce)),
        ["inv"] = SampleValues.ListOf(Item, 8).Select(items => (Message)new InvMessage(items)),
    };
}
