using CsCheck;

namespace Peers.Wire.Tests.Samples;

[MessageSamples]
internal static class RetiredSamples
{
    private static readonly Gen<Hash256?> OptionalHash =
        Gen.Select(Gen.Bool, SampleValues.Hash).Select((present, hash) => present ? hash : (Hash256?)null);

    public static IReadOnlyDictionary<string, Gen<Message>> All { get; } = new Dictionary<string, Gen<Message>>
    {
        ["reject"] = Gen.Select(TextUpTo(WireLimits.CommandBytes), Gen.Byte, TextUpTo(WireLimits.RejectReasonBytes), OptionalHash)
            .Select((command, code, reason, hash) => (Message)new RejectMessage(command, (RejectCode)code, reason, hash)),
        ["alert"] = Gen.Select(SampleValues.BytesUpTo(300), SampleValues.BytesUpTo(80))
            .Select((payload, signature) => (Message)new AlertMessage(payload, signature)),
    };

    private static Gen<WireText> TextUpTo(int length) => SampleValues.BytesUpTo(length).Select(bytes => new WireText(bytes));
}
