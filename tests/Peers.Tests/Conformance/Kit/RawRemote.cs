using System.Net;
using System.Net.Sockets;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>A remote that is no engine: a socket, the codec, and every byte that it heard.</summary>
internal sealed class RawRemote : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client;
    private readonly MessageCodec _codec = MessageCodec.For(BitcoinNetwork.Regtest);
    private readonly List<byte> _heard = [];
    private readonly Queue<Message> _messages = new();

    private RawRemote(TcpClient client) => _client = client;

    /// <summary>All bytes heard so far.</summary>
    public IReadOnlyList<byte> BytesHeard => _heard;

    public static async Task<RawRemote> DialAsync(IPEndPoint to)
    {
        var client = new TcpClient();
        await client.ConnectAsync(to).WaitAsync(Patience);
        return new RawRemote(client);
    }

    public static async Task<RawRemote> AcceptAsync(TcpListener listener) => new(await listener.AcceptTcpClientAsync().WaitAsync(Patience));

    /// <summary>A version as an ordinary node says it.</summary>
    public static VersionMessage Version(int version = 70016) => new(
        version, ServiceFlags.Network | ServiceFlags.Witness, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), new VersionAddress(ServiceFlags.None, default),
        new VersionAddress(ServiceFlags.Network, default), 0x1234, "/raw:1.0/", 100, true);

    public async Task SayAsync(params IEnumerable<Message> messages) => await SayBytesAsync([.. messages.SelectMany(_codec.Encode)]);

    public async Task SayBytesAsync(byte[] bytes) => await _client.GetStream().WriteAsync(bytes).AsTask().WaitAsync(Patience);

    public byte[] Encode(Message message) => _codec.Encode(message);

    /// <summary>The next message.</summary>
    public async Task<Message> HearAsync()
    {
        while (_messages.Count == 0)
        {
            Assert.True(await ReadAsync(), "the engine hung up");
        }

        return _messages.Dequeue();
    }

    /// <summary>The next message, which must be of that type.</summary>
    public async Task<T> HearAsync<T>()
        where T : Message => Assert.IsType<T>(await HearAsync());

    /// <summary>Reads until the other side ends the connection.</summary>
    /// <returns>The messages that came meanwhile.</returns>
    public async Task<IReadOnlyList<Message>> HearToTheEndAsync()
    {
        while (await ReadAsync())
        {
        }

        return [.. _messages];
    }

    /// <summary>Its part of a handshake in which the engine dialled.</summary>
    public async Task HandshakeAsync(params IEnumerable<Message> offers)
    {
        await HearAsync<VersionMessage>();
        await SayAsync([Version(), .. offers, VerAckMessage.Instance]);
        while (await HearAsync() is not VerAckMessage)
        {
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _codec.Dispose();
    }

    private async Task<bool> ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        int length;
        try
        {
            length = await _client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Patience);
        }
        catch (IOException)
        {
            length = 0; // Reset: that is an end, too.
        }

        _heard.AddRange(buffer.AsSpan(0, length));
        _codec.Append(buffer.AsMemory(0, length));
        while (_codec.TryRead(out var decoded))
        {
            _messages.Enqueue(decoded.Message ?? throw new InvalidDataException(decoded.Fault!.Message));
        }

        return length > 0;
    }
}
