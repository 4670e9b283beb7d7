using System.Diagnostics.Metrics;

namespace Peers;

/// <summary>
/// The instruments of one engine (<c>docs/metrics.md</c>). Counters are told by <see cref="TelemetryActor"/>; what stands at a moment is read from here by whoever
/// collects, on a thread of his.
/// </summary>
internal sealed class PeerInstruments : IDisposable
{
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private readonly Meter _meter;
    private readonly Action _wake;
    private volatile PeerLevels? _levels;

    /// <param name="meters">Who makes the meter and owns it; null: it is ours.</param>
    /// <param name="wake">Called, on any thread, when somebody collects and nobody has told levels.</param>
    public PeerInstruments(IMeterFactory? meters, Action wake)
    {
        _wake = wake;
        var options = new MeterOptions(PeerDiagnostics.MeterName) { Version = PeerDiagnostics.Version };
        _meter = meters?.Create(options) ?? new Meter(options);
        Connections = _meter.CreateObservableUpDownCounter(
            "peers.connection.count", () => Levels()?.Connections ?? [], "{connection}", "Connections whose handshake is done.");
        Pending = _meter.CreateObservableUpDownCounter(
            "peers.connection.pending", () => Levels()?.Pending ?? [], "{connection}", "Connections that are being opened or shake hands.");
        QueueSize = _meter.CreateObservableUpDownCounter("peers.queue.size", () => Levels()?.QueuedBytes ?? [], "By", "Bytes that wait to be written.");
        Unconsumed = _meter.CreateObservableUpDownCounter(
            "peers.unconsumed.size", () => Levels()?.UnconsumedBytes ?? [], "By", "Bytes that were delivered and not yet consumed.");
        Addresses = _meter.CreateObservableUpDownCounter("peers.address.count", () => Levels()?.Addresses ?? [], "{address}", "Addresses that the address book holds.");
        Handshakes = _meter.CreateCounter<long>("peers.handshakes", "{handshake}", "Connections that became ready, or ended before.");
        HandshakeDuration = _meter.CreateHistogram(
            "peers.handshake.duration", "s", "Time from the beginning of a connection until it was ready, or ended before.", advice: Seconds);
        Disconnects = _meter.CreateCounter<long>("peers.disconnects", "{connection}", "Connections that were ready and ended.");
        Messages = _meter.CreateCounter<long>("peers.messages", "{message}", "Messages that were written or read.");
        MessageBytes = _meter.CreateCounter<long>("peers.message.io", "By", "Bytes of the messages that were written or read, with their headers.");
        LeftOut = _meter.CreateCounter<long>("peers.messages.left_out", "{message}", "Messages and entries of messages that were read and not delivered.");
        RoundTrips = _meter.CreateHistogram("peers.ping.duration", "s", "Time until a ping was answered.", advice: Seconds);
        Stalls = _meter.CreateCounter<long>("peers.stalls", "{stall}", "Answers that were owed for too long.");
        Requests = _meter.CreateCounter<long>("peers.requests", "{request}", "Requests that ended.");
        Bans = _meter.CreateCounter<long>("peers.bans", "{ban}", "Bans that were made or lifted.");
    }

    public ObservableUpDownCounter<long> Connections { get; }

    public ObservableUpDownCounter<long> Pending { get; }

    public ObservableUpDownCounter<long> QueueSize { get; }

    public ObservableUpDownCounter<long> Unconsumed { get; }

    public ObservableUpDownCounter<long> Addresses { get; }

    public Counter<long> Handshakes { get; }

    public Histogram<double> HandshakeDuration { get; }

    public Counter<long> Disconnects { get; }

    public Counter<long> Messages { get; }

    public Counter<long> MessageBytes { get; }

    public Counter<long> LeftOut { get; }

    public Histogram<double> RoundTrips { get; }

    public Counter<long> Stalls { get; }

    public Counter<long> Requests { get; }

    public Counter<long> Bans { get; }

    /// <summary>Whether somebody listens to anything. Costs a few reads.</summary>
    public bool AreEnabled =>
        Messages.Enabled || MessageBytes.Enabled || Connections.Enabled || Handshakes.Enabled || HandshakeDuration.Enabled || Disconnects.Enabled || RoundTrips.Enabled
        || Requests.Enabled || Stalls.Enabled || LeftOut.Enabled || Bans.Enabled || Pending.Enabled || NeedStats;

    /// <summary>Whether somebody listens to what only a snapshot of each connection tells.</summary>
    public bool NeedStats =>
        Messages.Enabled || MessageBytes.Enabled || LeftOut.Enabled || Requests.Enabled || QueueSize.Enabled || Unconsumed.Enabled || Connections.Enabled;

    /// <summary>What stands from now on; null when nobody tells any more.</summary>
    public void Tell(PeerLevels? levels) => _levels = levels;

    /// <summary>A meter of a factory stays, and says nothing more.</summary>
    public void Dispose()
    {
        _levels = PeerLevels.None;
        _meter.Dispose();
    }

    private PeerLevels? Levels()
    {
        if (_levels is null)
        {
            _wake();
        }

        return _levels;
    }
}
