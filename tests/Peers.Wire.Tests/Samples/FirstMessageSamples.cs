using CsCheck;

namespace Peers.Wire.Tests.Samples;

[MessageSamples]
internal static class FirstMessageSamples
{
    public static IReadOnlyDictionary<string, Gen<Message>> All { get; } = new Dictionary<string, Gen<Message>>
    {
        ["verack"] = Gen.Const<Message>(VerAckMessage.Instance),
        ["ping"] = Gen.ULong.Select(nonce => (Message)new PingMessage(nonce)),
        ["inv"] = SampleValues.ListOf(SampleValues.Item, 8).Select(items => (Message)new InvMessage(items)),
    };
}
