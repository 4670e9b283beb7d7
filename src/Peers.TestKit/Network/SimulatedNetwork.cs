using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace Peers.TestKit;

/// <summary>
/// A TCP network in virtual time: hosts, names, links and their faults. Production actors reach it through <see cref="SimulatedHost.Tcp"/>,
/// tests that are no engine through <see cref="Dial(IPEndPoint, IPEndPoint)"/> and <see cref="Listen"/>. All its chance comes from the seed.
/// </summary>
/// <remarks>
/// An address that no host has is silent, as most of the Internet is: connecting to it ends with the connect timeout.
/// </remarks>
public sealed class SimulatedNetwork
{
    /// <summary>How long a kernel repeats its SYN before a connect without a timeout of its own fails.</summary>
    public static readonly TimeSpan SynTimeout = TimeSpan.FromSeconds(127);

    private readonly int _seed;
    private readonly List<SimulatedHost> _hosts = [];
    private readonly List<SimulatedConnection> _connections = [];
    private readonly List<SimulatedPath> _waiting = [];
    private readonly Dictionary<string, IPAddress[]> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(IPAddress, IPAddress), LinkProfile> _links = [];
    private readonly HashSet<IPEndPoint> _refused = [];
    private readonly HashSet<IPEndPoint> _silentEndpoints = [];
    private readonly HashSet<IPAddress> _silentAddresses = [];
    private readonly HashSet<(IPAddress, IPAddress)> _cut = [];
    private readonly Dictionary<IPEndPoint, long> _resetAfter = [];
    private readonly Dictionary<string, int> _draws = [];

    internal SimulatedNetwork(int seed, VirtualTimeScheduler scheduler, SimulationTrace trace, Func<Props, string, IActorRef> actorOf)
    {
        _seed = seed;
        Scheduler = scheduler;
        Trace = trace;
        ActorOf = actorOf;
    }

    /// <summary>What links are like that have no profile of their own. Connections keep the profile they began with.</summary>
    public LinkProfile DefaultLink { get; set; } = LinkProfile.Default;

    /// <summary>The hosts, in the order they were made.</summary>
    public IReadOnlyList<SimulatedHost> Hosts => _hosts;

    /// <summary>The connections that at least one end still holds.</summary>
    public IReadOnlyList<SimulatedConnection> Connections => _connections;

    internal VirtualTimeScheduler Scheduler { get; }

    internal SimulationTrace Trace { get; }

    internal Func<Props, string, IActorRef> ActorOf { get; }

    /// <summary>Sees what applications hand to their sockets and take from them.</summary>
    internal List<IWireTap> Taps { get; } = [];

    /// <summary>The host with the first of these <paramref name="addresses"/>; it is made when there is none.</summary>
    public SimulatedHost Host(params string[] addresses) => Host(Array.ConvertAll(addresses, IPAddress.Parse));

    /// <summary>The host with the first of these <paramref name="addresses"/>; it is made when there is none.</summary>
    public SimulatedHost Host(params IPAddress[] addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentOutOfRangeException.ThrowIfZero(addresses.Length);
        if (HostAt(addresses[0]) is { } known)
            return known;
        var host = new SimulatedHost(this, Array.ConvertAll(addresses, SimulatedHost.Plain));
        _hosts.Add(host);
        return host;
    }

    /// <summary>Lets <paramref name="name"/> resolve to <paramref name="addresses"/>; without addresses it becomes unknown.</summary>
    public void Name(string name, params IPAddress[] addresses) => _names[name] = addresses;

    /// <summary>Gives connections between two addresses, from now on, a <paramref name="profile"/> of their own.</summary>
    public void Link(IPAddress one, IPAddress other, LinkProfile profile)
    {
        _links[(one, other)] = profile;
        _links[(other, one)] = profile;
    }

    /// <summary>Dials <paramref name="to"/> from a host that is no engine. The answer comes with virtual time.</summary>
    public RawPeer Dial(IPEndPoint from, IPEndPoint to)
    {
        ArgumentNullException.ThrowIfNull(from);
        return RawPeer.Dial(this, Host(from.Address), from, to);
    }

    /// <summary>Dials <paramref name="to"/> from a free port of a host that is no engine.</summary>
    public RawPeer Dial(IPAddress from, IPEndPoint to) => Dial(new IPEndPoint(from, 0), to);

    /// <summary>Listens on a host that is no engine.</summary>
    /// <exception cref="SimulationException">The endpoint is in use.</exception>
    public RawListener Listen(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new RawListener(Host(endpoint.Address), endpoint);
    }

    /// <summary>Lets <paramref name="endpoint"/> refuse connections, whether somebody listens or not, until <see cref="Restore(IPEndPoint)"/>.</summary>
    public void Refuse(IPEndPoint endpoint) => _refused.Add(endpoint);

    /// <summary>Lets nothing to and from <paramref name="endpoint"/> arrive, until <see cref="Restore(IPEndPoint)"/>; then what was sent arrives.</summary>
    public void Blackhole(IPEndPoint endpoint) => _silentEndpoints.Add(endpoint);

    /// <summary>Lets nothing to and from <paramref name="address"/> arrive, until <see cref="Restore(IPAddress)"/>; then what was sent arrives.</summary>
    public void Blackhole(IPAddress address) => _silentAddresses.Add(address);

