using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.IO;

namespace Peers.TestKit;

/// <summary>The tries of one <see cref="Tcp.Connect"/>: names resolved, IPv4 and IPv6 in turn, as often as the settings say.</summary>
internal sealed class Dialling(SimulatedNetwork network, SimulatedHost host, TcpSettings settings, Tcp.Connect connect)
{
    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMilliseconds(1);

    private readonly List<IPEndPoint> _candidates = [];
    private ConnectAttempt? _attempt;
    private SimulatedSocket? _connected;
    private IActorRef _actor = ActorRefs.Nobody;
    private int _tries;
    private bool _over;

    public Tcp.Connect Command => connect;

    public TimeSpan? Timeout => connect.Timeout;

    public bool ForceIpv4 => settings.OutgoingSocketForceIpv4;

    public void Start(IActorRef actor)
    {
        _actor = actor;
        switch (connect.RemoteAddress)
        {
            case IPEndPoint endpoint:
                _candidates.Add(endpoint);
                break;
            case DnsEndPoint name:
                var addresses = network.Resolve(name.Host);
                Add(name, addresses, AddressFamily.InterNetwork);
                Add(name, addresses, AddressFamily.InterNetworkV6);
                break;
        }

        if (_candidates.Count == 0)
            actor.Tell(new Failed(new SocketException((int)SocketError.HostNotFound)));
        else
            Try();
    }

    /// <summary>Whether there is another try, which is then under way.</summary>
    public bool AnotherTry()
    {
        if (_candidates.Count == 0 || _tries > settings.FinishConnectRetries)
            return false;
        network.After(PauseBetweenTries, Try);
        return true;
    }

    /// <summary>Called when the actor ends: a connection that it has not closed itself is reset, even one it has not heard of yet.</summary>
    public void GiveUp()
    {
        _over = true;
        _attempt?.GiveUp();
        _connected?.Abort();
    }

    private void Add(DnsEndPoint name, IReadOnlyList<IPAddress> addresses, AddressFamily family)
    {
        if (addresses.FirstOrDefault(address => address.AddressFamily == family) is { } found)
            _candidates.Add(new IPEndPoint(found, name.Port));
    }

    private void Try()
    {
        if (_over)
            return;
        var remote = _candidates[_tries++ % _candidates.Count];
        _attempt = network.Connect(
            host,
            connect.LocalAddress as IPEndPoint,
            remote,
            socket =>
            {
                _connected = socket;
                _actor.Tell(new Succeeded(socket));
            },
            // Akka.IO hides why: a refused and an unreachable port look the same to production code.
            _ => _actor.Tell(new Failed(new ConnectException("Could not establish connection because finishConnect never returned true"))));
    }

    public sealed record Succeeded(SimulatedSocket Socket) : IDeadLetterSuppression;

    public sealed record Failed(Exception Cause) : IDeadLetterSuppression;
}
