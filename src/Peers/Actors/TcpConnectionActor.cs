using Akka.Actor;
using Akka.Event;
using Akka.IO;

namespace Peers;

/// <summary>
/// The socket of one connection, one per <see cref="PeerActor"/>; born with it, dies with the socket or with the peer.
/// Frames, decodes, encodes, paces and counts bytes. It decides nothing about the protocol beyond "this is no valid frame".
/// </summary>
/// <remarks>Resolving → Dialling → (Proxying) → Open → Closing. The read side is pulled by credit, the write side paced by one ACK per batch.</remarks>
internal sealed partial class TcpConnectionActor : UntypedActor, IWithTimers
{
    private const string CloseTimer = "close";
    private const string WriteTimer = "write";

    private readonly IActorRef _peer;
    private readonly ConnectionNetwork _network;
    private readonly ConnectionOrigin _origin;
    private readonly PeerSettings _settings;
    private readonly ConnectionSession _session;
    private readonly WriteDeadline _writeDeadline;

    private ConnectionSocket? _socket;
    private bool _isFlushing;
    private string _closingWhy = "the connection is gone";
    private DisconnectReason? _closingReason;
    private DisconnectReason? _lost;

    public TcpConnectionActor(
        IActorRef peer, ConnectionNetwork network, ConnectionOrigin origin, PeerSettings settings, ReceiveBudget<IActorRef> budget, IActorRef budgetKeeper, PeerLogContext context)
    {
        _peer = peer;
        _network = network;
        _origin = origin;
        _settings = settings;
        _account = budget.Open(Self);
        _budgetKeeper = budgetKeeper;
        _writeDeadline = new WriteDeadline(settings.Connection.WriteTimeout);
        var actor = Context;
        _session = new ConnectionSession(peer, settings, settings.Log.Wire ? context.WireLogger(Context.System) : null, () => context.Logger(actor));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        IActorRef peer, ConnectionNetwork network, ConnectionOrigin origin, PeerSettings settings, ReceiveBudget<IActorRef> budget, IActorRef budgetKeeper, PeerLogContext context) =>
        ActorFactory.Props(() => new TcpConnectionActor(peer, network, origin, settings, budget, budgetKeeper, context)).OnDispatcherOf(settings);

    /// <summary>Akka.IO does not notice the death of a handler that was the commander, too: the socket would stay open for ever.</summary>
    protected override void PostStop()
    {
        _socket?.Abort();
        _proxy?.Abort();
        GiveUpDial();
        _session.DropAll(_closingWhy);
        _account.Close();
    }

    private void Open(object message)
    {
        switch (message)
        {
            case Tcp.Received received:
                OnReceived(received.Data);
                break;
            case PlainSocket.Readable readable:
                OnReadable(readable.Socket);
                break;
            case BatchWritten:
                OnWritten();
                if (_pausedAt is not null)
                {
                    Read(); // It may have paused because answers were not taken.
                }

                break;
            case WriteAlarm:
                OnWriteAlarm();
                break;
            case WriteRun:
                Common(message);
                if (_pausedAt is not null && _lost is null)
                {
                    Read(); // It may have paused for the pongs that are written now.
                }

                break;
            case BudgetIsFree when _pausedAt is not null:
                Read();
                break;
            case EndForBudget end when _session.Unfinished > 0:
                Lose(new DisconnectReason.OverBudget(_session.Unfinished, end.Limit));
                break;
            case Close close:
                _closingWhy = close.Why;
                BeginClose(close.Flush);
                break;
            case ReturnCredit credit:
                _session.Window.Consume(credit.Cost);
                _session.Answered(credit.Pings);
                Hold();
                if (_pausedAt is not null)
                {
                    Read(); // Else a read is asked for already, and a second one could pass a full window.
                }

                break;
            default:
                Common(message);
                break;
        }
    }

    private void Closing(object message)
    {
        switch (message)
        {
            case BatchWritten:
                OnWritten();
                CloseWhenWritten();
                break;
            case CloseTimedOut:
                Lose(_closingReason ?? new DisconnectReason.Requested(_closingWhy));
                break;
            case Tcp.Received or PlainSocket.Readable or ReturnCredit or Close:
                break; // Nobody reads any more.
            default:
                Common(message);
                break;
        }
    }

    /// <summary>The socket is going; nothing is read or written any more.</summary>
    private void Losing(object message)
    {
        switch (message)
        {
            case Terminated or CloseTimedOut:
                Report();
                break;
            case Write write:
                write.Receipt?.Tell(new SendResult.Dropped(write.Message, _closingWhy));
                break;
            case CompleteStats stats:
                stats.ReplyTo.Tell(_session.Figures().Complete(stats.Stats));
                break;
            default:
                break; // Whatever was on its way: data, acknowledgements, the close event.
        }
    }

