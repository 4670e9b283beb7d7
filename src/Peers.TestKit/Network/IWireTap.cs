namespace Peers.TestKit;

/// <summary>Sees what applications hand to their sockets and take from them, in order, at the instant. It changes nothing.</summary>
internal interface IWireTap
{
    /// <summary>An application handed bytes over, and the window took them.</summary>
    void Sent(SimulatedSocket socket, byte[] bytes);

    /// <summary>An application took bytes.</summary>
    void Read(SimulatedSocket socket, byte[] bytes);
}
