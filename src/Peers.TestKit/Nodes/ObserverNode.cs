using System.Net;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// A node that dials many and says nothing but what keeps connections alive. It notes who announced what to it first: who guesses that this
/// is the origin learns as much as a spy would.
/// </summary>
/// <param name="simulation">Where it lives.</param>
/// <param name="host">The host that it runs on.</param>
public sealed class ObserverNode(Simulation simulation, SimulatedHost host) : ModelNode(simulation, host)
{
    private readonly Dictionary<Hash256, (IPAddress From, TimeSpan At)> _first = [];

    /// <summary>Who was the first to announce an item to it, and when, in virtual time since the start; null when nobody was.</summary>
    public (IPAddress From, TimeSpan At)? FirstAnnouncer(RelayItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return _first.TryGetValue(item.Id, out var first) ? first : null;
    }

    internal override void Hear(NodeConnection connection, Message message)
    {
        switch (message)
        {
            case PingMessage { Nonce: { } nonce }:
                connection.Say(new PongMessage(nonce));
                break;
            case InvMessage inv:
                foreach (var item in inv.Items)
                {
                    _first.TryAdd(item.Hash, (connection.Remote, Simulation.Elapsed));
                }

                break;
        }
    }
}
