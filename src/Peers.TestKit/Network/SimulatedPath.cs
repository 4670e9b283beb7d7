using System.Net;

namespace Peers.TestKit;

/// <summary>One direction of one connection: packets arrive in the order they were sent, later, and wait while the way is cut.</summary>
internal sealed class SimulatedPath(
    SimulatedNetwork network, SimulatedConnection connection, IPEndPoint from, IPEndPoint to, LinkProfile profile, SeededDraws draws)
{
    private readonly LinkProfile _profile = profile;
    private SeededDraws _draws = draws;
    private Packet? _first;
    private Packet? _last;
    private Action? _arrive;
    private long _lastArrival;
    private long _busyUntil;
    private int _faultsSeen = -1;
    private bool _cut;
    private bool _stuck;
    private bool _armed;

    public IPEndPoint From => from;

    public IPEndPoint To => to;

    public LinkProfile Profile => _profile;

    public void Send(PacketKind kind, byte[]? data = null, int count = 0)
    {
        var packet = new Packet(kind, data, count);
        if (!_stuck)
            packet.Due = Arrival(data is null ? 0 : count);
        else if (kind == PacketKind.Reset)
            return; // A reset is sent once: into a cut way it is lost, and the other end learns of it when it sends.

        if (_last is null)
            _first = packet;
        else
            _last.Next = packet;
        _last = packet;
        if (!_stuck)
            Arm(packet.Due);
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
        _stuck = false;
        if (_first is null)
            return;
        var due = network.Scheduler.Elapsed.Ticks + _profile.Latency.Ticks;
        _lastArrival = Math.Max(_lastArrival, due);
        Arm(due);
    }

    private long Arrival(int bytes)
    {
        var now = network.Scheduler.Elapsed.Ticks;
        var sent = now;
        if (_profile.BytesPerSecond is { } rate && bytes > 0)
        {
            _busyUntil = Math.Max(_busyUntil, now) + (long)((double)bytes * TimeSpan.TicksPerSecond / rate);
            sent = _busyUntil;
        }

        var jitter = _profile.Jitter > TimeSpan.Zero ? _draws.Next(_profile.Jitter.Ticks + 1) : 0;
        return _lastArrival = Math.Max(_lastArrival, sent + _profile.Latency.Ticks + jitter);
    }

    // One timer for each path, not for each packet: it is set for the first that is on its way.
    private void Arm(long due)
    {
        if (_armed)
            return;
        _armed = true;
        var now = network.Scheduler.Elapsed.Ticks;
        network.After(TimeSpan.FromTicks(Math.Max(0, due - now)), _arrive ??= Arrive);
    }

    // One packet at a time, even when two arrive in one instant: what the first causes is over before the second is looked at.
    private void Arrive()
    {
        if (_first is { } packet)
        {
            if (IsCut())
            {
                GetStuck();
            }
            else
            {
                _first = packet.Next;
                if (_first is null)
                    _last = null;
                connection.Arrived(this, packet);
            }
        }

        _armed = false;
        if (_first is { } next && !_stuck)
            Arm(next.Due);
    }

    public bool IsCut()
    {
        if (_faultsSeen != network.Faults.Version)
        {
            _faultsSeen = network.Faults.Version;
            _cut = network.Faults.Cut(from, to);
        }

        return _cut;
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
        network.Faults.Wait(this);
    }
}
