using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;

namespace Peers.Simulations.Kit;

/// <summary>The contract as an adopted stream keeps it, over a real socket; and what only streams do.</summary>
public sealed class StreamSocketContract : SocketContract
{
    private readonly RealTcpWorld _world = new();
    private readonly PeerSettings _settings = PeerSettings.From(PeerEngine.DefaultConfig);
    private readonly List<CountingStream> _streams = [];

    private protected override int FrameSize => _settings.Connection.FrameSize;

    /// <summary>A stream is disposed of: it knows no other end.</summary>
    private protected override TcpEnd EndOfAbort => TcpEnd.Finished;

    [Theory(DisplayName = "However a socket ends, its stream is disposed once")]
    [InlineData("close")]
    [InlineData("abort")]
    [InlineData("handler")]
    [InlineData("remote")]
    [InlineData("stop")]
    public async Task Disposed_once(string how)
    {
        var (connection, handler, remote) = await Open(pullMode: true);
        var watcher = Probe();
        await watcher.Watch(connection);
        handler.Tell(connection, Tcp.ResumeReading.Instance);
        switch (how)
        {
            case "close":
                handler.Tell(connection, Tcp.Close.Instance);
                break;
            case "abort":
                handler.Tell(connection, Tcp.Abort.Instance);
                handler.Tell(connection, Tcp.Abort.Instance);
                break;
            case "handler":
                await handler.Stop();
                break;
            case "remote":
                remote.Finish();
                break;
            default:
                watcher.Tell(connection, PoisonPill.Instance);
                break;
        }

        await watcher.Expect<Terminated>();
        Assert.Equal(TcpEnd.Finished, await remote.End());
        await _streams.Single().Disposed;
        Assert.Equal(1, _streams.Single().Disposals);
    }

    protected override void Dispose(bool disposing) => _world.Dispose();

    private protected override ITcpProbe Probe() => _world.Probe();

    private protected override async Task<(IActorRef Connection, ITcpProbe Handler, ITcpRemote Remote)> Accept(bool pullMode)
    {
        using var listener = new TcpListener(_world.Here);
        listener.Start();
        var remote = await _world.Dial((IPEndPoint)listener.LocalEndpoint);
        var stream = new CountingStream(new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true));
        _streams.Add(stream);
        return (_world.ActorOf(StreamSocketActor.Props(new AdoptedStream(stream), _settings)), Probe(), remote);
    }

    /// <summary>Counts how often it is disposed of.</summary>
    private sealed class CountingStream(Stream inner) : Stream
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _disposals;

        public int Disposals => _disposals;

        public Task Disposed => _disposed.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer, cancellationToken);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            Interlocked.Increment(ref _disposals);
            inner.Dispose();
            _disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
