using System.Net;
using Akka.Actor;
using Akka.IO;

namespace Peers.Simulations.Kit;

/// <summary>
/// What production actors rely on in Akka.IO's Tcp protocol. Each line is tried against Akka.IO itself and against the simulated
/// network: the second is worth something only as far as it does what the first does.
/// </summary>
public abstract class TcpContract : SocketContract
{
    private readonly ITcpWorld _world;

    private protected TcpContract(ITcpWorld world) => _world = world;

    private protected override int FrameSize => Settings.MaxFrameSizeBytes;

    protected override void Dispose(bool disposing) => _world.Dispose();

    [Fact(DisplayName = "Bind is answered by Bound with the port that was chosen; a connection reaches the bind handler")]
    public async Task Bind_and_accept()
    {
        var (binder, handler) = (_world.Probe(), _world.Probe());

        binder.Tell(_world.Tcp, new Tcp.Bind(handler.Ref, _world.Here, pullMode: true));
        var bound = (IPEndPoint)(await binder.Expect<Tcp.Bound>()).LocalAddress;
        var remote = await _world.Dial(bound);
        var connected = await handler.Expect<Tcp.Connected>();

        Assert.NotEqual(0, bound.Port);
        Assert.Equal(bound, connected.LocalAddress);
        Assert.Equal(Plain(remote.Local), connected.RemoteAddress);
        Assert.NotEqual(binder.LastSender, handler.LastSender);
    }

    [Fact(DisplayName = "Bind to an endpoint in use is answered by CommandFailed with the command and a cause")]
    public async Task Bind_in_use()
    {
        var binder = _world.Probe();
        binder.Tell(_world.Tcp, new Tcp.Bind(binder.Ref, _world.Here));
        var bind = new Tcp.Bind(binder.Ref, (await binder.Expect<Tcp.Bound>()).LocalAddress);

        binder.Tell(_world.Tcp, bind);
        var failed = await binder.Expect<Tcp.CommandFailed>();

        Assert.Same(bind, failed.Cmd);
        Assert.True(failed.Cause.HasValue);
    }

    [Fact(DisplayName = "Connect is answered by Connected, whose IPv4 endpoints look like IPv6")]
    public async Task Connect()
    {
        var listener = await _world.Listen();
        var dialler = _world.Probe();

        dialler.Tell(_world.Tcp, new Tcp.Connect(listener.Endpoint, pullMode: true));
        var connected = await dialler.Expect<Tcp.Connected>();
        await listener.Accept();

        Assert.Equal(new IPEndPoint(listener.Endpoint.Address.MapToIPv6(), listener.Endpoint.Port), connected.RemoteAddress);
        Assert.True(((IPEndPoint)connected.LocalAddress).Address.IsIPv4MappedToIPv6);
    }

    [Fact(DisplayName = "Connect with IPv4 forced shows plain IPv4 endpoints")]
    public async Task Connect_with_IPv4_forced()
    {
        var listener = await _world.Listen();
        var dialler = _world.Probe();

        dialler.Tell(_world.Tcp, new Tcp.Connect(listener.Endpoint) { TcpSettings = Settings with { OutgoingSocketForceIpv4 = true } });

        Assert.Equal(listener.Endpoint, (await dialler.Expect<Tcp.Connected>()).RemoteAddress);
    }

    [Theory(DisplayName = "Connect to a port where nobody listens is answered by CommandFailed, however often it is tried")]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Connect_refused(int retries)
    {
        var dialler = _world.Probe();
        var connect = new Tcp.Connect(await ClosedPort(), pullMode: true) { TcpSettings = Settings with { FinishConnectRetries = retries } };

        dialler.Tell(_world.Tcp, connect);
        var failed = await dialler.Expect<Tcp.CommandFailed>();

        Assert.Same(connect, failed.Cmd);
        Assert.IsType<ConnectException>(failed.Cause.Value);
    }

    [Fact(DisplayName = "Connect by name reaches the address that the name has")]
    public async Task Connect_by_name()
    {
        var (binder, handler, dialler) = (_world.Probe(), _world.Probe(), _world.Probe());
        binder.Tell(_world.Tcp, new Tcp.Bind(handler.Ref, _world.Here));
        var bound = (IPEndPoint)(await binder.Expect<Tcp.Bound>()).LocalAddress;

        dialler.Tell(_world.Tcp, new Tcp.Connect(new DnsEndPoint(_world.NameOfHere, bound.Port)));

        Assert.Equal(bound.Port, ((IPEndPoint)(await dialler.Expect<Tcp.Connected>()).RemoteAddress).Port);
        await handler.Expect<Tcp.Connected>();
    }

