using System.Net;
using System.Net.Sockets;

namespace Peers.Hostile.Tests.Host;

/// <summary>No local port is left towards a remote: a dial fails with a typed reason, and goes on when there are some again.</summary>
internal static class FewPorts
{
    public const string Name = "few-ports";

    public static async Task<string> RunAsync(string networkIo)
    {
        await using var living = await LivingEngine.StartAsync($"peers.network-io = {networkIo}\npeers.connection.connect-timeout = 2s");
        await using var remote = await LivingEngine.StartAsync("");
        var taken = await TakeAllAsync(remote.Endpoint);
        var dialled = await Assert.ThrowsAsync<PeerUnreachableException>(() => living.Engine.ConnectAsync(remote.Endpoint));
        Assert.IsType<DisconnectReason.ConnectFailed>(dialled.Reason);
        Assert.InRange(await living.SentinelIsServedAsync(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        taken.ForEach(socket => socket.Close(0));
        await living.Engine.ConnectAsync(remote.Endpoint);
        return $"{taken.Count} ports taken, dial: {dialled.Message}";
    }

    private static async Task<List<Socket>> TakeAllAsync(IPEndPoint remote)
    {
        var taken = new List<Socket>();
        try
        {
            while (true)
            {
                taken.Add(new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0) });
                await taken[^1].ConnectAsync(remote);
            }
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            return taken;
        }
    }
}
