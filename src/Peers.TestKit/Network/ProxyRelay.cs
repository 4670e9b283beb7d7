using System.Net.Sockets;

namespace Peers.TestKit;

/// <summary>One direction of a <see cref="ProxiedConnection"/>: it reads no further while what it read is not written, so that a slow reader is felt.</summary>
internal sealed class ProxyRelay(SimulatedNetwork network, ProxiedConnection connection, SimulatedSocket from, SimulatedSocket to, ProxyFaults faults)
{
    private readonly List<byte> _gathered = [];

    public long Passed { get; private set; }

    public bool HasEnded { get; private set; }

    public void Read() => from.Receive(ProxyLimits.LargestPart, Received);

    private void Received(ReceiveOutcome outcome)
    {
        if (outcome.Error != SocketError.Success)
        {
            connection.Cut();
            return;
        }

        _gathered.AddRange(outcome.Bytes);
        if (!outcome.IsEndOfStream && _gathered.Count < faults.Gather)
        {
            Read();
            return;
        }

        if (faults.Delay > TimeSpan.Zero)
            network.After(faults.Delay, () => Pass(outcome.IsEndOfStream));
        else
            Pass(outcome.IsEndOfStream);
    }

    private void Pass(bool last)
    {
        if (to.IsClosed)
        {
            connection.Cut();
            return;
        }

        if (_gathered.Count == 0)
        {
            if (!last)
            {
                Read();
                return;
            }

            HasEnded = true;
            to.ShutdownOutput();
            connection.DirectionEnded();
            return;
        }

        var part = Next();
        to.Send(part, error =>
        {
            if (error != SocketError.Success || Passed >= faults.CutAfter)
                connection.Cut();
            else
                network.After(TimeSpan.Zero, () => Pass(last)); // A turn of its own: parts must not pile up on the stack.
        });
    }

    private byte[] Next()
    {
        var count = Math.Min(_gathered.Count, faults.Split ?? int.MaxValue);
        if (faults.CutAfter is { } cut)
            count = (int)Math.Min(count, cut - Passed);
        var part = _gathered.GetRange(0, count).ToArray();
        _gathered.RemoveRange(0, count);
        if (faults.Corrupt is { } place && place >= Passed && place < Passed + count)
            part[place - Passed] ^= 0xFF;
        Passed += count;
        return part;
    }
}

internal static class ProxyLimits
{
    public const int LargestPart = 64 * 1024;
}
