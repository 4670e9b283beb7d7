using System.Net;
using Akka.Actor;
using Peers.TestKit;

namespace Peers.Simulations.Kit;

internal sealed class SimulatedTcpWorld : ITcpWorld
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly IPAddress Remote = IPAddress.Parse("10.0.0.2");

    private readonly SimulatedHost _host;

    public SimulatedTcpWorld()
    {
        _host = Simulation.Network.Host("10.0.0.1");
        Simulation.Network.Name(NameOfHere, _host.Addresses[0]);
    }

    public Simulation Simulation { get; } = new();

    public IActorRef Tcp => _host.Tcp;

    public IPEndPoint Here => new(_host.Addresses[0], 0);

    public string NameOfHere => "here.example";

    public ITcpProbe Probe() => new Speaker(Simulation);

    public Task<ITcpRemote> Dial(IPEndPoint endpoint)
    {
        var peer = Simulation.Network.Dial(Remote, endpoint);
        Simulation.Until(() => peer.IsConnected, Limit);
        return Task.FromResult<ITcpRemote>(new Raw(Simulation, peer));
    }

    public Task<ITcpRemoteListener> Listen() =>
        Task.FromResult<ITcpRemoteListener>(new Listener(Simulation, Simulation.Network.Listen(new IPEndPoint(Remote, 0))));

    public void Dispose() => Simulation.Dispose();

    private sealed class Speaker(Simulation simulation) : ITcpProbe
    {
        private readonly Recorder _recorder = simulation.Recorder();
        private int _taken;

        public IActorRef Ref => _recorder.Ref;

        public IActorRef LastSender { get; private set; } = ActorRefs.Nobody;

        public int Waiting => _recorder.All.Count - _taken;

        public void Tell(IActorRef target, object message) => _recorder.Tell(target, message);

        public Task Watch(IActorRef target)
        {
            _recorder.Watch(target);
            return Task.CompletedTask;
        }

        public Task Stop()
        {
            Ref.Tell(PoisonPill.Instance);
            simulation.Run();
            return Task.CompletedTask;
        }

        public Task<T> Expect<T>()
        {
            simulation.Until(() => Waiting > 0, Limit, typeof(T).Name);
            var recorded = _recorder.All[_taken++];
            LastSender = recorded.Sender;
            return Task.FromResult(Assert.IsType<T>(recorded.Message));
        }
    }

    private sealed class Raw(Simulation simulation, RawPeer peer) : ITcpRemote
    {
        public IPEndPoint Local => peer.Local;

        public void Send(byte[] bytes) => peer.Send(bytes);

        public void Finish() => peer.CloseWrite();

        public void Reset() => peer.Reset();

        public Task<byte[]> Read(int count)
        {
            peer.ResumeReading();
            simulation.Until(() => peer.Available >= count, Limit);
            peer.PauseReading();
            return Task.FromResult(peer.Take(count));
        }

        public Task<TcpEnd> End()
        {
            peer.ResumeReading();
            simulation.Until(() => peer.IsClosed, Limit);
            return Task.FromResult(peer.HowClosed switch
            {
                RawPeerEnd.Finished => TcpEnd.Finished,
                RawPeerEnd.Reset => TcpEnd.Reset,
                var how => throw new InvalidOperationException(how.ToString()),
            });
        }
    }

    private sealed class Listener(Simulation simulation, RawListener listener) : ITcpRemoteListener
    {
        public IPEndPoint Endpoint => listener.Endpoint;

        public Task<ITcpRemote> Accept()
        {
            simulation.Until(() => listener.Accepted.Count > 0, Limit);
            var peer = listener.Take();
            peer.PauseReading();
            return Task.FromResult<ITcpRemote>(new Raw(simulation, peer));
        }
    }
}
