using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Peers.Wire;

namespace Peers;

/// <summary>A peer engine in an actor system: the front door. Users of actors talk to <see cref="Manager"/>; both ways are one.</summary>
/// <example>
/// <code>
/// await using var engine = PeerEngine.Start(system);
/// await using var peer = await engine.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 18444));
/// </code>
/// </example>
public sealed partial class PeerEngine : IAsyncDisposable
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private readonly ActorSystem _system;
    private readonly IActorRef _front;
    private readonly Channel<IPeer> _accepted;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<Task> _stop;

    private PeerEngine(ActorSystem system, PeerSettings settings, IActorRef manager, string name)
    {
        _system = system;
        _stop = new Lazy<Task>(StopOnceAsync);
        Settings = settings;
        Manager = manager;
        _accepted = WaitingPeers(settings.Listen.MaxInbound);
        _kept = WaitingPeers(settings.Outbound.Max);
        _front = system.ActorOf(FrontActor.Props(manager, settings, _accepted.Writer, _kept.Writer, _gone), $"{name}-front");
    }

    /// <summary>Every setting with its default: <c>hocon/peers.conf</c>.</summary>
    public static Config DefaultConfig { get; } = ConfigurationFactory.FromResource("peers.conf", typeof(PeerEngine).Assembly);

    /// <summary>The actor that takes <see cref="ManagerCommand"/>s.</summary>
    public IActorRef Manager { get; }

    /// <summary>The settings of this engine.</summary>
    public PeerSettings Settings { get; }

    /// <summary>
    /// Peers that connected to an address of <see cref="ListenAsync"/>. One that is not taken holds what it hears;
    /// when as many as may connect wait here, the oldest is disconnected.
    /// </summary>
    public ChannelReader<IPeer> Accepted => _accepted.Reader;

    /// <summary>Starts an engine.</summary>
    /// <param name="system">Where it lives.</param>
    /// <param name="settings">Its settings; null to read them from the actor system.</param>
    /// <param name="name">The name of its actors; engines in one system need different ones.</param>
    /// <exception cref="SettingsException">The settings cannot be used.</exception>
    public static PeerEngine Start(ActorSystem system, PeerSettings? settings = null, string name = "peers")
    {
        ArgumentNullException.ThrowIfNull(system);
        settings ??= PeerSettings.From(system);
        Prime(system);
        return new PeerEngine(system, settings, system.ActorOf(Props(settings, system), name), name);
    }

    /// <summary>The manager for an actor of your own to supervise; it takes <see cref="ManagerCommand"/>s.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="network">The network: an actor that speaks Akka.IO's TCP protocol, as <c>Tcp.Manager(system)</c> does.</param>
    /// <exception cref="SettingsException">A value that code has put into the settings cannot be used.</exception>
    public static Props Props(PeerSettings settings, IActorRef network) =>
        PeerManagerActor.Props((settings ?? throw new ArgumentNullException(nameof(settings))).Validated(), new AkkaNetwork(network));

    /// <summary>The manager for an actor of your own to supervise, on the network that <c>peers.network-io</c> names.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="system">Where it will live.</param>
    /// <exception cref="SettingsException">A value that code has put into the settings cannot be used.</exception>
    public static Props Props(PeerSettings settings, ActorSystem system) =>
        PeerManagerActor.Props((settings ?? throw new ArgumentNullException(nameof(settings))).Validated(), ConnectionNetwork.Of(settings, system));

    /// <summary>Accepts connections.</summary>
    /// <param name="local">Where; port 0 for any free one.</param>
    /// <param name="cancellation">Ends the waiting, not the listening.</param>
    /// <returns>The address, with the port that was chosen.</returns>
    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    public async Task<IPEndPoint> ListenAsync(IPEndPoint local, CancellationToken cancellation = default) =>
        await Manager.Ask<PeerEvent>((IActorRef asker) => new Listen(local, asker, _front, Consumption.Held), null, cancellation) switch
        {
            Listening listening => listening.Local,
            ListenFailed failed => throw new ListenException(failed),
            var other => throw new InvalidOperationException($"{other} is no answer to Listen"),
        };

    /// <summary>Opens a connection as the settings say; completes when its handshake is done.</summary>
    /// <param name="remote">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="cancellation">Gives the connection up.</param>
    /// <exception cref="PeerUnreachableException">The connection ended before its handshake was done; it says why.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public Task<IPeer> ConnectAsync(EndPoint remote, CancellationToken cancellation = default) =>
        ConnectAsync(remote, PeerOptions.Default, cancellation);

    /// <summary>Opens a connection; completes when its handshake is done.</summary>
    /// <param name="remote">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="options">What this connection has otherwise than the settings say.</param>
    /// <param name="cancellation">Gives the connection up.</param>
    /// <exception cref="PeerUnreachableException">The connection ended before its handshake was done; it says why.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public Task<IPeer> ConnectAsync(EndPoint remote, PeerOptions options, CancellationToken cancellation = default)
    {
        var here = Here();
        return OpenAsync(remote, inbox => new Connect(remote, inbox, Consumption.Explicit, options) { Trace = here }, cancellation);
    }

    /// <summary>
    /// Speaks on a connection that exists: any duplex stream, such as a pipe, an <c>SslStream</c> or a socket that a proxy opened (as btcd's
    /// <c>AssociateConnection</c>). Completes when the handshake is done.
    /// </summary>
    /// <param name="stream">
    /// The stream; the engine's from here on. It is disposed exactly once: when the connection ends, or when it cannot be made. Reading and
    /// writing must be possible at the same time (see <see cref="Adopt"/>).
    /// </param>
    /// <param name="direction">Who opened it: an outbound connection says its <c>version</c> first.</param>
    /// <param name="remote">The remote's address; null when there is none to tell: then it is 0.0.0.0:0.</param>
    /// <param name="options">What this connection has otherwise than the settings say; null for nothing.</param>
    /// <param name="cancellation">Gives the connection up.</param>
    /// <exception cref="PeerUnreachableException">The connection ended before its handshake was done, or was refused; it says why.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<IPeer> AdoptAsync(
        Stream stream, Direction direction, IPEndPoint? remote = null, PeerOptions? options = null, CancellationToken cancellation = default)
    {
        var adopt = new Adopt(stream, direction, remote, Consumption: Consumption.Explicit, Options: options) { Trace = Here() };
        try
        {
            return await OpenAsync(remote ?? Endpoints.Untold, inbox => adopt with { Listener = inbox }, cancellation);
        }
        catch
        {
            _ = adopt.Owned.DisposeAsync(); // Nobody else may have come to know of it.
            throw;
        }
    }

    /// <summary>Runs your code for each event, one at a time, on an actor of its own.</summary>
    /// <returns>Dispose it to hear no more.</returns>
    public IDisposable Subscribe(Action<PeerEvent> happened) => Subscribe(happened, null);

    /// <param name="happened">Hears each event.</param>
    /// <param name="ended">Called behind the last one: the engine is gone, or the subscription disposed.</param>
    internal IDisposable Subscribe(Action<PeerEvent> happened, Action? ended)
    {
        var subscriber = _system.ActorOf(EventActor.Props(Manager, happened, ended));
        Manager.Tell(new Subscribe(subscriber));
        return new Subscription(_system, subscriber);
    }

    /// <summary>Who is connected.</summary>
    public async Task<ImmutableArray<PeerSummary>> GetPeersAsync(CancellationToken cancellation = default) =>
        (await Manager.Ask<PeerList>((IActorRef asker) => new GetPeers(asker), null, cancellation)).Peers;

    /// <summary>
    /// Bans an address or a subnet (<see cref="Subnet.Parse"/>): nobody of it may connect to us or be connected to, and who is connected is ended as
    /// <see cref="DisconnectReason.Banned"/>. A ban of the same subject is replaced. Bans live as long as the engine; keep what <see cref="GetBansAsync"/> says, and
    /// ban again, to have them longer.
    /// </summary>
    /// <param name="subject">Who.</param>
    /// <param name="time">How long; null for as long as <c>peers.bans.time</c> says, a day.</param>
    /// <param name="why">Why.</param>
    /// <param name="cancellation">Ends the waiting, not the ban.</param>
    /// <returns>The ban.</returns>
    /// <exception cref="ArgumentException">It is the proxy's address, behind which anybody may be, or the time is not more than zero.</exception>
    public async Task<Ban> BanAsync(Subnet subject, TimeSpan? time = null, string why = "banned by hand", CancellationToken cancellation = default) =>
        await Manager.Ask<PeerEvent>((IActorRef asker) => new BanSubnet(subject, asker, time, why), null, cancellation) switch
        {
            SubnetBanned banned => banned.Ban,
            NotBanned not => throw new ArgumentException($"{subject} is not banned: {not.Why}", nameof(subject)),
            var other => throw new InvalidOperationException($"{other} is no answer to BanSubnet"),
        };

    /// <summary>Lifts the ban of that very address or subnet.</summary>
    /// <param name="subject">Whose.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> UnbanAsync(Subnet subject, CancellationToken cancellation = default) =>
        (await Manager.Ask<SubnetUnbanned>((IActorRef asker) => new UnbanSubnet(subject, asker), null, cancellation)).WasBanned;

    /// <summary>Who is banned, those whose ban ends first at the head.</summary>
    public async Task<ImmutableArray<Ban>> GetBansAsync(CancellationToken cancellation = default) =>
        (await Manager.Ask<BanList>((IActorRef asker) => new GetBans(asker), null, cancellation)).Bans;

    /// <summary>Holds against a remote what only you can see, such as a block without work: <c>peers.misbehaviour</c> says what follows.</summary>
    /// <param name="peer">The connection.</param>
    /// <param name="why">What it did.</param>
    /// <param name="points">How badly, from 1 to 100; the policy <c>core</c> knows no more or less.</param>
    public void ReportMisbehaviour(PeerId peer, string why, int points = 100) => Manager.Tell(new ReportMisbehaviour(peer, why, points));

    /// <summary>Announces something to all peers but one, each at its own time.</summary>
    public void Announce(Announcement what, PeerId? except = null) => Manager.Tell(new AnnounceToAll(what, except));

    /// <summary>Announces what that names to all peers but one, each at its own time.</summary>
    public void Announce(InventoryVector item, PeerId? except = null) => Announce(Announcement.Of(item), except);

    /// <summary>Sends a message to all peers that pass the filter.</summary>
    public void Broadcast(Message message, PeerFilter? where = null) => Manager.Tell(new Broadcast(message, where ?? PeerFilter.All));

    /// <summary>
    /// Ends all connections, what is queued is written first, then the engine. It never throws, may be called from anywhere, also at once and
    /// again, and takes at most three times <c>peers.stop-timeout</c> and two seconds: what has not ended by then is ended where it stands.
    /// </summary>
    public Task StopAsync() => _stop.Value;

    /// <summary>As <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>
    /// The scheduler starts at its first use and blocks that thread; used first under load it stalled the pool for most of a minute.
    /// </summary>
    private static void Prime(ActorSystem system)
    {
        var thread = new Thread(() => system.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(1), ActorRefs.Nobody, "prime", ActorRefs.NoSender))
        {
            IsBackground = true,
        };
        thread.Start();
        thread.Join();
    }

    /// <summary>What was heard goes with it: remotes that come and go where nobody accepts must not fill the memory.</summary>
    private static async Task ForgetAsync(IPeer unaccepted)
    {
        await unaccepted.DisconnectAsync("nobody accepts");
        await unaccepted.DisposeAsync();
    }

    /// <summary>What the user is doing; it does not cross a mailbox by itself.</summary>
    private static ActivityContext Here() => Activity.Current?.Context ?? default;

    private async Task<IPeer> OpenAsync(EndPoint remote, Func<IActorRef, ManagerCommand> command, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var ready = new TaskCompletionSource<IPeer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _front.Tell(new FrontActor.Open(remote, command, ready, cancellation));
        try
        {
            await Task.WhenAny(ready.Task, _gone.Task);
            return ready.Task.IsCompleted
                ? await ready.Task
                : throw new PeerUnreachableException(remote.Text(), new DisconnectReason.Refused("the engine is gone"));
        }
        catch (PeerUnreachableException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    private async Task StopOnceAsync()
    {
        // Peers, then listeners, then what did not answer: three times the same patience at most.
        await EndAsync(Manager, StopEngine.Instance, (3 * Settings.StopTimeout) + OneSecond);
        await EndAsync(_front, FrontActor.Finish.Instance, OneSecond);
    }

    /// <summary>Ends an actor of the engine, waits for it within its patience and then no longer; a system that is gone took it along.</summary>
    private async Task EndAsync(IActorRef actor, object word, TimeSpan patience)
    {
        if (_system.WhenTerminated.IsCompleted)
        {
            return;
        }

        var ended = actor.GracefulStop(patience, word);
        await Task.WhenAny(ended, _system.WhenTerminated);
        if (!ended.IsCompletedSuccessfully)
        {
            _ = ended.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            _system.Stop(actor);
        }
    }

    private sealed class Subscription(ActorSystem system, IActorRef subscriber) : IDisposable
    {
        public void Dispose() => system.Stop(subscriber);
    }
}
