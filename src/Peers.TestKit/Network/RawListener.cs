using System.Net;

namespace Peers.TestKit;

/// <summary>A listening endpoint of a host that is no engine: every connection to it becomes a <see cref="RawPeer"/>.</summary>
public sealed class RawListener
{
    private readonly SimulatedPort _port;
    private readonly List<RawPeer> _accepted = [];
    private readonly Queue<Action<RawPeer>> _waiting = new();
    private readonly Action<RawPeer>? _taker;
    private int _taken;
    private int _open;

    /// <param name="host">Where it listens.</param>
    /// <param name="endpoint">The address.</param>
    /// <param name="taker">Who takes each connection, instead of <see cref="Accepted"/>.</param>
    internal RawListener(SimulatedHost host, IPEndPoint endpoint, Action<RawPeer>? taker = null)
    {
        _taker = taker;
        var error = host.Listen(endpoint, Ready, out var port);
        _port = port ?? throw new SimulationException($"Cannot listen on {endpoint}: {error}.");
    }

    /// <summary>Where it listens; the port is filled in when 0 was asked for.</summary>
    public IPEndPoint Endpoint => _port.Endpoint;

    /// <summary>Every connection accepted so far, those that were closed at once included.</summary>
    public IReadOnlyList<RawPeer> Accepted => _accepted;

    /// <summary>
    /// Closes each connection that is accepted from now on when it has received this many bytes: 0 at once, as a node does that has banned the
    /// dialler. <c>null</c>, the default: never.
    /// </summary>
    public long? ClosesAfter { get; set; }

    /// <summary>Whether <see cref="ClosesAfter"/> and <see cref="Room"/> end a connection by a reset; by its end (FIN) if not.</summary>
    public bool ClosesByReset { get; set; }

    /// <summary>How many connections may be open at a time; one more is accepted and closed at once, as a node does that is full. <c>null</c>: any number.</summary>
    public int? Room { get; set; }

    /// <summary>The oldest accepted connection not taken yet.</summary>
    /// <exception cref="SimulationException">There is none: time has to pass first.</exception>
    public RawPeer Take() => _taken < _accepted.Count
        ? _accepted[_taken++]
        : throw new SimulationException($"Nobody has connected to {Endpoint} that was not taken already.");

    /// <summary>Listens no more; accepted connections stay.</summary>
    public void Close() => _port.Close();

    /// <summary>Calls back with the connection that is accepted after those that others wait for.</summary>
    internal void OnNext(Action<RawPeer> accepted) => _waiting.Enqueue(accepted);

    private void Ready()
    {
        while (_port.Take() is { } socket)
        {
            var peer = RawPeer.Accept(socket, Closed);
            if (_taker is { } taker)
            {
                taker(peer);
                continue;
            }

            _accepted.Add(peer);
            if (_waiting.TryDequeue(out var next))
                next(peer);
            _open++;
            if (_open > Room)
                End(peer);
            else if (ClosesAfter is { } limit)
                CloseAfter(peer, limit);
        }
    }

    private void Closed() => _open--;

    private void CloseAfter(RawPeer peer, long limit)
    {
        peer.Arrived += Count;
        Count();

        void Count()
        {
            if (peer.ReceivedCount >= limit && !peer.IsClosed)
                End(peer);
        }
    }

    private void End(RawPeer peer)
    {
        if (ClosesByReset)
            peer.Reset();
        else
            peer.Close();
    }
}
