using System.Net;
using System.Net.Sockets;
using Peers.Wire;

namespace Peers.Soak;

/// <summary>A remote side over a real socket: a codec and nothing else, so that it can be as rude as it likes.</summary>
internal sealed class Remote : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly Socket _socket;
    private readonly MessageCodec _codec = MessageCodec.For(BitcoinNetwork.Regtest);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly byte[] _buffer = new byte[BufferBytes];
    private bool _disposed;

    private Remote(Socket socket) => _socket = socket;

    /// <summary>A version as an ordinary node says it.</summary>
    public static VersionMessage Version { get; } = new(
        70016, ServiceFlags.Network | ServiceFlags.Witness, 1_767_225_600, new VersionAddress(ServiceFlags.None, default),
        new VersionAddress(ServiceFlags.Network, default), 0, "/soak:1.0/", 100, true);

    /// <summary>Dials from an address of loopback, which stands for a network of its own.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="from">Where from; null for any.</param>
    /// <param name="receiveBuffer">Bytes that the system holds unread; null for its own choice.</param>
    /// <param name="stopping">Gives it up.</param>
    public static async Task<Remote> DialAsync(IPEndPoint to, IPAddress? from = null, int? receiveBuffer = null, CancellationToken stopping = default)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (receiveBuffer is { } bytes)
            {
                socket.ReceiveBufferSize = bytes;
            }

            if (from is not null)
            {
                socket.Bind(new IPEndPoint(from, 0));
            }

            await socket.ConnectAsync(to, stopping);
            return new Remote(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A connection that was accepted.</summary>
    public static async Task<Remote> AcceptAsync(Socket listener, CancellationToken stopping) => new(await listener.AcceptAsync(stopping));

    /// <summary>The frames of messages.</summary>
    public byte[] Encode(params Message[] messages) => [.. messages.SelectMany(_codec.Encode)];

    public Task SendAsync(Message message, CancellationToken stopping = default) => SendAsync(_codec.Encode(message), stopping);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stopping = default)
    {
        await _sending.WaitAsync(stopping);
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, stopping)..];
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends what the system takes at once; what it does not take within the patience is not sent.</summary>
    /// <returns>How many bytes it took.</returns>
    public async Task<int> SendWhatIsTakenAsync(ReadOnlyMemory<byte> bytes, TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        try
        {
            return await _socket.SendAsync(bytes, late.Token);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>Reads bytes; empty when the other side has ended.</summary>
    public async Task<ReadOnlyMemory<byte>> ReceiveAsync(int most = BufferBytes, CancellationToken stopping = default) =>
        _buffer.AsMemory(0, await _socket.ReceiveAsync(_buffer.AsMemory(0, most), stopping));

    /// <summary>The messages in bytes that were received.</summary>
    public List<Message> Read(ReadOnlyMemory<byte> received)
    {
        var messages = new List<Message>();
        _codec.Append(received);
        while (_codec.TryRead(out var decoded))
        {
            messages.Add(decoded.Message ?? throw new InvalidDataException($"the engine said what cannot be read: {decoded.Fault}"));
        }

        return messages;
    }

    /// <summary>Does its part of the handshake.</summary>
    /// <exception cref="EndOfStreamException">The engine ended the connection.</exception>
    public async Task HandshakeAsync(CancellationToken stopping = default)
    {
        await SendAsync(Version, stopping);
        for (var isDone = false; !isDone;)
        {
            var received = await ReceiveAsync(stopping: stopping);
            if (received.IsEmpty)
            {
                throw new EndOfStreamException("the engine ended the connection in the handshake");
            }

            isDone = Read(received).OfType<VerAckMessage>().Any();
        }

        await SendAsync(VerAckMessage.Instance, stopping);
    }

    /// <summary>Whether the engine has ended the connection; what it still says is passed over.</summary>
    public async Task<bool> IsEndedAsync(TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        try
        {
            while (!(await ReceiveAsync(stopping: late.Token)).IsEmpty)
            {
                // It said something.
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Ends it by a reset.</summary>
    public void Reset()
    {
        if (!_disposed)
        {
            _socket.LingerState = new LingerOption(true, 0);
            Dispose();
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _socket.Dispose();
            _codec.Dispose();
        }
    }
}