    [Fact(DisplayName = "Without pull mode bytes come unasked")]
    public async Task Push_mode()
    {
        var (_, handler, remote) = await Open(pullMode: false);

        remote.Send([1, 2, 3]);

        var received = new List<byte>();
        while (received.Count < 3)
            received.AddRange((await handler.Expect<Tcp.Received>()).Data.ToArray());
        Assert.Equal([1, 2, 3], received);
    }

    [Fact(DisplayName = "A write that would exceed the limit of the queue fails, and the rest is not disturbed")]
    public async Task Write_queue_limit()
    {
        var (connection, handler, remote) = await Dialled(Settings with { WriteCommandsQueueMaxSize = 1000 });
        var tooLarge = Tcp.Write.Create(ByteString.FromBytes(Bytes(1001)), Ack.Instance);

        handler.Tell(connection, tooLarge);
        Assert.Same(tooLarge, (await handler.Expect<Tcp.CommandFailed>()).Cmd);

        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes(Bytes(1000)), Ack.Instance));
        await handler.Expect<Ack>();
        Assert.Equal(Bytes(1000), await remote.Read(1000));
    }

    [Fact(DisplayName = "Kept open when the remote finishes, a connection still writes, and closes when told")]
    public async Task Half_closed_by_the_remote()
    {
        var (connection, handler, remote) = await Accept(pullMode: false);
        handler.Tell(connection, new Tcp.Register(handler.Ref, keepOpenOnPeerClosed: true));
        remote.Finish();
        await handler.Expect<Tcp.PeerClosed>();

        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes([1, 2]), Ack.Instance));
        await handler.Expect<Ack>();
        Assert.Equal([1, 2], await remote.Read(2));

        handler.Tell(connection, Tcp.Close.Instance);
        await handler.Expect<Tcp.Closed>();
        Assert.Equal(TcpEnd.Finished, await remote.End());
    }

    [Fact(DisplayName = "ConfirmedClose finishes our stream, still hears the remote, and is over when the remote finishes; writes fail meanwhile")]
    public async Task Confirmed_close()
    {
        var (connection, handler, remote) = await Open(pullMode: false);

        handler.Tell(connection, Tcp.ConfirmedClose.Instance);
        Assert.Equal(TcpEnd.Finished, await remote.End());
        remote.Send([4]);
        await handler.Expect<Tcp.Received>();
        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes([1]), Ack.Instance));
        await handler.Expect<Tcp.CommandFailed>();
        remote.Finish();

        await handler.Expect<Tcp.ConfirmedClosed>();
    }

    [Fact(DisplayName = "The end of a handler that had dialled itself is not noticed: its connection stays (Akka.IO 1.5.74)")]
    public async Task Handler_that_was_the_commander_dies()
    {
        var (connection, handler, remote) = await Dialled(Settings);
        var other = _world.Probe();
        await other.Watch(handler.Ref);

        await handler.Stop();
        await other.Expect<Terminated>();

        other.Tell(connection, Tcp.Write.Create(ByteString.FromBytes([1, 2, 3]), Ack.Instance));
        await other.Expect<Ack>();
        Assert.Equal([1, 2, 3], await remote.Read(3));
    }

    [Fact(DisplayName = "A connection that nobody registers for is reset when its time is over")]
    public async Task Register_timeout()
    {
        var listener = await _world.Listen();
        var dialler = _world.Probe();
        dialler.Tell(_world.Tcp, new Tcp.Connect(listener.Endpoint) { TcpSettings = Settings with { RegisterTimeout = TimeSpan.FromMilliseconds(50) } });
        var remote = await listener.Accept();
        await dialler.Expect<Tcp.Connected>();
        await dialler.Watch(dialler.LastSender);

        await dialler.Expect<Terminated>();

        Assert.Equal(TcpEnd.Reset, await remote.End());
    }

    [Fact(DisplayName = "The end of a commander that has not registered resets its connection")]
    public async Task Commander_dies()
    {
        var listener = await _world.Listen();
        var dialler = _world.Probe();
        dialler.Tell(_world.Tcp, new Tcp.Connect(listener.Endpoint));
        var remote = await listener.Accept();
        await dialler.Expect<Tcp.Connected>();

        await dialler.Stop();

        Assert.Equal(TcpEnd.Reset, await remote.End());
    }

    [Fact(DisplayName = "Unbind is answered by Unbound; nobody can connect then, and accepted connections end with it")]
    public async Task Unbind()
    {
        var (binder, handler, dialler) = (_world.Probe(), _world.Probe(), _world.Probe());
        binder.Tell(_world.Tcp, new Tcp.Bind(handler.Ref, _world.Here));
        var bound = (IPEndPoint)(await binder.Expect<Tcp.Bound>()).LocalAddress;
        var listener = binder.LastSender;
        var remote = await _world.Dial(bound);
        await handler.Expect<Tcp.Connected>();
        var connection = handler.LastSender;
        handler.Tell(connection, new Tcp.Register(handler.Ref));
        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes([1]), Ack.Instance));
        await handler.Expect<Ack>();

        binder.Tell(listener, Tcp.Unbind.Instance);
        await binder.Expect<Tcp.Unbound>();

        dialler.Tell(_world.Tcp, new Tcp.Connect(bound) { TcpSettings = Settings with { FinishConnectRetries = 0 } });
        await dialler.Expect<Tcp.CommandFailed>();
        await handler.Expect<Tcp.Aborted>();
        Assert.Equal(TcpEnd.Reset, await remote.End());
    }

    [Fact(DisplayName = "The end of the bind handler ends the listening")]
    public async Task Bind_handler_dies()
    {
        var (binder, handler) = (_world.Probe(), _world.Probe());
        binder.Tell(_world.Tcp, new Tcp.Bind(handler.Ref, _world.Here));
        await binder.Expect<Tcp.Bound>();
        await binder.Watch(binder.LastSender);

        await handler.Stop();

        await binder.Expect<Terminated>();
    }

    private protected override ITcpProbe Probe() => _world.Probe();

    private static Akka.IO.TcpSettings Settings { get; } = Akka.IO.TcpSettings.Create(
        Akka.Configuration.ConfigurationFactory.Default().GetConfig("akka.io.tcp")) with { FinishConnectRetries = 0 };

    private protected override async Task<(IActorRef Connection, ITcpProbe Handler, ITcpRemote Remote)> Accept(bool pullMode)
    {
        var (binder, handler) = (_world.Probe(), _world.Probe());
        binder.Tell(_world.Tcp, new Tcp.Bind(handler.Ref, _world.Here, pullMode: pullMode));
        var remote = await _world.Dial((IPEndPoint)(await binder.Expect<Tcp.Bound>()).LocalAddress);
        await handler.Expect<Tcp.Connected>();
        return (handler.LastSender, handler, remote);
    }

    private async Task<(IActorRef Connection, ITcpProbe Handler, ITcpRemote Remote)> Dialled(Akka.IO.TcpSettings settings)
    {
        var listener = await _world.Listen();
        var handler = _world.Probe();
        handler.Tell(_world.Tcp, new Tcp.Connect(listener.Endpoint, pullMode: true) { TcpSettings = settings });
        var remote = await listener.Accept();
        await handler.Expect<Tcp.Connected>();
        var connection = handler.LastSender;
        handler.Tell(connection, new Tcp.Register(handler.Ref));
        return (connection, handler, remote);
    }

    private async Task<IPEndPoint> ClosedPort()
    {
        var binder = _world.Probe();
        binder.Tell(_world.Tcp, new Tcp.Bind(binder.Ref, _world.Here));
        var bound = (IPEndPoint)(await binder.Expect<Tcp.Bound>()).LocalAddress;
        binder.Tell(binder.LastSender, Tcp.Unbind.Instance);
        await binder.Expect<Tcp.Unbound>();
        return bound;
    }

    private static IPEndPoint Plain(IPEndPoint endpoint) =>
        endpoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endpoint.Address.MapToIPv4(), endpoint.Port) : endpoint;

}

/// <summary>The contract as Akka.IO keeps it.</summary>
public sealed class RealTcpContract() : TcpContract(new RealTcpWorld());

/// <summary>The contract as the simulated network keeps it.</summary>
public sealed class SimulatedTcpContract() : TcpContract(new SimulatedTcpWorld());
