using System.Text.Json;
using System.Threading.Channels;

namespace Peers.Dashboard;

/// <summary>
/// One look at the engine a second for all pages that are open, and none while there is none. It hears events only meanwhile, keeps the last of them and ten minutes
/// of figures, and tells a page that reads too slowly the newest state instead of every one.
/// </summary>
internal sealed class DashboardFeed(Func<CancellationToken, Task<PeerEngine>> engine, int mostWatchers, TimeProvider clock, CancellationToken stopping)
{
    private const int MostEvents = 100;
    private const int MostPoints = 600;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<Channel<ReadOnlyMemory<byte>>> _watchers = [];
    private readonly LinkedList<EventRow> _events = [];
    private readonly Queue<TrafficPoint> _points = [];
    private CancellationTokenSource? _looking;

    /// <summary>Begins to watch.</summary>
    /// <returns>What is to be told, state after state; null when too many watch already.</returns>
    public Channel<ReadOnlyMemory<byte>>? Watch()
    {
        lock (_lock)
        {
            if (_watchers.Count >= mostWatchers)
            {
                return null;
            }

            var watcher = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
            _watchers.Add(watcher);
            if (_looking is null)
            {
                _looking = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                _ = LookAsync(_looking);
            }

            return watcher;
        }
    }

    public void Leave(Channel<ReadOnlyMemory<byte>> watcher)
    {
        lock (_lock)
        {
            _watchers.Remove(watcher);
            if (_watchers.Count == 0)
            {
                _looking?.Cancel();
                _looking = null;
            }
        }
    }

    /// <summary>The figures of the last ten minutes, as far as somebody watched.</summary>
    public byte[] History()
    {
        lock (_lock)
        {
            return JsonSerializer.SerializeToUtf8Bytes<IReadOnlyList<TrafficPoint>>([.. _points], DashboardJson.Default.IReadOnlyListTrafficPoint);
        }
    }

    /// <summary>One look, for who asks once.</summary>
    /// <exception cref="TimeoutException">The engine does not answer.</exception>
    public async Task<DashboardState> LookAsync(CancellationToken cancellation) =>
        await new DashboardSnapshot(await engine(cancellation), clock).TakeAsync(Events(), cancellation);

    private async Task LookAsync(CancellationTokenSource looking)
    {
        var cancellation = looking.Token;
        try
        {
            var running = await engine(cancellation);
            using var hearing = running.Subscribe(Hear);
            var snapshot = new DashboardSnapshot(running, clock);
            using var timer = new PeriodicTimer(Beat, clock);
            do
            {
                Tell(await snapshot.TakeAsync(Events(), cancellation));
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any more, or the application stops.
        }
#pragma warning disable CA1031 // Whatever the start of an engine throws: the page says that it does not run.
        catch (Exception)
        {
            TellStopped();
        }
#pragma warning restore CA1031
        finally
        {
            End(looking);
        }
    }

    private void Hear(PeerEvent happened)
    {
        if (EventText.Of(happened, clock.GetUtcNow()) is not { } row)
        {
            return;
        }

        lock (_lock)
        {
            _events.AddFirst(row);
            if (_events.Count > MostEvents)
            {
                _events.RemoveLast();
            }
        }
    }

    private EventRow[] Events()
    {
        lock (_lock)
        {
            return [.. _events];
        }
    }

    private void Tell(DashboardState state)
    {
        ReadOnlyMemory<byte> told = JsonSerializer.SerializeToUtf8Bytes(state, DashboardJson.Default.DashboardState);
        lock (_lock)
        {
            _points.Enqueue(state.Point);
            if (_points.Count > MostPoints)
            {
                _points.Dequeue();
            }

            _watchers.ForEach(watcher => watcher.Writer.TryWrite(told));
        }
    }

    private void TellStopped()
    {
        var now = clock.GetUtcNow();
        Tell(new DashboardState(now, false, "", "", [], 0, new OutboundRow(0, 0, 0, 0, false, 0), [], [], Events(), new TrafficPoint(now, 0, 0, null, 0)));
    }

    /// <summary>Those who still watch are told no more: they come again, and find out how it stands then.</summary>
    private void End(CancellationTokenSource looking)
    {
        lock (_lock)
        {
            if (_looking == looking)
            {
                _looking = null;
                _watchers.ForEach(watcher => watcher.Writer.TryComplete());
            }
        }

        looking.Dispose();
    }
}
