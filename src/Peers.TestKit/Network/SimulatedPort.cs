using System.Net;

namespace Peers.TestKit;

/// <summary>A listening endpoint of a host: connections wait here until somebody takes them.</summary>
internal sealed class SimulatedPort(SimulatedHost host, IPEndPoint endpoint, Action ready)
{
    private readonly Queue<SimulatedSocket> _waiting = new();

    public IPEndPoint Endpoint => endpoint;

    public bool IsOpen { get; private set; } = true;

    public void Accept(SimulatedSocket socket)
    {
        _waiting.Enqueue(socket);
        ready();
    }

    public SimulatedSocket? Take() => _waiting.TryDequeue(out var socket) ? socket : null;

    /// <summary>Its host is gone, and with it those that wait here.</summary>
    public void Vanish()
    {
        IsOpen = false;
        _waiting.Clear();
        host.Release(this);
    }

    public void Close()
    {
        if (!IsOpen)
            return;
        IsOpen = false;
        host.Release(this);
        while (_waiting.TryDequeue(out var socket))
            socket.Abort();
    }
}
