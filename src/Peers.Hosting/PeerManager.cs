namespace Peers.Hosting;

/// <summary>The key by which Akka.Hosting's registry finds the manager of the engine, as in <c>IRequiredActor&lt;PeerManager&gt;</c>.</summary>
public sealed class PeerManager
{
    private PeerManager()
    {
    }
}
