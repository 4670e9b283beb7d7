using System.Buffers;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;

namespace Peers;

/// <content>The read side: what a read brought is decoded, and the next one is asked for when there is room for it.</content>
internal sealed partial class TcpConnectionActor
{
    private readonly SegmentCapture _received = new();
    private readonly ReceiveBudget<IActorRef>.Account _account;
    private readonly IActorRef _budgetKeeper;
    private long? _pausedAt;

    private void OnReceived(ByteString data)
    {
        _received.Clear();
        data.WriteTo(_received);
        List<HeardMessage> heard = [];
        DisconnectReason? end = null;
        foreach (var segment in _received.Segments)
        {
            end ??= _session.Read(segment, heard);
        }

        OnHeard(heard, end);
    }

    /// <summary>Reads into a borrowed buffer: a connection that waits holds none.</summary>
    private void OnReadable(PlainSocket socket)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(_settings.Connection.FrameSize);
        try
        {
            var count = socket.Receive(buffer, out var fault);
            if (fault == SocketError.WouldBlock)
            {
                socket.Read();
            }
            else if (count == 0 || fault != SocketError.Success)
            {
                Lose(_closingReason ?? (fault == SocketError.Success
                    ? new DisconnectReason.RemoteClosed(PeerPhase.Ready, _session.IsInsideFrame)
                    : new DisconnectReason.ConnectionReset(PeerPhase.Ready, SocketFault.Explain(fault))));
            }
            else
            {
                List<HeardMessage> heard = [];
                OnHeard(heard, _session.Read(buffer.AsMemory(0, count), heard));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void OnHeard(List<HeardMessage> heard, DisconnectReason? end)
    {
        if (heard.Count > 0)
        {
            _peer.Tell(new Received(heard));
        }

        if (end is not null)
        {
            End(end);
            return;
        }

        Hold();
        Read();
    }

    /// <summary>Asks for the next read, or pauses while there is no room.</summary>
    private void Read()
    {
        if (_session.IsFull)
        {
            Pause();
            return;
        }

        if (_account.MustWait)
        {
            Pause();
            _budgetKeeper.Tell(new BudgetAwaited(Self));
            return;
        }

        if (_pausedAt is { } paused)
        {
            _pausedAt = null;
            _session.ReadingPaused = false;
            _peer.Tell(new ReadingResumed(_settings.Clock.GetElapsedTime(paused)));
        }

        _socket!.Read();
    }

    private void Pause()
    {
        if (_pausedAt is null)
        {
            _pausedAt = _settings.Clock.GetTimestamp();
            _session.ReadingPaused = true;
            _peer.Tell(ReadingPaused.Instance);
        }
    }

    private void Hold() => _account.Hold(_session.Unfinished, _session.Window.Unconsumed);
}
