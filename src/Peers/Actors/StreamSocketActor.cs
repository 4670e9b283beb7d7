using System.Buffers;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.IO;

namespace Peers;

/// <summary>
/// A stream of the user's as a socket: it speaks the part of Akka.IO's TCP protocol that <see cref="TcpConnectionActor"/> uses, so that nothing
/// above can tell it from a socket of the network. One per adopted stream, born by <see cref="Adopt"/>, dies with the stream, its handler or
/// the manager; the stream is disposed whatever ends it, and never waited for but by a close.
/// </summary>
/// <remarks>Unregistered → Open → Closing. Pull mode only; the remote's end ends both directions.</remarks>
internal sealed class StreamSocketActor : UntypedActor
{
    private readonly AdoptedStream _stream;
    private readonly int _frameSize;
    private readonly Queue<PendingWrite> _writes = new(); // Bounded by its writer, who waits for the acknowledgement of each batch.
    private readonly SegmentCapture _segments = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    private IActorRef _handler = ActorRefs.Nobody;
    private IActorRef _closer = ActorRefs.Nobody;
    private byte[]? _buffer;
    private bool _reading;
    private bool _writing;

    public StreamSocketActor(AdoptedStream stream, int frameSize)
    {
        _stream = stream;
        _frameSize = frameSize;
    }

    public static Props Props(AdoptedStream stream, PeerSettings settings) =>
        ActorFactory.Props(() => new StreamSocketActor(stream, settings.Connection.FrameSize)).OnDispatcherOf(settings);

    protected override void PostStop()
    {
        _stream.DisposeAsync();
        if (_buffer is not null && !_reading)
        {
            ArrayPool<byte>.Shared.Return(_buffer); // A read that is under way may still write into it: then it is left to the collector.
        }
    }

    /// <summary>Unregistered: writes wait for the handler, and a read asked for is lost, as with Akka.IO.</summary>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.Register register:
                _handler = register.Handler;
                Context.Watch(_handler);
                Become(Open);
                WriteNext();
                break;
            case Tcp.ResumeReading:
                break;
            default:
                Common(message);
                break;
        }
    }

    private void Open(object message)
    {
        switch (message)
        {
            case Tcp.ResumeReading when !_reading:
                _reading = true;
                _buffer ??= ArrayPool<byte>.Shared.Rent(_frameSize);
                _stream.ReadAsync(_buffer.AsMemory(0, _frameSize)).PipeTo(Self, Self, static done => new ReadDone(done.Count, done.Fault));
                break;
            case Tcp.ResumeReading:
                break;
            case ReadDone { Fault: { } fault }:
                _reading = false;
                End(new Tcp.ErrorClosed(Explain(fault)));
                break;
            case ReadDone { Count: 0 }:
                _reading = false;
                End(Tcp.PeerClosed.Instance);
                break;
            case ReadDone done:
                _reading = false;
                _handler.Tell(new Tcp.Received(ByteString.CopyFrom(_buffer!, 0, done.Count)));
                break;
            case Tcp.Close:
                _closer = Sender;
                Become(Closing);
                WriteNext();
                break;
            default:
                Common(message);
                break;
        }
    }

    /// <summary>What was to be written is written, then the stream is disposed; nobody reads any more.</summary>
    private void Closing(object message)
    {
        switch (message)
        {
            case ReadDone:
                _reading = false;
                break;
            case Disposed disposed:
                if (disposed.Fault is { } fault)
                {
                    _log.Debug("The stream threw when it was disposed: {Fault}", fault.Message);
                }

                End(Tcp.Closed.Instance, _closer);
                break;
            case Tcp.WriteCommand write:
                Sender.Tell(new Tcp.CommandFailed(write));
                break;
            case Tcp.ResumeReading or Tcp.Close:
                break;
            default:
                Common(message);
                break;
        }
    }

    private void Common(object message)
    {
        switch (message)
        {
            case Tcp.Write write:
                Enqueue(write);
                break;
            case Tcp.CompoundWrite compound:
                foreach (var part in compound)
                {
                    Enqueue((Tcp.Write)part);
                }

                break;
            case WriteDone { Fault: { } fault }:
                End(new Tcp.ErrorClosed(Explain(fault)));
                break;
            case WriteDone:
                _writing = false;
                _writes.Dequeue().Acknowledge();
                WriteNext();
                break;
            case Tcp.Close: // Nobody registered.
                End(Tcp.Closed.Instance, Sender);
                break;
            case Tcp.Abort:
                End(Tcp.Aborted.Instance, Sender);
                break;
            case Terminated:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Enqueue(Tcp.Write write)
    {
        _writes.Enqueue(new PendingWrite(write, Sender));
        WriteNext();
    }

    private void WriteNext()
    {
        if (_writing || _handler.IsNobody())
        {
            return;
        }

        if (_writes.TryPeek(out var next))
        {
            _writing = true;
            _segments.Clear();
            next.Write.Data.WriteTo(_segments);
            _stream.WriteAsync([.. _segments.Segments]).PipeTo(Self, Self, static done => new WriteDone(done.Fault));
        }
        else if (!_closer.IsNobody())
        {
            _writing = true; // Nothing may follow.
            _stream.DisposeAsync().PipeTo(Self, Self, static done => new Disposed(done.Fault));
        }
    }

    private void End(Tcp.ConnectionClosed how, IActorRef? asker = null)
    {
        _handler.Tell(how);
        if (asker is not null && !asker.Equals(_handler) && !asker.Equals(Context.System.DeadLetters))
        {
            asker.Tell(how);
        }

        Context.Stop(Self);
    }

    /// <summary>A stream over a socket wraps the operating system's word into its own.</summary>
    private static string Explain(Exception fault) => fault switch
    {
        { InnerException: SocketException socket } => socket.Message,
        _ => fault.Message,
    };

    private sealed record PendingWrite(Tcp.Write Write, IActorRef Sender)
    {
        public void Acknowledge()
        {
            if (Write.WantsAck)
            {
                Sender.Tell(Write.Ack);
            }
        }
    }

    private sealed record ReadDone(int Count, Exception? Fault) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record WriteDone(Exception? Fault) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record Disposed(Exception? Fault) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
