using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;

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

    private const int SmallestTidying = 1024;

    private readonly List<SimulatedHost> _hosts = [];
    private readonly Dictionary<IPAddress, SimulatedHost> _hostAt = [];
    private List<SimulatedConnection> _connections = [];
    private readonly Dictionary<string, IPAddress[]> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(IPAddress, IPAddress), LinkProfile> _links = [];
    private TcpSettings? _tcpSettings;
    private int _over;

    internal SimulatedNetwork(int seed, VirtualTimeScheduler scheduler, SimulationTrace trace, Func<Props, string, IActorRef> actorOf)
    {
        Seed = seed;
        Scheduler = scheduler;
        Trace = trace;
        ActorOf = actorOf;
    }

    /// <summary>What links are like that have no profile of their own. Connections keep the profile they began with.</summary>
    public LinkProfile DefaultLink { get; set; } = LinkProfile.Default;

    /// <summary>The hosts, in the order they were made.</summary>
    public IReadOnlyList<SimulatedHost> Hosts => _hosts;

    /// <summary>The connections that at least one end still holds.</summary>
    public IReadOnlyList<SimulatedConnection> Connections
    {
        get
        {
            ForgetThoseThatAreOver();
            return _connections;
        }
    }

    internal int Seed { get; }

    internal NetworkFaults Faults { get; } = new();

    internal VirtualTimeScheduler Scheduler { get; }

    internal SimulationTrace Trace { get; }

    internal Func<Props, string, IActorRef> ActorOf { get; }

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
        foreach (var address in host.Addresses)
            _hostAt[address] = host;
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
    public void Refuse(IPEndPoint endpoint) => Faults.Refuse(endpoint);

    /// <summary>Lets nothing to and from <paramref name="endpoint"/> arrive, until <see cref="Restore(IPEndPoint)"/>; then what was sent arrives.</summary>
    public void Blackhole(IPEndPoint endpoint) => Faults.Blackhole(endpoint);

    /// <summary>Lets nothing to and from <paramref name="address"/> arrive, until <see cref="Restore(IPAddress)"/>; then what was sent arrives.</summary>
    public void Blackhole(IPAddress address) => Faults.Blackhole(address);

    /// <summary>Lets nothing arrive between two addresses, until <see cref="Heal"/>; then what was sent arrives.</summary>
    public void Cut(IPAddress one, IPAddress other) => Faults.Cut(one, other);

    /// <summary>Resets every connection that is made to <paramref name="endpoint"/> from now on when it has carried this many bytes.</summary>
    public void ResetAfter(IPEndPoint endpoint, long bytes) => Faults.ResetAfter(endpoint, bytes);

    /// <summary>Takes back every fault of <paramref name="endpoint"/>.</summary>
    public void Restore(IPEndPoint endpoint) => Faults.Restore(endpoint);

    /// <summary>Takes back <see cref="Blackhole(IPAddress)"/>.</summary>
    public void Restore(IPAddress address) => Faults.Restore(address);

    /// <summary>Takes back <see cref="Cut"/>.</summary>
    public void Heal(IPAddress one, IPAddress other) => Faults.Heal(one, other);

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
        Trace.Write($"connect {local} > {remote}");
        ((IActionScheduler)Scheduler).ScheduleOnce(SynTimeout, () => attempt.Fail(SocketError.TimedOut), timeout);
        new SimulatedConnection(this, host, local, remote, profile, host.DrawsForDial(), attempt).Dial();
        return attempt;
    }

    internal void After(TimeSpan delay, Action action) => ((IActionScheduler)Scheduler).ScheduleOnce(delay, action);

    internal TcpSettings SettingsFor(ActorSystem system) => _tcpSettings ??= TcpSettings.Create(system);

    internal SimulatedHost? HostFor(SimulatedHost dialler, IPAddress address) => IPAddress.IsLoopback(address) ? dialler : HostAt(address);

    internal void Remember(SimulatedConnection connection) => _connections.Add(connection);

    /// <summary>One more connection is over. The list is tidied now and then: taking one out of 80,000 each time would cost more than all else.</summary>
    internal void Forget()
    {
        if (++_over > SmallestTidying && _over > _connections.Count / 2)
            ForgetThoseThatAreOver();
    }

    private void ForgetThoseThatAreOver()
    {
        if (_over == 0)
            return;
        _over = 0;
        // A new list: who looks at the old one may be the one who ends connections.
        _connections = _connections.FindAll(connection => !connection.IsOver);
    }

    private SimulatedHost? HostAt(IPAddress address) => _hostAt.GetValueOrDefault(SimulatedHost.Plain(address));
}
