using Akka.Actor;
using Akka.IO;

namespace Peers.TestKit;

/// <summary>What a simulated connection actor has been told to write and has not handed to its socket, with who asked.</summary>
internal sealed class PendingWrites(int frameSize, int limit)
{
    private readonly Queue<(Tcp.Write Write, IActorRef Commander)> _queue = new(0);
    private int _offset;
    private long _bytes;

    public bool IsEmpty => _queue.Count == 0;

    public bool TryAdd(Tcp.WriteCommand command, IActorRef commander)
    {
        if (limit >= 0 && _bytes + command.Bytes > limit)
            return false;

        IEnumerable<Tcp.SimpleWriteCommand> writes = command is Tcp.CompoundWrite compound ? compound : [(Tcp.SimpleWriteCommand)command];
        foreach (var write in writes.Cast<Tcp.Write>())
        {
            _queue.Enqueue((write, commander));
            _bytes += write.Bytes;
        }

        return true;
    }

    /// <summary>
    /// Takes one frame from the front, and the acknowledgements that are due when it is sent. An empty write is acknowledged at once,
    /// even before what precedes it: so does Akka.IO.
    /// </summary>
    public byte[] TakeFrame(List<(IActorRef Commander, Tcp.Event Ack)> acknowledgements)
    {
        var frame = new byte[Math.Min(frameSize, _bytes - _offset)];
        var filled = 0;
        while (filled < frameSize && _queue.TryPeek(out var first))
        {
            var (write, commander) = first;
            var count = (int)Math.Min(write.Bytes - _offset, frameSize - filled);
            if (count > 0)
                write.Data.Slice(_offset, count).CopyTo(frame, filled, count);
            filled += count;
            _offset += count;
            if (_offset < write.Bytes)
                break;

            _queue.Dequeue();
            _offset = 0;
            _bytes -= write.Bytes;
            if (write.WantsAck && write.Bytes == 0)
                commander.Tell(write.Ack);
            else if (write.WantsAck)
                acknowledgements.Add((commander, write.Ack));
        }

        return frame;
    }

    public IEnumerable<(Tcp.Write Write, IActorRef Commander)> TakeAll()
    {
        while (_queue.TryDequeue(out var write))
            yield return write;
    }
}
