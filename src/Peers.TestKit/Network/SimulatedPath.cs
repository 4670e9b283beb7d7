using System.Net;

namespace Peers.TestKit;

/// <summary>One direction of one connection: packets arrive in the order they were sent, later, and wait while the way is cut.</summary>
internal sealed class SimulatedPath(SimulatedNetwork network, SimulatedConnection connection, IPEndPoint from, IPEndPoint to, LinkProfile profile, SeededDraws draws)
{
    private const int SmallestSegment = 1460;
    private const int SegmentsPerSecond = 100;

    // RFC 6298, and Linux: its least time-out is 200 ms, its longest two minutes.
    private static readonly long HandshakeTimeout = TimeSpan.TicksPerSecond;
    private static readonly long LeastTimeout = TimeSpan.FromMilliseconds(200).Ticks;
    private static readonly long LongestTimeout = TimeSpan.FromMinutes(2).Ticks;

    private SeededDraws _draws = draws;
    private Packet? _first;
    private Packet? _last;
    private Action? _arrive;
    private long _lastArrival;
    private long _busyUntil;
    private int _faultsSeen = -1;
    private int _timesStuck;
    private bool _cut;
    private bool _stuck;
    private bool _retrying;
    private bool _armed;

    /// <summary>The endpoints as the network routes them: outside of a NAT.</summary>
    public IPEndPoint From => from;

    public IPEndPoint To => to;

    public LinkProfile Profile => profile;

    public long Latency { get; set; } = profile.Latency.Ticks;

    /// <summary>Whose packets these are; <c>null</c> when nobody has that address.</summary>
    public SimulatedHost? Sender { get; set; }

    public SimulatedHost? Receiver { get; set; }

    public void Send(PacketKind kind, int count = 0) => Send(new Packet(kind, null, count));

    /// <summary>Sends bytes that do not change afterwards; where they need time, they arrive bit by bit.</summary>
    public void SendData(byte[] bytes)
    {
        var segment = SegmentSize();
        for (var sent = 0; sent < bytes.Length; sent += segment)
        {
            var count = Math.Min(segment, bytes.Length - sent);
            Send(new Packet(PacketKind.Data, count == bytes.Length ? bytes : bytes.AsSpan(sent, count).ToArray(), count));
        }
    }

    /// <summary>Forgets what waits to be sent again: its sender is gone. What is on its way arrives.</summary>
    public void Abandon()
    {
        if (_stuck)
            _first = _last = null;
    }

    /// <summary>Lets through what waited: TCP sends it again once the way is whole.</summary>
    public void Release()
    {
        _stuck = _retrying = false;
        if (_first is null)
            return;
        var due = network.Scheduler.Elapsed.Ticks + Latency;
        _lastArrival = Math.Max(_lastArrival, due);
        Arm(due);
    }

    public bool IsCut()
    {
        if (_faultsSeen != network.Faults.Version)
        {
            _faultsSeen = network.Faults.Version;
            _cut = network.Faults.Cuts(this);
        }

        return _cut;
    }

    private void Send(Packet packet)
    {
        if (!_stuck)
        {
            if (ArrivalOf(packet) is not { } due)
                return;
            packet.Due = due;
        }
        else if (packet.Kind == PacketKind.Reset)
        {
            return; // A reset is sent once: into a cut way it is lost, and the other end learns of it when it sends.
        }

        if (_last is null)
            _first = packet;
        else
            _last.Next = packet;
        _last = packet;
        if (_stuck)
            Retry(packet);
        else
            Arm(packet.Due);
    }

    private int SegmentSize()
    {
        var rate = Math.Min(
            profile.BytesPerSecond ?? long.MaxValue,
            Math.Min(Sender?.UploadBytesPerSecond ?? long.MaxValue, Receiver?.DownloadBytesPerSecond ?? long.MaxValue));
        return (int)Math.Clamp(rate / SegmentsPerSecond, SmallestSegment, int.MaxValue / 2);
    }

    private long? ArrivalOf(Packet packet)
    {
        var now = network.Scheduler.Elapsed.Ticks;
        var sent = now;
        if (packet.Kind == PacketKind.Data)
        {
            if (profile.BytesPerSecond is { } rate)
                sent = _busyUntil = Math.Max(_busyUntil, now) + (long)((double)packet.Count * TimeSpan.TicksPerSecond / rate);
            if (Sender is not null)
                sent = Math.Max(sent, Sender.Upload.Take(now, packet.Count));
        }

        var delay = Latency;
        if (profile.Delays is { } delays)
            delay += delays.At(_draws.NextDouble()).Ticks;
        else if (profile.Jitter > TimeSpan.Zero)
            delay += _draws.Next(profile.Jitter.Ticks + 1);
        if (profile.Loss > 0 && packet.Kind != PacketKind.Credit)
        {
            var retries = RetriesOf(packet.Kind);
            if (retries > 0 && packet.Kind == PacketKind.Reset)
                return null;
            delay += retries;
        }

        return _lastArrival = Math.Max(_lastArrival, sent + delay);
    }

    private long RetriesOf(PacketKind kind)
    {
        var timeout = kind is PacketKind.Data or PacketKind.Fin ? (2 * Latency) + LeastTimeout : HandshakeTimeout;
        long lost = 0;
        while (_draws.NextDouble() < profile.Loss)
        {
            lost += timeout;
            timeout = Math.Min(2 * timeout, LongestTimeout);
        }

        return lost;
    }

    // One timer for each path, not for each packet: it is set for the first that is on its way.
    private void Arm(long due)
    {
        if (_armed)
            return;
        _armed = true;
        network.After(TimeSpan.FromTicks(Math.Max(0, due - network.Scheduler.Elapsed.Ticks)), _arrive ??= Arrive);
    }

    // One packet at a time, even when two arrive in one instant: what the first causes is over before the second is looked at.
    private void Arrive()
    {
        if (_first is { } packet)
        {
            if (IsCut())
                GetStuck();
            else if (IsThrough(packet))
                Deliver(packet);
        }

        _armed = false;
        if (_first is { } next && !_stuck)
            Arm(next.Due);
    }

    private void Deliver(Packet packet)
    {
        _first = packet.Next;
        if (_first is null)
            _last = null;
        connection.Arrived(this, packet);
    }

    private bool IsThrough(Packet packet)
    {
        if (packet.Kind != PacketKind.Data || packet.IsThrough || Receiver is not { DownloadBytesPerSecond: not null })
            return true;
        var now = network.Scheduler.Elapsed.Ticks;
        packet.IsThrough = true;
        packet.Due = Receiver.Download.Take(now, packet.Count);
        return packet.Due <= now;
    }

    private void GetStuck()
    {
        if (_last!.Kind == PacketKind.Reset)
        {
            // It is not sent again, and neither is what its sender had sent before.
            _first = _last = null;
            return;
        }

        _stuck = true;
        _timesStuck++;
        network.Faults.Wait(this);
        for (var packet = _first; packet is not null; packet = packet.Next)
            Retry(packet);
    }

    /// <summary>What has to be acknowledged is sent again and again, for so long.</summary>
    private void Retry(Packet packet)
    {
        if (_retrying || packet.Kind is not (PacketKind.Data or PacketKind.Fin) || network.RetransmissionLimit is not { } limit)
            return;
        _retrying = true;
        var stuck = _timesStuck;
        network.After(limit, () =>
        {
            if (!_stuck || stuck != _timesStuck)
                return;
            Abandon();
            _retrying = false;
            connection.TimesOut(this);
        });
    }
}
