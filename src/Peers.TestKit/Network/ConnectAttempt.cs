using System.Net.Sockets;
using Akka.Actor;

namespace Peers.TestKit;

/// <summary>A dial under way: it ends once, with a socket, with an error, or because it was given up.</summary>
internal sealed class ConnectAttempt(Action<SimulatedSocket> connected, Action<SocketError> failed, ICancelable timeout)
{
    public bool IsOver { get; private set; }

    public void Connected(SimulatedSocket socket)
    {
        GiveUp();
        connected(socket);
    }

    public void Fail(SocketError error)
    {
        if (IsOver)
            return;
        GiveUp();
        failed(error);
    }

    public void GiveUp()
    {
        IsOver = true;
        timeout.Cancel();
    }
}
