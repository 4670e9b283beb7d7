using Akka.Actor;

namespace Peers.TestKit;

/// <summary>A connection between the engine under test and a remote at a test's command.</summary>
public sealed class ScriptedConnection
{
    private readonly Func<PeerReady?> _ready;

    internal ScriptedConnection(ScriptedPeer remote, Recorder listener, Func<PeerReady?> ready)
    {
        Remote = remote;
        Listener = listener;
        _ready = ready;
    }

    /// <summary>The remote side: says, expects, answers, lies, hangs.</summary>
    public ScriptedPeer Remote { get; }

    /// <summary>Everything that the engine delivers of this connection; of all connections to the same port, when the remote dialled.</summary>
    public Recorder Listener { get; }

    /// <summary>Whether the handshake is done.</summary>
    public bool IsReady => _ready() is not null;

    /// <summary>What the engine said when the handshake was done.</summary>
    /// <exception cref="SimulationException">It is not done.</exception>
    public PeerReady Ready => _ready() ?? throw new SimulationException("The handshake of this connection is not done.");

    /// <summary>The engine's actor of this connection; it takes <see cref="PeerCommand"/>s.</summary>
    /// <exception cref="SimulationException">The handshake is not done.</exception>
    public IActorRef Peer => Ready.Peer;

    /// <summary>Takes it apart: <c>var (remote, peer, listener) = Dial();</c></summary>
    public void Deconstruct(out ScriptedPeer remote, out IActorRef peer, out Recorder listener) => (remote, peer, listener) = (Remote, Peer, Listener);
}
