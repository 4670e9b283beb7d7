using Peers.Wire;

namespace Peers.TestKit;

/// <summary>What a <see cref="SilentNode"/> says at all.</summary>
public enum Silence
{
    /// <summary>Nothing, never: it only accepts.</summary>
    Complete,

    /// <summary>The handshake, and nothing behind it: no pong either.</summary>
    AfterHandshake,

    /// <summary>The handshake and pongs: it looks alive, and withholds everything. An attacker who eclipses a node does that.</summary>
    Withholding,
}

/// <summary>A node that accepts connections, or opens them, and then keeps quiet.</summary>
/// <param name="simulation">Where it lives.</param>
/// <param name="host">The host that it runs on.</param>
/// <param name="silence">How quiet it is.</param>
public sealed class SilentNode(Simulation simulation, SimulatedHost host, Silence silence = Silence.AfterHandshake) : ModelNode(simulation, host)
{
    internal override bool Handshakes => silence != Silence.Complete;

    /// <summary>Messages that it heard behind the handshake, and did not answer.</summary>
    public long Ignored { get; private set; }

    internal override void Hear(NodeConnection connection, Message message)
    {
        if (silence == Silence.Withholding && message is PingMessage { Nonce: { } nonce })
        {
            connection.Say(new PongMessage(nonce));
        }
        else
        {
            Ignored++;
        }
    }
}
