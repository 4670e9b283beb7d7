using System.Net;
using System.Net.Sockets;

namespace Peers.Hostile.Tests.RealSockets;

/// <summary>What is wrong with the line on its way to the engine; bytes are counted from the first.</summary>
internal sealed record Fault
{
    /// <summary>Each run of bytes waits so long.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Bytes of one write at most.</summary>
    public int Chunk { get; init; } = 64 * 1024;

    /// <summary>Bytes that are gathered before any goes on.</summary>
    public int Gather { get; init; }

    /// <summary>The byte at this place is another one.</summary>
    public int? Corrupt { get; init; }

    /// <summary>Behind so many bytes the connection is reset.</summary>
    public int? ResetAfter { get; init; }

    /// <summary>Behind so many bytes the stream ends, while the other direction goes on.</summary>
    public int? EndAfter { get; init; }

    /// <summary>Behind so many bytes nothing goes on, and nobody is told.</summary>
    public int? SilentAfter { get; init; }
}

/// <summary>Stands between a caller and the engine, on real sockets, and spoils the way there.</summary>
internal sealed class FaultProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly Fault _fault;
    private readonly CancellationTokenSource _end = new();

    public FaultProxy(IPEndPoint target, Fault fault)
    {
        (_target, _fault) = (target, fault);
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var caller = await _listener.AcceptSocketAsync(_end.Token);
                _ = RelayAsync(caller);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task RelayAsync(Socket caller)
    {
        using var target = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (caller)
        {
            try
            {
                await target.ConnectAsync(_target, _end.Token);
                await Task.WhenAll(SpoilAsync(caller, target), CopyAsync(target, caller));
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
            {
            }
        }
    }

    private async Task SpoilAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        var waiting = new List<byte>();
        for (var passed = 0; ;)
        {
            var count = await from.ReceiveAsync(buffer, _end.Token);
            waiting.AddRange(buffer[..count]);
            if (count > 0 && waiting.Count < _fault.Gather)
            {
                continue;
            }

            foreach (var chunk in waiting.Chunk(_fault.Chunk))
            {
                await Task.Delay(_fault.Delay, _end.Token);
                var last = new[] { _fault.ResetAfter, _fault.EndAfter, _fault.SilentAfter }.Min() is { } limit && passed + chunk.Length >= limit ? limit - passed : -1;
                if (_fault.Corrupt is { } place && place >= passed && place < passed + chunk.Length)
                {
                    chunk[place - passed] ^= 0x55;
                }

                await to.SendAsync(last >= 0 ? chunk.AsMemory(0, last) : chunk, _end.Token);
                passed += chunk.Length;
                if (last < 0)
                {
                    continue;
                }

                if (_fault.ResetAfter is not null)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50), _end.Token); // What was said is to be heard first.
                    to.LingerState = new LingerOption(true, 0);
                    to.Close();
                }
                else if (_fault.EndAfter is not null)
                {
                    to.Shutdown(SocketShutdown.Send);
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, _end.Token);
            }

            waiting.Clear();
            if (count == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        for (int count; (count = await from.ReceiveAsync(buffer, _end.Token)) > 0;)
        {
            await to.SendAsync(buffer.AsMemory(0, count), _end.Token);
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
