using System.Net;
using System.Net.Sockets;

namespace Peers.Tests.Conformance;

/// <summary>Stands between two engines and counts the bytes each way.</summary>
internal sealed class CountingRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private long _forth;
    private long _back;

    public CountingRelay(IPEndPoint to)
    {
        _listener.Start();
        Over = RelayAsync(to);
    }

    /// <summary>Where to dial.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Completes when both ways are closed: bytes from who dialled, and back.</summary>
    public Task<(long Forth, long Back)> Over { get; }

    public void Dispose() => _listener.Dispose();

    private async Task<(long Forth, long Back)> RelayAsync(IPEndPoint to)
    {
        using var near = await _listener.AcceptTcpClientAsync();
        using var far = new TcpClient();
        await far.ConnectAsync(to);
        await Task.WhenAll(
            PumpAsync(near, far, count => _forth += count),
            PumpAsync(far, near, count => _back += count));
        return (_forth, _back);
    }

    private static async Task PumpAsync(TcpClient from, TcpClient to, Action<int> count)
    {
        var buffer = new byte[4096];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is var length and > 0)
            {
                count(length);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
            }
        }
        catch (IOException)
        {
            // Reset by either side: the other is closed below.
        }

        to.Client.Close();
    }
}
