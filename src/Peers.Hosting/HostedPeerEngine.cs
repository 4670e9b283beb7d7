using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;
using Peers.Wire;

namespace Peers.Hosting;

/// <summary>The engine of the host as its services see it: there before the engine is, and no second way beside it.</summary>
internal sealed class HostedPeerEngine : IPeerEngine
{
    private const int MostEvents = 1024;

    private readonly TaskCompletionSource<PeerEngine> _engine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<Subscription> _early = [];
    private readonly List<Action<PeerEngine>> _said = [];
    private readonly HashSet<Task> _streams = []; // Of events; each goes when it ends.
    private PeerEngine? _running;
    private ImmutableArray<IPEndPoint> _listening = [];

    public Task Started => _started.Task;

    public PeerEngine Engine => _running ?? throw new InvalidOperationException("the engine has not started: it starts with the host; await IPeerEngine.Started");

    public IReadOnlyList<IPEndPoint> Listening => _listening;

    /// <summary>The engine runs, and listens nowhere yet.</summary>
    public void Run(PeerEngine engine)
    {
        lock (_lock)
        {
            _running = engine;
            foreach (var early in _early)
            {
                early.Begin(engine);
            }

            _early.Clear();
            _said.ForEach(say => say(engine));
            _said.Clear();
        }
    }

    /// <summary>It listens where it was told to.</summary>
    public void Start(ImmutableArray<IPEndPoint> listening)
    {
        _listening = listening;
        _engine.TrySetResult(Engine);
        _started.TrySetResult();
    }

    public void Fail(Exception why)
    {
        if (_started.TrySetException(why))
        {
            _engine.TrySetException(why);
            _ = (_started.Task.Exception, _engine.Task.Exception); // Nobody may wait for it.
        }
    }

    /// <summary>The engine has stopped.</summary>
    /// <returns>Completes when the streams of events have their last one.</returns>
    public Task EndAsync()
    {
        Fail(new OperationCanceledException("the engine was stopped before it had started"));
        lock (_lock)
        {
            _early.ForEach(early => early.Dispose());
            return Task.WhenAll(_streams);
        }
    }

    public async Task<IPeer> ConnectAsync(EndPoint remote, PeerOptions? options, CancellationToken cancellation)
    {
        var engine = await RunningAsync(cancellation);
        return await engine.ConnectAsync(remote, options ?? PeerOptions.Default, cancellation);
    }

    public async Task<IPEndPoint> ListenAsync(IPEndPoint local, CancellationToken cancellation) =>
        await (await RunningAsync(cancellation)).ListenAsync(local, cancellation);

    public async IAsyncEnumerable<IPeer> AcceptAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var engine = await RunningAsync(cancellation);
        await foreach (var peer in engine.Accepted.ReadAllAsync(cancellation))
        {
            yield return peer;
        }
    }

    public async IAsyncEnumerable<IPeer> KeptAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var engine = await RunningAsync(cancellation);
        await foreach (var peer in engine.Kept.ReadAllAsync(cancellation))
        {
            yield return peer;
        }
    }

    public void AddNode(EndPoint remote)
    {
        ArgumentNullException.ThrowIfNull(remote);
        WhenRunning(engine => engine.AddNode(remote));
    }

    public void RemoveNode(EndPoint remote)
    {
        ArgumentNullException.ThrowIfNull(remote);
        WhenRunning(engine => engine.RemoveNode(remote));
    }

    public void AddAddresses(IEnumerable<AddressEntry> addresses)
    {
        ImmutableArray<AddressEntry> known = [.. addresses];
        WhenRunning(engine => engine.AddAddresses(known));
    }

    public async Task<OutboundStatus> GetOutboundAsync(CancellationToken cancellation) => await (await RunningAsync(cancellation)).GetOutboundAsync(cancellation);

    public void Announce(Announcement what, PeerId? except) => _running?.Announce(what, except);

    public void Broadcast(Message message, PeerFilter? where) => _running?.Broadcast(message, where);

    public async Task<ImmutableArray<PeerSummary>> GetPeersAsync(CancellationToken cancellation) =>
        await (await RunningAsync(cancellation)).GetPeersAsync(cancellation);

    public async Task<Ban> BanAsync(Subnet subject, TimeSpan? time, string why, CancellationToken cancellation) =>
        await (await RunningAsync(cancellation)).BanAsync(subject, time, why, cancellation);

    public async Task<bool> UnbanAsync(Subnet subject, CancellationToken cancellation) => await (await RunningAsync(cancellation)).UnbanAsync(subject, cancellation);

    public async Task<ImmutableArray<Ban>> GetBansAsync(CancellationToken cancellation) => await (await RunningAsync(cancellation)).GetBansAsync(cancellation);

    /// <summary>Subscribes at the call, not at the first reading: what happens in between is not to be lost.</summary>
    public IAsyncEnumerable<PeerEvent> EventsAsync(CancellationToken cancellation)
    {
        var events = Channel.CreateBounded<PeerEvent>(new BoundedChannelOptions(MostEvents) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        var ended = new TaskCompletionSource();
        lock (_lock)
        {
            _streams.Add(ended.Task);
        }

        var subscription = Subscribe(happened => events.Writer.TryWrite(happened), () =>
        {
            events.Writer.TryComplete();
            ended.TrySetResult();
            lock (_lock)
            {
                _streams.Remove(ended.Task);
            }
        });
        return ReadAsync(events.Reader, subscription, cancellation);
    }

    public IDisposable Subscribe(Action<PeerEvent> happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return Subscribe(happened, null);
    }

    private IDisposable Subscribe(Action<PeerEvent> happened, Action? ended)
    {
        lock (_lock)
        {
            if (_running is { } engine)
            {
                return engine.Subscribe(happened, ended);
            }

            var early = new Subscription(happened, ended);
            _early.Add(early);
            return early;
        }
    }

    private static async IAsyncEnumerable<PeerEvent> ReadAsync(
        ChannelReader<PeerEvent> events, IDisposable subscription, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        using (subscription)
        {
            await foreach (var happened in events.ReadAllAsync(cancellation))
            {
                yield return happened;
            }
        }
    }

    /// <summary>In the order in which it was said; an engine that never starts hears nothing.</summary>
    private void WhenRunning(Action<PeerEngine> say)
    {
        lock (_lock)
        {
            if (_running is { } engine)
            {
                say(engine);
            }
            else
            {
                _said.Add(say);
            }
        }
    }

    private Task<PeerEngine> RunningAsync(CancellationToken cancellation) => _engine.Task.WaitAsync(cancellation);

    /// <summary>Somebody who wants to hear an engine that is not there yet.</summary>
    private sealed class Subscription(Action<PeerEvent> happened, Action? ended) : IDisposable
    {
        private readonly Lock _lock = new();
        private IDisposable? _begun;
        private bool _isDisposed;

        public void Begin(PeerEngine engine)
        {
            lock (_lock)
            {
                _begun = _isDisposed ? null : engine.Subscribe(happened, ended);
            }
        }

        public void Dispose()
        {
            lock (_lock)
            {
                if (!_isDisposed && _begun is null)
                {
                    ended?.Invoke();
                }

                _isDisposed = true;
                _begun?.Dispose();
            }
        }
    }
}
