namespace Peers.TestKit;

/// <summary>When all engines were stopped, they hold no socket and no port, and nothing is scheduled.</summary>
public sealed class NothingIsLeft : Invariant
{
    /// <inheritdoc />
    public override string Rule => "Nothing is left when the engines are gone";

    /// <inheritdoc />
    public override void Ended()
    {
        foreach (var connection in Run.Simulation.Network.Connections)
        {
            foreach (var socket in (SimulatedSocket?[])[connection.InitiatorSocket, connection.IsAccepted ? connection.AcceptorSocket : null])
            {
                if (socket is { IsClosed: false } && Run.Engines.Any(engine => engine.Host.Owns(socket.Local.Address)))
                    Broken($"a socket is open: {connection}");
            }
        }

        foreach (var engine in Run.Engines)
        {
            if (engine.Host.Ports.Count > 0)
                Broken($"{engine.Host} still listens on {engine.Host.Ports[0].Endpoint}");
        }

        if (Run.Simulation.Scheduler.NextDue is { } due)
            Broken($"something is scheduled for {due}");
    }
}
