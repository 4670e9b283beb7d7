using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;

namespace Peers.Simulations.Kit;

/// <summary>The real Akka.IO on loopback, with ports that the system chooses. Its time limit only ends a test that has failed.</summary>
internal sealed class RealTcpWorld : ITcpWorld
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create("real", ConfigurationFactory.ParseString(
        """
        akka { loggers = [], stdout-loglevel = OFF, log-dead-letters = off }
        akka.coordinated-shutdown { run-by-clr-shutdown-hook = off, run-by-actor-system-terminate = off, terminate-actor-system = off }
        """));

    private readonly List<IDisposable> _sockets = [];

    public IActorRef Tcp => Akka.IO.Tcp.Manager(_system);

    public IPEndPoint Here => new(IPAddress.Loopback, 0);

    public string NameOfHere => "localhost";

    public ITcpProbe Probe() => new Speaker(_system);

    public IActorRef ActorOf(Props props) => _system.ActorOf(props);

    public async Task<ITcpRemote> Dial(IPEndPoint endpoint)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        await socket.ConnectAsync(endpoint);
        return new Raw(socket);
    }

    public Task<ITcpRemoteListener> Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        socket.Bind(Here);
        socket.Listen();
        return Task.FromResult<ITcpRemoteListener>(new Listener(socket, _sockets));
    }

    public void Dispose()
    {
        _system.Terminate().Wait(Limit);
        _sockets.ForEach(socket => socket.Dispose());
    }

    private sealed class Speaker : ITcpProbe
    {
        private readonly Channel<(object Message, IActorRef Sender)> _received = Channel.CreateUnbounded<(object, IActorRef)>();
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Speaker(ActorSystem system) => Ref = system.ActorOf(Props.Create(() => new SpeakerActor(_received.Writer, _stopped)));

        public IActorRef Ref { get; }

        public IActorRef LastSender { get; private set; } = ActorRefs.Nobody;

        public int Waiting => _received.Reader.Count;

        public void Tell(IActorRef target, object message) => target.Tell(message, Ref);

        public Task Watch(IActorRef target) => Ref.Ask<Watching>(new Watching(target), Limit);

        public Task Stop()
        {
            Ref.Tell(PoisonPill.Instance);
            return _stopped.Task.WaitAsync(Limit);
        }

        public async Task<T> Expect<T>()
        {
            (var message, LastSender) = await _received.Reader.ReadAsync().AsTask().WaitAsync(Limit);
            return Assert.IsType<T>(message);
        }

        private sealed record Watching(IActorRef Target);

        private sealed class SpeakerActor(ChannelWriter<(object, IActorRef)> received, TaskCompletionSource stopped) : UntypedActor
        {
            protected override void PostStop() => stopped.SetResult();

            protected override void OnReceive(object message)
            {
                if (message is Watching watching)
                {
                    Context.Watch(watching.Target);
                    Sender.Tell(watching);
                }
                else
                {
                    received.TryWrite((message, Sender));
                }
            }
        }
    }

    private sealed class Raw(Socket socket) : ITcpRemote
    {
        private Task _sent = Task.CompletedTask;

        public IPEndPoint Local => (IPEndPoint)socket.LocalEndPoint!;

        public void Send(byte[] bytes) => _sent = SendAfter(_sent, bytes);

        public void Finish() => socket.Shutdown(SocketShutdown.Send);

        public void Reset()
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }

        public async Task<byte[]> Read(int count)
        {
            var bytes = new byte[count];
            for (var filled = 0; filled < count;)
            {
                var read = await socket.ReceiveAsync(bytes.AsMemory(filled)).AsTask().WaitAsync(Limit);
                Assert.NotEqual(0, read);
                filled += read;
            }

            return bytes;
        }

        public async Task<TcpEnd> End()
        {
            try
            {
                var rest = new byte[4096];
                while (await socket.ReceiveAsync(rest.AsMemory()).AsTask().WaitAsync(Limit) > 0)
                {
                }

                return TcpEnd.Finished;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
            {
                return TcpEnd.Reset;
            }
        }

        private async Task SendAfter(Task before, byte[] bytes)
        {
            await before;
            for (var sent = 0; sent < bytes.Length;)
                sent += await socket.SendAsync(bytes.AsMemory(sent));
        }
    }

    private sealed class Listener(Socket socket, List<IDisposable> sockets) : ITcpRemoteListener
    {
        public IPEndPoint Endpoint => (IPEndPoint)socket.LocalEndPoint!;

        public async Task<ITcpRemote> Accept()
        {
            var accepted = await socket.AcceptAsync().WaitAsync(Limit);
            sockets.Add(accepted);
            return new Raw(accepted);
        }
    }
}
