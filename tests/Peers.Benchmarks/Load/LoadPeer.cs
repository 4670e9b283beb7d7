using System.Net;
using System.Net.Sockets;
using Peers.Wire;

namespace Peers.Benchmarks.Load;

/// <summary>A remote side: a socket and a codec.</summary>
internal sealed class LoadPeer : IDisposable
{
    private const int BufferBytes = 16 * 1024;
    private const int PeersPerAddress = 500;

    private readonly Socket _socket;
    private readonly MessageCodec _codec = MessageCodec.For(BitcoinNetwork.Regtest);
    private readonly byte[] _buffer = new byte[BufferBytes];

    private LoadPeer(Socket socket) => _socket = socket;

    /// <summary>Makes the frames that all of them send.</summary>
    public static byte[] Encode(params IEnumerable<Message> messages)
    {
        using var codec = MessageCodec.For(BitcoinNetwork.Regtest);
        return [.. messages.SelectMany(codec.Encode)];
    }

    /// <summary>Dials and does its part of the handshake.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="number">Which of many it is: so many share an address of loopback, where the system has more than one.</param>
    public static async Task<LoadPeer> ConnectAsync(IPEndPoint to, int number)
    {
        var peer = new LoadPeer(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        try
        {
            if (!OperatingSystem.IsMacOS())
            {
                var place = number / PeersPerAddress;
                peer._socket.Bind(new IPEndPoint(new IPAddress([127, 0, (byte)(place / 250), (byte)(2 + (place % 250))]), 0));
            }

            await peer._socket.ConnectAsync(to);
            await peer.SendAsync(Hello);
            await peer.ReadUntilAsync(message => message is VerAckMessage);
            await peer.SendAsync(HelloDone);
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    /// <summary>Dials many.</summary>
    public static async Task<LoadPeer[]> ConnectAsync(IPEndPoint to, int count, int atOnce)
    {
        var peers = new LoadPeer[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (i, _) => peers[i] = await ConnectAsync(to, i));
        return peers;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    /// <summary>Reads up to the message that is waited for, and answers pings on the way.</summary>
    /// <param name="isLast">Whether it is that message; it is asked once for each.</param>
    public async Task ReadUntilAsync(Func<Message, bool> isLast)
    {
        for (var isDone = false; !isDone;)
        {
            var count = await ReceiveAsync();
            if (count == 0)
            {
                throw new BenchmarkException("the target ended a connection");
            }

            _codec.Append(_buffer.AsMemory(0, count));
            while (_codec.TryRead(out var decoded))
            {
                if (decoded.Message is PingMessage ping)
                {
                    await SendAsync(_codec.Encode(new PongMessage(ping.Nonce)));
                }

                isDone |= isLast(decoded.Message ?? throw new BenchmarkException($"the target said what cannot be read: {decoded.Fault!.Message}"));
            }
        }
    }

    /// <summary>Reads so many pongs.</summary>
    public Task ReadPongsAsync(int count) => ReadUntilAsync(message => message is PongMessage && --count == 0);

    public void Dispose()
    {
        _socket.Dispose();
        _codec.Dispose();
    }

    private async ValueTask<int> ReceiveAsync()
    {
        try
        {
            return await _socket.ReceiveAsync(_buffer.AsMemory());
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static byte[] Hello { get; } = Encode(TypicalMessages.Version);

    private static byte[] HelloDone { get; } = Encode(VerAckMessage.Instance);
}
