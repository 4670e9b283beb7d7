using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DnsClient;

namespace Peers.Node.Tests;

/// <summary>A name server of the tests' own on a free port of loopback, by UDP, and by TCP for who was told that an answer is cut off.</summary>
internal sealed class DnsServer : IAsyncDisposable
{
    private const ushort A = 1;
    private const ushort Cname = 5;
    private const ushort Aaaa = 28;

    private readonly CancellationTokenSource _ending = new();
    private readonly TcpListener _listener;
    private readonly UdpClient _udp;
    private readonly Task _serving;
    private readonly Func<string, Answer> _answer;

    /// <param name="answer">What is answered to a name, in lower case.</param>
    public DnsServer(Func<string, Answer> answer)
    {
        _answer = answer;
        (_listener, _udp) = Bind();
        _serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    /// <summary>The names that were asked for, each with its type.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public LookupClient Client(TimeSpan timeout) => new(new LookupClientOptions((IPEndPoint)_udp.Client.LocalEndPoint!)
    {
        UseCache = false, Timeout = timeout, Retries = 0,
    });

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        _udp.Dispose();
        await _serving;
        _ending.Dispose();
    }

    private static (TcpListener Listener, UdpClient Udp) Bind()
    {
        while (true)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            try
            {
                return (listener, new UdpClient((IPEndPoint)listener.LocalEndpoint)); // Both must be of one number.
            }
            catch (SocketException)
            {
                listener.Stop();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        try
        {
            while (!_ending.IsCancellationRequested)
            {
                var asked = await _udp.ReceiveAsync(_ending.Token);
                if (Reply(asked.Buffer, isUdp: true) is { } reply)
                {
                    await _udp.SendAsync(reply, asked.RemoteEndPoint, _ending.Token);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It ends.
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (!_ending.IsCancellationRequested)
            {
                using var client = await _listener.AcceptTcpClientAsync(_ending.Token);
                var stream = client.GetStream();
                var length = new byte[2];
                while (await stream.ReadAtLeastAsync(length, 2, throwOnEndOfStream: false, _ending.Token) == 2)
                {
                    var asked = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                    await stream.ReadExactlyAsync(asked, _ending.Token);
                    if (Reply(asked, isUdp: false) is { } reply)
                    {
                        await stream.WriteAsync((byte[])[(byte)(reply.Length >> 8), (byte)reply.Length, .. reply], _ending.Token);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
        {
            // It ends.
        }
    }

    private byte[]? Reply(byte[] asked, bool isUdp)
    {
        var (name, end) = ReadName(asked);
        var type = BinaryPrimitives.ReadUInt16BigEndian(asked.AsSpan(end));
        Asked.Enqueue($"{name} {(type == A ? "A" : type == Aaaa ? "AAAA" : type)}");
        var answer = _answer(name);
        if (answer.IsSilent || answer.Raw is not null)
        {
            return answer.IsSilent ? null : [.. asked[..2], .. answer.Raw!];
        }

        List<byte[]> records =
        [
            .. answer.Cnames.Select(alias => Record(Cname, NameOf(alias))),
            .. answer.Addresses.Where(address => address.AddressFamily == (type == A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6))
                .Select(address => Record(type, address.GetAddressBytes())),
        ];
        var isCut = isUdp && records.Sum(record => record.Length) > 1_200;
        byte[] header =
        [
            asked[0], asked[1], (byte)(isCut ? 0x86 : 0x84), (byte)(0x80 | answer.Code), 0, 1, (byte)(isCut ? 0 : records.Count >> 8), (byte)(isCut ? 0 : records.Count), 0, 0, 0, 0,
        ];
        return [.. header, .. asked[12..(end + 4)], .. isCut ? [] : records.SelectMany(record => record)];
    }

    private static byte[] Record(ushort type, byte[] data) =>
        [0xC0, 12, (byte)(type >> 8), (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length, .. data];

    private static byte[] NameOf(string name) =>
        [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    private static (string Name, int End) ReadName(byte[] asked)
    {
        List<string> labels = [];
        var at = 12;
        for (; asked[at] != 0; at += 1 + asked[at])
        {
            labels.Add(Encoding.ASCII.GetString(asked, at + 1, asked[at]));
        }

        return (string.Join('.', labels).ToLowerInvariant(), at + 1);
    }

    /// <summary>What a name server says.</summary>
    internal sealed record Answer(params IPAddress[] Addresses)
    {
        public static Answer NoSuchName { get; } = new() { Code = 3 };

        public static Answer Silence { get; } = new() { IsSilent = true };

        public string[] Cnames { get; init; } = [];

        /// <summary>The code of the reply: 2 for a failure, 3 for no such name.</summary>
        public byte Code { get; init; }

        public bool IsSilent { get; init; }

        /// <summary>Bytes that go out behind the id, whatever they are.</summary>
        public byte[]? Raw { get; init; }
    }
}
