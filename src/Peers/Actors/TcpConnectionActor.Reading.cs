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
        var end = _session.Read(_received.Segments, out var heard);
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

        _socket.Tell(Tcp.ResumeReading.Instance);
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
