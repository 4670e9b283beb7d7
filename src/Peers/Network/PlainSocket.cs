using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>
/// A socket of the operating system's that its connection reads and writes itself. While it waits for the remote it holds no buffer: it is told
/// when there is something, and the owner reads that into a buffer which it borrows for the time of the reading.
/// </summary>
internal sealed class PlainSocket : ConnectionSocket
{
    private readonly Socket _socket;
    private IActorRef _owner = ActorRefs.Nobody;
    private Wait? _wait;
    private Rest? _rest;
    private bool _isEnded;

    public PlainSocket(Socket socket)
    {
        _socket = socket;
        _socket.Blocking = false;
        _socket.NoDelay = true;
    }

    public override bool WritesAtOnce => true;

    public override void Attach(IActorContext owner)
    {
        _owner = owner.Self;
        _wait = new Wait(_owner, new Readable(this));
    }

    public override void Read()
    {
        if (!_isEnded)
        {
            _wait!.Begin(_socket);
        }
    }

    /// <summary>Reads what is there, as <see cref="Readable"/> said.</summary>
    /// <param name="room">Where to.</param>
    /// <param name="fault">What the operating system said; <see cref="SocketError.WouldBlock"/> when there is nothing after all.</param>
    /// <returns>How many bytes; 0 without a fault when the remote has finished.</returns>
    public int Receive(Span<byte> room, out SocketError fault)
    {
        _wait!.End();
        if (_isEnded)
        {
            fault = SocketError.OperationAborted;
            return 0;
        }

        return _socket.Receive(room, SocketFlags.None, out fault);
    }

    public override bool Write(ArraySegment<byte> batch)
    {
        if (_isEnded)
        {
            return false;
        }

        var sent = _socket.Send(batch, SocketFlags.None, out var fault);
        if (fault is not (SocketError.Success or SocketError.WouldBlock))
        {
            _owner.Tell(new Broken(fault), ActorRefs.NoSender);
            return false;
        }

        if (sent == batch.Count)
        {
            return true;
        }

        _rest ??= new Rest(_owner);
        _rest.Send(_socket, batch.Slice(Math.Max(sent, 0)));
        return false;
    }

    public override bool Close()
    {
        try
        {
            if (!_isEnded)
            {
                _socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (SocketException)
        {
            // The remote has ended it already.
        }

        return End();
    }

    public override bool Abort()
    {
        try
        {
            if (!_isEnded)
            {
                _socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
        catch (SocketException)
        {
            // The remote has ended it already.
        }

        return End();
    }

    private bool End()
    {
        _isEnded = true;
        _socket.Dispose();
        _wait?.Dispose();
        _rest?.Dispose();
        return true;
    }

    /// <summary>There is something to read, or the end.</summary>
    internal sealed record Readable(PlainSocket Socket) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>It cannot be written any more.</summary>
    internal sealed record Broken(SocketError Fault) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>A read of no bytes ends when there are some.</summary>
    private sealed class Wait(IActorRef owner, Readable readable) : SocketAsyncEventArgs(true)
    {
        private bool _isUnderWay;

        public void Begin(Socket socket)
        {
            if (!_isUnderWay)
            {
                _isUnderWay = true;
                if (!socket.ReceiveAsync(this))
                {
                    OnCompleted(this);
                }
            }
        }

        public void End() => _isUnderWay = false;

        protected override void OnCompleted(SocketAsyncEventArgs e) => owner.Tell(readable, ActorRefs.NoSender);
    }

    /// <summary>What the operating system did not take at once.</summary>
    private sealed class Rest(IActorRef owner) : SocketAsyncEventArgs(true)
    {
        private Socket? _socket;
        private ArraySegment<byte> _left;

        public void Send(Socket socket, ArraySegment<byte> left)
        {
            _socket = socket;
            _left = left;
            Send();
        }

        protected override void OnCompleted(SocketAsyncEventArgs e)
        {
            if (Take())
            {
                Send();
            }
        }

        private void Send()
        {
            try
            {
                do
                {
                    SetBuffer(_left.Array, _left.Offset, _left.Count);
                }
                while (!_socket!.SendAsync(this) && Take());
            }
            catch (ObjectDisposedException)
            {
                // The owner has ended it, and waits for nothing.
            }
        }

        /// <summary>Takes what came of it.</summary>
        /// <returns>Whether there is more to send.</returns>
        private bool Take()
        {
            if (SocketError != SocketError.Success)
            {
                owner.Tell(new Broken(SocketError), ActorRefs.NoSender);
                return false;
            }

            _left = _left.Slice(BytesTransferred);
            if (_left.Count > 0)
            {
                return true;
            }

            owner.Tell(BatchWritten.Instance, ActorRefs.NoSender);
            return false;
        }
    }
}
