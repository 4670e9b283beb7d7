using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.Configuration;

namespace Peers.Hostile.Tests.RealSockets;

/// <summary>Row 92 over sockets of the operating system, by both kinds of them.</summary>
public sealed class RealProxyTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly DnsEndPoint Node = new("node.invalid", 18444);

    private readonly ActorSystem _system = ActorSystem.Create("proxied", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));
    private readonly TcpListener _proxy = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];

    public RealProxyTests() => _proxy.Start();

    [AlsoRow("92")]
    [Theory(DisplayName = "A name that only the proxy knows is reached through it, by words that come whole or byte by byte")]
    [InlineData("akka-io", false)]
    [InlineData("akka-io", true)]
    [InlineData("sockets", false)]
    [InlineData("sockets", true)]
    public async Task Reached(string networkIo, bool byteByByte)
    {
        await using var node = Start("node", "");
        var at = await node.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var engine = Start("engine", $"peers.network-io = {networkIo}\npeers.proxy = \"{_proxy.LocalEndpoint}\"");
        var dial = engine.ConnectAsync(Node);
        var client = await AcceptAsync();
        Assert.Equal([5, 2, 0, 2], await HearAsync(client, 4));
        await SayAsync(client, [5, 2], byteByByte);
        var user = await HearAsync(client, 20);
        Assert.Equal((1, 16), (user[0], user[1]));
        await SayAsync(client, [1, 0], byteByByte);
        Assert.Equal([5, 1, 0, 3, 12, .. "node.invalid"u8, 0x48, 0x0C], await HearAsync(client, 19));
        var server = Keep(new Socket(SocketType.Stream, ProtocolType.Tcp));
        await server.ConnectAsync(at);
        await SayAsync(client, [5, 0, 0, 3, 5, .. "a.b.c"u8, 1, 2], byteByByte);
        _ = RelayAsync(client, server);
        _ = RelayAsync(server, client);
        var peer = await dial.WaitAsync(Patience);
        Assert.Equal(_proxy.LocalEndpoint, (await peer.GetStatsAsync().WaitAsync(Patience)).Endpoint);
    }

    [AlsoRow("92")]
    [Theory(DisplayName = "A proxy that refuses, dies or is not there")]
    [InlineData("akka-io")]
    [InlineData("sockets")]
    public async Task Refused(string networkIo)
    {
        await using var engine = Start("engine", $"peers.network-io = {networkIo}\npeers.proxy = \"{_proxy.LocalEndpoint}\"");
        foreach (var (said, code) in new (byte[], int?)[] { ([5, 0, 5, 4, 0, 1, 0, 0, 0, 0, 0, 0], 4), ([5, 0, 5], null), ([], null) })
        {
            var dial = engine.ConnectAsync(Node);
            var client = await AcceptAsync();
            await HearAsync(client, 4);
            await client.SendAsync(said);
            client.Shutdown(SocketShutdown.Send);
            var fault = await Assert.ThrowsAsync<PeerUnreachableException>(() => dial.WaitAsync(Patience));
            Assert.Equal(code, Assert.IsType<DisconnectReason.ProxyFailed>(fault.Reason).Code);
        }

        _proxy.Stop();
        var gone = await Assert.ThrowsAsync<PeerUnreachableException>(() => engine.ConnectAsync(Node).WaitAsync(Patience));
        Assert.Contains("connection refused", Assert.IsType<DisconnectReason.ProxyFailed>(gone.Reason).Why, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Dispose();
        _sockets.ForEach(socket => socket.Dispose());
        await _system.Terminate();
    }

    private PeerEngine Start(string name, string hocon)
    {
        var config = ConfigurationFactory.ParseString($"peers.network = regtest\n{hocon}").WithFallback(PeerEngine.DefaultConfig);
        return PeerEngine.Start(_system, PeerSettings.From(config), name);
    }

    private Socket Keep(Socket socket)
    {
        socket.NoDelay = true;
        _sockets.Add(socket);
        return socket;
    }

    private async Task<Socket> AcceptAsync() => Keep(await _proxy.AcceptSocketAsync().WaitAsync(Patience));

    private static async Task<byte[]> HearAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            var more = await socket.ReceiveAsync(bytes.AsMemory(have)).AsTask().WaitAsync(Patience);
            Assert.True(more > 0, $"the engine closed behind {Encoding.Latin1.GetString(bytes, 0, have)}");
            have += more;
        }

        return bytes;
    }

    private static async Task SayAsync(Socket socket, byte[] bytes, bool byteByByte)
    {
        foreach (var part in bytes.Chunk(byteByByte ? 1 : bytes.Length))
        {
            await socket.SendAsync(part);
            await Task.Yield();
        }
    }

    private static async Task RelayAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[4_096];
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
