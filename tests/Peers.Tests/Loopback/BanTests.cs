using System.Net;
using System.Net.Sockets;
using Peers.Tests.Loopback.Kit;
using Peers.Wire;

namespace Peers.Tests.Loopback;

/// <summary>Who is let in and who is kept out, over real sockets and by the facade.</summary>
public sealed class BanTests : EngineTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact(DisplayName = "BanAsync ends who is connected and keeps it out, in and out; GetBansAsync lists it; UnbanAsync lets it in again")]
    public async Task Ban_and_unban()
    {
        await using var server = Start("server");
        await using var client = Start("client");
        var at = await server.ListenAsync(AnyPort);
        await using var before = await client.ConnectAsync(at).WaitAsync(Patience);
        await using var theirs = await server.Accepted.ReadAsync().AsTask().WaitAsync(Patience);

        var ban = await server.BanAsync(Subnet.Parse("127.0.0.0/8"), TimeSpan.FromHours(1), "a test").WaitAsync(Patience);
        Assert.Equal(new DisconnectReason.Banned(ban), await theirs.WhenStopped.WaitAsync(Patience));
        await before.WhenStopped.WaitAsync(Patience);
        Assert.Equal(ban, Assert.Single(await server.GetBansAsync()));
        Assert.Equal(TimeSpan.FromHours(1), ban.Until - ban.Since);

        var inbound = await Assert.ThrowsAsync<PeerUnreachableException>(() => client.ConnectAsync(at).WaitAsync(Patience));
        Assert.True(inbound.Reason is DisconnectReason.RemoteClosed or DisconnectReason.ConnectionReset or DisconnectReason.ConnectFailed, inbound.Reason.ToString());
        var outbound = await Assert.ThrowsAsync<PeerUnreachableException>(() => server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 1)).WaitAsync(Patience));
        Assert.Equal(new DisconnectReason.Banned(ban), outbound.Reason);

        Assert.False(await server.UnbanAsync(Subnet.Parse("127.0.0.1")).WaitAsync(Patience));
        Assert.True(await server.UnbanAsync(Subnet.Parse("127.0.0.0/8")).WaitAsync(Patience));
        Assert.Empty(await server.GetBansAsync());
        await using var after = await client.ConnectAsync(at).WaitAsync(Patience);
    }

    [Fact(DisplayName = "What cannot be banned is said in a line: the proxy's address, and a time that is none; an engine that is gone bans nobody")]
    public async Task Cannot_be_banned()
    {
        await using var engine = Start("engine", "peers.proxy = \"127.0.0.1:9050\"");
        var proxy = await Assert.ThrowsAsync<ArgumentException>(() => engine.BanAsync(Subnet.Of(IPAddress.Loopback)).WaitAsync(Patience));
        Assert.StartsWith("127.0.0.1 is not banned: it is the proxy's address (peers.proxy, peers.proxies), behind which anybody may be", proxy.Message, StringComparison.Ordinal);
        var none = await Assert.ThrowsAsync<ArgumentException>(() => engine.BanAsync(Subnet.Parse("192.0.2.1"), TimeSpan.Zero).WaitAsync(Patience));
        Assert.Contains("the time of a ban must be more than zero", none.Message, StringComparison.Ordinal);
        await engine.StopAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => engine.BanAsync(Subnet.Parse("192.0.2.1")).WaitAsync(Patience));
        Assert.False(await engine.UnbanAsync(Subnet.Parse("192.0.2.1")).WaitAsync(Patience));
        Assert.Empty(await engine.GetBansAsync().WaitAsync(Patience));
    }

    [Fact(DisplayName = "ReportMisbehaviour disconnects; with this machine not exempt a place that is nearly the last one is not for it any more")]
    public async Task Misbehaviour()
    {
        await using var server = Start("server", "peers { misbehaviour.exempt = [], listen.max-inbound = 1 }");
        await using var client = Start("client");
        var at = await server.ListenAsync(AnyPort);
        await using var ours = await client.ConnectAsync(at).WaitAsync(Patience);
        await using var theirs = await server.Accepted.ReadAsync().AsTask().WaitAsync(Patience);
        server.ReportMisbehaviour(theirs.Id, "a block without work");
        Assert.Equal(new DisconnectReason.Discouraged("a block without work"), await theirs.WhenStopped.WaitAsync(Patience));
        await Assert.ThrowsAsync<PeerUnreachableException>(() => client.ConnectAsync(at).WaitAsync(Patience));
    }

    [Fact(DisplayName = "Row 83 over the kernel: where this machine is not exempt, of 100 silent connections 8 are pending and the rest closed, and a peer from before is served")]
    public async Task Unfinished_handshakes()
    {
        await using var server = Start("server", "peers.admission.exempt = []");
        await using var client = Start("client");
        var at = await server.ListenAsync(AnyPort);
        await using var ours = await client.ConnectAsync(at).WaitAsync(Patience);
        List<Socket> silent = [];
        try
        {
            List<Task> ends = [];
            for (var i = 0; i < 100; i++)
            {
                silent.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                ends.Add(EndOf(silent[^1], at));
            }

            for (var closed = 0; closed < 92; closed++)
            {
                ends.Remove(await Task.WhenAny(ends).WaitAsync(Patience));
            }

            ours.Send(new PingMessage(7));
            Assert.Equal(new PongMessage(7), await ours.Messages.ReadAsync().AsTask().WaitAsync(Patience));
            Assert.Equal(8, ends.Count(end => !end.IsCompleted));
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }

        static async Task EndOf(Socket socket, IPEndPoint at)
        {
            try
            {
                await socket.ConnectAsync(at);
                await socket.ReceiveAsync(new byte[1]);
            }
            catch (SocketException)
            {
                // Closed by a reset, which may come before the connect has returned: it is the same.
            }
        }
    }
}
