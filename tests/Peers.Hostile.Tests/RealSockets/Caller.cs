using System.Net;
using System.Net.Sockets;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Hostile.Tests.RealSockets;

/// <summary>Somebody who connects by a socket of the operating system, and speaks or spoils the protocol by hand.</summary>
internal sealed class Caller : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly MessageCodec _codec = new(new V1Transport(BitcoinNetwork.Regtest, MessageCatalog.Default, WireOptions.Protocol), WireOptions.Protocol);
    private readonly Queue<Message> _heard = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    public Caller(IPAddress? from = null)
    {
        if (from is not null)
        {
            _socket.Bind(new IPEndPoint(from, 0));
        }
    }

    public static async Task<Caller> ConnectAsync(IPEndPoint engine)
    {
        var caller = new Caller();
        await caller.DialAsync(engine);
        return caller;
    }

    /// <summary>Connects.</summary>
    public async Task DialAsync(IPEndPoint engine) => await _socket.ConnectAsync(engine).WaitAsync(Patience);

    /// <summary>Connects and shakes hands.</summary>
    public static async Task<Caller> JoinAsync(IPEndPoint engine, ulong nonce)
    {
        var caller = await ConnectAsync(engine);
        await caller.JoinAsync(nonce);
        return caller;
    }

    /// <summary>Shakes hands.</summary>
    public async Task JoinAsync(ulong nonce)
    {
        await SayAsync(ScriptedPeer.Version(nonce), VerAckMessage.Instance);
        await HearAsync<VerAckMessage>();
    }

    public byte[] Encode(params Message[] messages) => [.. messages.SelectMany(_codec.Encode)];

    public Task SayAsync(params Message[] messages) => SayAsync(Encode(messages));

    public async Task SayAsync(byte[] bytes) => await _socket.SendAsync(bytes).WaitAsync(Patience);

    /// <summary>The next message of that kind.</summary>
    public async Task<T> HearAsync<T>(Func<T, bool>? isIt = null)
        where T : Message
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            while (_heard.TryDequeue(out var message))
            {
                if (message is T wanted && (isIt is null || isIt(wanted)))
                {
                    return wanted;
                }
            }

            var count = await _socket.ReceiveAsync(_buffer, patience.Token);
            if (count == 0)
            {
                throw new EndOfStreamException("the engine closed the connection");
            }

            _codec.Append(_buffer.AsMemory(0, count));
            while (_codec.TryRead(out var decoded))
            {
                _heard.Enqueue(decoded.Message!);
            }
        }
    }

    /// <summary>A ping and its pong.</summary>
    public async Task PingAsync(ulong nonce)
    {
        await SayAsync(new PingMessage(nonce));
        await HearAsync<PongMessage>(pong => pong.Nonce == nonce);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _codec.Dispose();
    }
}
