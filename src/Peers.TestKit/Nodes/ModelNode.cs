using System.Net;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// A node that is no engine: it speaks the protocol by itself, as far as its kind does, and reacts to what it hears while the simulation
/// runs; nobody has to wait for it.
/// </summary>
public abstract class ModelNode
{
    private readonly Simulation _simulation;
    private readonly List<NodeConnection> _connections = [];

    private protected ModelNode(Simulation simulation, SimulatedHost host)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        ArgumentNullException.ThrowIfNull(host);
        _simulation = simulation;
        Host = host;
    }

    /// <summary>The host that it runs on.</summary>
    public SimulatedHost Host { get; }

    /// <summary>Connections whose handshake is done.</summary>
    public int Connections => _connections.Count(connection => connection.IsReady);

    /// <summary>Connections that are open, those included whose handshake is not done.</summary>
    public int OpenConnections => _connections.Count;

    /// <summary>Whether it does its part of a handshake.</summary>
    internal virtual bool Handshakes => true;

    private protected IReadOnlyList<NodeConnection> All => _connections;

    private protected Simulation Simulation => _simulation;

    /// <summary>Accepts connections.</summary>
    /// <param name="port">The port; that of regtest unless it is said.</param>
    /// <returns>Where it listens.</returns>
    public IPEndPoint Listen(int port = 18444)
    {
        var endpoint = new IPEndPoint(Host.Addresses[0], port);
        return new RawListener(Host, endpoint, raw => _connections.Add(new NodeConnection(this, raw, dialled: false))).Endpoint;
    }

    /// <summary>Opens a connection.</summary>
    public void Dial(IPEndPoint remote) =>
        _connections.Add(new NodeConnection(this, _simulation.Network.Dial(Host.Addresses[0], remote), dialled: true));

    /// <summary>Ends all its connections.</summary>
    public void CloseAll()
    {
        foreach (var connection in _connections.ToArray())
        {
            connection.Close();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name} {Host}";

    internal virtual void IsReady(NodeConnection connection)
    {
    }

    internal abstract void Hear(NodeConnection connection, Message message);

    internal virtual void HasRead(NodeConnection connection)
    {
    }

    internal void Lost(NodeConnection connection) => _connections.Remove(connection);

    internal VersionMessage Version(RawPeer raw)
    {
        Span<byte> nonce = stackalloc byte[sizeof(ulong)];
        _simulation.Random($"nonce of {raw.Local} to {raw.Remote}").NextBytes(nonce);
        return new VersionMessage(
            ProtocolVersion.Latest, ServiceFlags.Network | ServiceFlags.Witness, _simulation.Clock.GetUtcNow().ToUnixTimeSeconds(),
            new VersionAddress(ServiceFlags.None, default), new VersionAddress(ServiceFlags.Network, default), BitConverter.ToUInt64(nonce) | 1,
            "/model:1.0/", 0, true);
    }

    private protected void After(TimeSpan time, Action action) => _simulation.Network.After(time, action);
}
