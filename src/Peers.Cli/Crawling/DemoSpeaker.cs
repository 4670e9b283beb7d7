using System.Net.Sockets;
using System.Text;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>A node of the demo that is no engine: it does its part of a conversation, well or badly, on a plain socket.</summary>
internal sealed class DemoSpeaker(DemoNode node, Socket socket, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(250);

    private readonly MessageCodec _codec = MessageCodec.For(BitcoinNetwork.Regtest);
    private readonly byte[] _buffer = new byte[16 * 1024];

    public void Dispose()
    {
        _codec.Dispose();
        socket.Dispose();
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        switch (node.Kind)
        {
            case DemoKind.Full:
                return;
            case DemoKind.OtherService:
                await SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), stopping);
                break;
            case DemoKind.OtherNetwork:
                await SendAsync(MessageCodec.For(BitcoinNetwork.Testnet4).Encode(Version(ProtocolVersion.Latest)), stopping);
                break;
            case DemoKind.Hoarding:
                await SendAsync([.. Encoded(Version(ProtocolVersion.Latest)), .. HugeHeader()], stopping);
                break;
            case DemoKind.Dripping:
                foreach (var part in Encoded(Version(ProtocolVersion.Latest)))
                {
                    await SendAsync([part], stopping);
                    await Task.Delay(Drip, clock, stopping);
                }

                break;
        }

        while (await socket.ReceiveAsync(_buffer, stopping) is > 0 and var count)
        {
            if (node.Kind is DemoKind.Silent or DemoKind.OtherService or DemoKind.OtherNetwork or DemoKind.Hoarding)
            {
                continue;
            }

            _codec.Append(_buffer.AsMemory(0, count));
            while (_codec.TryRead(out var decoded))
            {
                if (decoded.Message is { } message && !await AnswerAsync(message, stopping))
                {
                    return;
                }
            }
        }
    }

    /// <returns>Whether it goes on.</returns>
    private async Task<bool> AnswerAsync(Message message, CancellationToken stopping)
    {
        switch (message)
        {
            case VersionMessage when node.Kind == DemoKind.Dripping:
                return true;
            case VersionMessage:
                await PauseAsync(stopping);
                await SendAsync(Encoded(Version(node.Kind == DemoKind.Obsolete ? 106 : ProtocolVersion.Latest)), stopping);
                if (node.Kind == DemoKind.Evicting)
                {
                    return false;
                }

                if (node.Kind is not (DemoKind.HalfSilent or DemoKind.Obsolete))
                {
                    await SendAsync(Encoded(VerAckMessage.Instance), stopping);
                }

                return true;
            case VerAckMessage when node.Kind == DemoKind.SelfAnnouncing:
                await SendAsync(Encoded(new AddrMessage(WireArray.Create<AddressEntry>(
                    [new AddressEntry((uint)clock.GetUtcNow().ToUnixTimeSeconds(), ServiceFlags.Network, NetworkEndpoint.From(node.Endpoint))]))), stopping);
                return true;
            case GetAddrMessage when node.Kind is not (DemoKind.Mute or DemoKind.HalfSilent):
                await PauseAsync(stopping);
                await SendAsync(Encoded(new AddrMessage(node.Book.ToWireArray())), stopping);
                return true;
            default:
                return true;
        }
    }

    private Task PauseAsync(CancellationToken stopping) => node.Kind == DemoKind.Slow ? Task.Delay(SlowBy, clock, stopping) : Task.CompletedTask;

    private byte[] Encoded(Message message) => _codec.Encode(message);

    private VersionMessage Version(int version) => new(
        version, ServiceFlags.Network | ServiceFlags.Witness, clock.GetUtcNow().ToUnixTimeSeconds(), new VersionAddress(ServiceFlags.None, default),
        new VersionAddress(ServiceFlags.None, default), (ulong)node.Endpoint.GetHashCode() | 1, node.UserAgent, node.Height, true);

    /// <summary>The header of a block of 4 MB, behind which nothing comes.</summary>
    private byte[] HugeHeader()
    {
        var frame = Encoded(new PingMessage(1));
        frame.AsSpan(4, WireLimits.CommandBytes).Clear();
        "block"u8.CopyTo(frame.AsSpan(4));
        BitConverter.TryWriteBytes(frame.AsSpan(16), 3_999_999);
        return frame[..WireLimits.HeaderBytes];
    }

    private async Task SendAsync(byte[] bytes, CancellationToken stopping)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), stopping);
        }
    }
}
