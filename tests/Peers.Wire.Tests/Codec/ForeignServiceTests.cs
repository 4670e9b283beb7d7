using System.Text;

namespace Peers.Wire.Tests;

public sealed class ForeignServiceTests
{
    [Theory(DisplayName = "The greeting of another service is told from the frame of another network, however it is split")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")]
    [InlineData("HTTP/1.1 400\r\n")]
    [InlineData("220 mail.example ESMTP\r\n")]
    [InlineData("AMQP")]
    public void A_greeting(string greeting)
    {
        var bytes = Encoding.ASCII.GetBytes(greeting);
        for (var split = 0; split <= bytes.Length; split++)
        {
            Assert.Equal(WireError.NotBitcoin, Fault(bytes[..split], bytes[split..]));
        }
    }

    [Fact(DisplayName = "Bytes without a command behind an unknown magic are another service; with one, another network")]
    public void Unknown_magic()
    {
        var frame = MessageCodec.For(new BitcoinNetwork("other", 0xDBB6C0FB, 9333, default)).Encode(VerAckMessage.Instance);
        Assert.Equal(WireError.WrongNetwork, Fault(frame));
        Assert.Equal(WireError.WrongNetwork, Fault(frame[..4]));
        byte[] greeting = [0x4a, 0, 0, 0, 0x0a, 0x38, 0x2e, 0x30, 0x2e, 0x33, 0x36, 0, 0x05, 0, 0, 0, 0x3b, 0x68, 1, 2, 3, 4, 5, 6];
        Assert.Equal(WireError.NotBitcoin, Fault(greeting));
    }

    [Fact(DisplayName = "A known magic is another network, whatever stands behind it")]
    public void Known_magic()
    {
        var frame = MessageCodec.For(BitcoinNetwork.Testnet4).Encode(VerAckMessage.Instance);
        Array.Fill(frame, (byte)0xFF, 4, 12);
        Assert.Equal(WireError.WrongNetwork, Fault(frame));
    }

    private static WireError Fault(params byte[][] parts) => Assert.Throws<WireException>(() =>
    {
        using var codec = MessageCodec.For(BitcoinNetwork.Regtest);
        foreach (var part in parts)
        {
            codec.Append(part);
            while (codec.TryRead(out _))
            {
                // Nothing of it can be read.
            }
        }
    }).Error;
}