    private void Common(object message)
    {
        switch (message)
        {
            case Write write:
                _session.Enqueue(write.Message, write.Receipt, write.Ticket);
                AfterEnqueue();
                break;
            case WriteRun run:
                _session.Answered(run.Pings);
                foreach (var item in run.Messages)
                {
                    _session.Enqueue(item);
                }

                AfterEnqueue();
                break;
            case CompleteStats stats:
                stats.ReplyTo.Tell(_session.Figures().Complete(stats.Stats));
                break;
            case FlushGathered:
                _isFlushing = false;
                Flush();
                break;
            case PlainSocket.Broken broken:
                Lose(_closingReason ?? new DisconnectReason.ConnectionReset(PeerPhase.Ready, SocketFault.Explain(broken.Fault)));
                break;
            case Tcp.ConnectionClosed closed:
                Lose(Reason(closed));
                break;
            case Terminated:
                Lose(new DisconnectReason.ConnectionReset(PeerPhase.Ready, "the network dropped the socket"));
                break;
            case ReturnCredit or BatchWritten or BudgetIsFree or EndForBudget or WriteAlarm or Resolved or NotResolved or PlainNetwork.Dialled:
                break; // Late: the connection is on its way out.
            case Tcp.CommandFailed { Cmd: Tcp.WriteCommand }:
                break; // The close event that follows says why.
            case Tcp.Connected:
                Sender.Tell(Tcp.Abort.Instance); // Too late: the dial was given up.
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Ends the connection for what came, and says so before where that is wanted: not to a stranger (as btcd).</summary>
    private void End(DisconnectReason reason)
    {
        if (!_settings.RejectEnabled || !_session.TakesReject || Rejection.For(reason) is not { } rejection)
        {
            Lose(reason);
            return;
        }

        _closingReason = reason;
        _closingWhy = reason.ToString();
        _session.Enqueue(rejection);
        Flush();
        BeginClose(flush: true);
    }

    private void AfterEnqueue()
    {
        if (_session.Queue.Bytes > _settings.Connection.WriteLimit)
        {
            Lose(new DisconnectReason.SlowReader(_session.Queue.Bytes));
            return;
        }

        if (_socket is not { WritesAtOnce: true })
        {
            Flush();
        }
        else if (!_isFlushing)
        {
            _isFlushing = true; // Behind what is told in the same go.
            Self.Tell(FlushGathered.Instance);
        }
    }

    private void Flush()
    {
        while (_socket is not null && _session.NextBatch() is { } batch)
        {
            if (!_socket.Write(batch))
            {
                SetWriteAlarm(_writeDeadline.Begin(_settings.Clock.Monotonic()));
                return;
            }

            _session.BatchWritten();
        }
    }

    private void OnWritten()
    {
        _writeDeadline.End();
        _session.BatchWritten();
        Flush();
    }

    private void OnWriteAlarm()
    {
        if (_writeDeadline.IsOver(_settings.Clock.Monotonic(), out var again))
        {
            Lose(new DisconnectReason.WriteTimedOut(_settings.Connection.WriteTimeout));
        }
        else
        {
            SetWriteAlarm(again);
        }
    }

    private void SetWriteAlarm(TimeSpan? after)
    {
        if (after is { } time)
        {
            Timers.StartSingleTimer(WriteTimer, WriteAlarm.Instance, time);
        }
    }

    private void BeginClose(bool flush)
    {
        if (!flush)
        {
            Lose(new DisconnectReason.Requested(_closingWhy));
            return;
        }

        Become(Closing);
        Timers.StartSingleTimer(CloseTimer, CloseTimedOut.Instance, _settings.Connection.CloseTimeout);
        Flush();
        CloseWhenWritten();
    }

    private void CloseWhenWritten()
    {
        if (_session.IsWritten && _socket!.Close())
        {
            Lose(_closingReason ?? new DisconnectReason.Requested(_closingWhy));
        }
    }

    private DisconnectReason Reason(Tcp.ConnectionClosed closed) => _closingReason ?? closed switch
    {
        Tcp.PeerClosed => new DisconnectReason.RemoteClosed(PeerPhase.Ready, _session.IsInsideFrame),
        Tcp.ErrorClosed error => new DisconnectReason.ConnectionReset(PeerPhase.Ready, error.Cause ?? "reset"),
        _ => new DisconnectReason.Requested(_closingWhy),
    };

    /// <summary>Ends the connection: when the socket is gone, or never was, the peer is told.</summary>
    private void Lose(DisconnectReason reason)
    {
        _lost = reason;
        _closingWhy = reason is DisconnectReason.Requested requested ? requested.Why : reason.ToString();
        _session.DropAll(_closingWhy);
        _account.Close();
        Timers.CancelAll();
        if (_socket?.Abort() != false)
        {
            Report();
            return;
        }

        Become(Losing);
        Timers.StartSingleTimer(CloseTimer, CloseTimedOut.Instance, _settings.Connection.CloseTimeout);
    }

    private void Report()
    {
        _peer.Tell(new ConnectionLost(_lost!, _session.Figures()));
        Context.Stop(Self);
    }

    /// <summary>What was told in the meantime goes with it in one write.</summary>
    private sealed record FlushGathered : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static FlushGathered Instance { get; } = new();
    }

    private sealed record WriteAlarm
    {
        public static WriteAlarm Instance { get; } = new();
    }

    private sealed record CloseTimedOut
    {
        public static CloseTimedOut Instance { get; } = new();
    }
}