    /// <summary>Lets nothing arrive between two addresses, until <see cref="Heal"/>; then what was sent arrives.</summary>
    public void Cut(IPAddress one, IPAddress other)
    {
        _cut.Add((one, other));
        _cut.Add((other, one));
    }

    /// <summary>Resets every connection that is made to <paramref name="endpoint"/> from now on when it has carried this many bytes.</summary>
    public void ResetAfter(IPEndPoint endpoint, long bytes) => _resetAfter[endpoint] = bytes;

    /// <summary>Takes back every fault of <paramref name="endpoint"/>.</summary>
    public void Restore(IPEndPoint endpoint)
    {
        _refused.Remove(endpoint);
        _silentEndpoints.Remove(endpoint);
        _resetAfter.Remove(endpoint);
        Release();
    }

    /// <summary>Takes back <see cref="Blackhole(IPAddress)"/>.</summary>
    public void Restore(IPAddress address)
    {
        _silentAddresses.Remove(address);
        Release();
    }

    /// <summary>Takes back <see cref="Cut"/>.</summary>
    public void Heal(IPAddress one, IPAddress other)
    {
        _cut.Remove((one, other));
        _cut.Remove((other, one));
        Release();
    }

    internal IReadOnlyList<IPAddress> Resolve(string name) =>
        _names.TryGetValue(name, out var addresses) ? addresses : IPAddress.TryParse(name, out var literal) ? [literal] : [];

    internal ConnectAttempt Connect(SimulatedHost host, IPEndPoint? wanted, IPEndPoint to, Action<SimulatedSocket> connected, Action<SocketError> failed)
    {
        var timeout = new Cancelable((IScheduler)Scheduler);
        var attempt = new ConnectAttempt(connected, failed, timeout);
        var remote = new IPEndPoint(SimulatedHost.Plain(to.Address), to.Port);
        if (host.LocalEndFor(remote.Address, wanted) is not { } local)
        {
            attempt.Fail(SocketError.NetworkUnreachable);
            return attempt;
        }

        var profile = host.Owns(remote.Address) ? LinkProfile.Loopback
            : _links.TryGetValue((local.Address, remote.Address), out var own) ? own : DefaultLink;
        var forth = new SimulatedPath(this, local, remote, profile, RandomFor($"{local}>{remote} path"));
        var back = new SimulatedPath(this, remote, local, profile, RandomFor($"{remote}>{local} path"));
        Trace.Network("connect", local, remote);
        ((IActionScheduler)Scheduler).ScheduleOnce(SynTimeout, () => attempt.Fail(SocketError.TimedOut), timeout);
        forth.Send(() => SynArrives(host, attempt, forth, back, profile));
        return attempt;
    }

    internal void After(TimeSpan delay, Action action) => ((IActionScheduler)Scheduler).ScheduleOnce(delay, action);

    internal void Wait(SimulatedPath path) => _waiting.Add(path);

    internal void Forget(SimulatedConnection connection) => _connections.Remove(connection);

    internal bool IsCut(IPEndPoint from, IPEndPoint to) =>
        _silentAddresses.Contains(from.Address) || _silentAddresses.Contains(to.Address) ||
        _silentEndpoints.Contains(from) || _silentEndpoints.Contains(to) || _cut.Contains((from.Address, to.Address));

    // Each use has a source of its own, numbered, so that what one connection draws does not move what another draws.
    internal Random RandomFor(string purpose)
    {
        var draw = _draws[purpose] = _draws.GetValueOrDefault(purpose) + 1;
        return Seeds.Derive(_seed, $"network {purpose} {draw}");
    }

    private void SynArrives(SimulatedHost from, ConnectAttempt attempt, SimulatedPath forth, SimulatedPath back, LinkProfile profile)
    {
        var host = IPAddress.IsLoopback(forth.To.Address) ? from : HostAt(forth.To.Address);
        if (host is null)
            return;

        if (_refused.Contains(forth.To) || host.PortAt(forth.To) is not { } port)
        {
            Trace.Network("refuse", forth.From, forth.To);
            back.Send(() => attempt.Fail(SocketError.ConnectionRefused));
            return;
        }

        var connection = new SimulatedConnection(this, forth, back, profile);
        if (_resetAfter.TryGetValue(forth.To, out var bytes))
            connection.ResetAfter(bytes);
        back.Send(() =>
        {
            if (attempt.IsOver)
                return;
            _connections.Add(connection);
            forth.Send(() => AckArrives(port, connection));
            attempt.Connected(connection.InitiatorSocket);
        });
    }

    private void AckArrives(SimulatedPort port, SimulatedConnection connection)
    {
        if (!port.IsOpen)
        {
            connection.AcceptorSocket.Abort();
            return;
        }

        Trace.Network("accept", connection.Initiator, connection.Acceptor);
        port.Accept(connection.AcceptorSocket);
    }

    private SimulatedHost? HostAt(IPAddress address) => _hosts.Find(host => host.Addresses.Contains(SimulatedHost.Plain(address)));

    private void Release()
    {
        var waiting = _waiting.Where(path => !IsCut(path.From, path.To)).ToArray();
        foreach (var path in waiting)
        {
            _waiting.Remove(path);
            path.Release();
        }
    }
}
