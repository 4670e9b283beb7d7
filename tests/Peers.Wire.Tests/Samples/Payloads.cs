namespace Peers.Wire.Tests.Samples;

/// <summary>Payloads of single messages, without a transport.</summary>
internal static class Payloads
{
    public static byte[] Encode(Message message) => Encode(message, WireProtocol.Latest);

    public static byte[] Encode(Message message, WireProtocol protocol)
    {
        var payload = new byte[message.GetPayloadSize(protocol)];
        var writer = new WireWriter(payload, protocol);
        message.WritePayload(ref writer);
        Assert.Equal(payload.Length, writer.Position);
        return payload;
    }

    public static Message Decode(string command, byte[] payload) => Decode(command, payload, StrictnessPolicy.Core, WireProtocol.Latest);

    public static Message Decode(string command, byte[] payload, StrictnessPolicy policy) =>
        Decode(command, payload, policy, WireProtocol.Latest);

    public static Message Decode(string command, byte[] payload, StrictnessPolicy policy, WireProtocol protocol) =>
        MessageCodec.Decode(MessageCorpus.TypeOf(command), payload, protocol, policy, owned: false);

    public static T Decode<T>(string command, string hex)
        where T : Message => Assert.IsType<T>(Decode(command, Convert.FromHexString(hex), StrictnessPolicy.Btcd));

    public static WireException Refused(string command, byte[] payload) => Refused(command, payload, StrictnessPolicy.Core);

    public static WireException Refused(string command, byte[] payload, StrictnessPolicy policy) =>
        Assert.Throws<WireException>(() => Decode(command, payload, policy));
}
