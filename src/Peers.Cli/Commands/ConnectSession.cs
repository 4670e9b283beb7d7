using Akka.Actor;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>A visit to one node: syncs what was asked for, then stays and tells what it hears.</summary>
internal sealed class ConnectSession
{
    private readonly IPeer _peer;
    private readonly ConnectPlan _plan;
    private readonly CommandOutput _output;
    private readonly TimeProvider _clock;
    private readonly ChainSync _sync;
    private readonly BitcoinNetwork _network;

    public ConnectSession(IPeer peer, BitcoinNetwork network, ConnectPlan plan, CommandOutput output, TimeProvider clock)
    {
        _peer = peer;
        _network = network;
        _plan = plan;
        _output = output;
        _clock = clock;
        _sync = new ChainSync(network, new SyncPlan(plan.Blocks, plan.CheckWork, peer.Remote.Features.Witness));
    }

    /// <summary>For the engine's events, which come on a thread of their own.</summary>
    public void OnEvent(PeerEvent happened)
    {
        if (happened is PingMeasured measured && measured.Id == _peer.Id)
        {
            _output.Tell("ping", new { measured.RoundTrip }, $"ping answered after {StatsTable.Time(measured.RoundTrip)}");
        }
    }

    /// <summary>Ends without a fault when the time is over, or when the user stops it.</summary>
    /// <exception cref="ChainException">The remote's chain is wrong, or does not come.</exception>
    /// <exception cref="CommandFailedException">The connection ended too early.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        var begun = _clock.GetTimestamp();
        _peer.Actor.Tell(PingNow.Instance, ActorRefs.NoSender);
        try
        {
            if (_plan.Headers)
            {
                _peer.Send(_sync.Start());
                await ProgressBars.RunAsync(_output, bars => SyncAsync(bars, stopping));
                TellSynced();
            }

            var left = _plan.Stay - _clock.GetElapsedTime(begun);
            await StayAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The user has seen enough: that is how most visits end.
        }
    }

    private async Task SyncAsync(ProgressBars bars, CancellationToken stopping)
    {
        while (!_sync.Done)
        {
            Take(await ReadAsync(stopping)); // A remote that withholds something is the engine's to notice: peers.stall.
            bars.Report("headers", _sync.Chain.Height, _sync.HeadersDone ? _sync.Chain.Height : Math.Max(_peer.Remote.StartHeight, _sync.Chain.Height + 1));
            if (_sync.HeadersDone && _sync.BlocksWanted > 0)
            {
                bars.Report("blocks", _sync.BlocksDone, _sync.BlocksWanted);
            }
        }
    }

    private async Task StayAsync(TimeSpan left, CancellationToken stopping)
    {
        using var timer = new CancellationTokenSource(left, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, timer.Token);
        try
        {
            while (true)
            {
                Take(await ReadAsync(either.Token));
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The time is over.
        }
    }

    private async ValueTask<Message> ReadAsync(CancellationToken cancellation)
    {
        if (await _peer.Messages.WaitToReadAsync(cancellation) && _peer.Messages.TryRead(out var message))
        {
            return message;
        }

        throw new CommandFailedException($"{_peer.Remote.Endpoint}: {ReasonText.Of(await _peer.WhenStopped)}");
    }

    private void Take(Message message)
    {
        if (!_plan.Headers)
        {
            Tell(message);
            return;
        }

        var step = _sync.On(message);
        foreach (var answer in step.Say)
        {
            _peer.Send(answer);
        }

        if (step.NewHeaders is { } count)
        {
            // While the headers come by thousands, the bar says enough to a person.
            var line = _sync.Done && count > 0 ? $"{count} new header{(count == 1 ? "" : "s")}: height {_sync.Chain.Height}, tip {_sync.Chain.Tip}" : null;
            _output.Tell("headers", new { count, height = _sync.Chain.Height, tip = _sync.Chain.Tip, workChecked = _sync.Chain.IsWorkChecked }, line);
        }

        if (step.NewBlock is { } block)
        {
            _output.Tell("block", new { height = step.NewBlockHeight, block.Hash, transactions = block.Transactions.Count, block.Size, block.Weight }, null);
        }

        Tell(message);
    }

    private void Tell(Message message)
    {
        switch (message)
        {
            case InvMessage inv:
                var others = inv.Items.Length > 1 ? $" and {inv.Items.Length - 1} more" : "";
                _output.Tell("inv", new { inv.Items }, inv.Items.Length == 0 ? null : $"announced: {inv.Items[0]}{others}");
                break;
            case HeadersMessage or BlockMessage or PongMessage:
                break; // Told as what they brought.
            default:
                _output.Tell("message", new { message.Command, bytes = message.GetPayloadSize(WireProtocol.Latest) }, $"heard {(WireText)message.Command}");
                break;
        }
    }

    private void TellSynced()
    {
        var chain = _sync.Chain;
        var work = (chain.IsWorkChecked, _plan.CheckWork) switch
        {
            (true, _) => "links and proof of work are right",
            (false, false) => "links are right; proof of work was not checked (--no-pow)",
            _ => $"links are right; proof of work was not checked: the chain begins at {chain.Root}, not at the first block of {_network.Name}",
        };
        _output.WriteLine($"headers: height {chain.Height}, tip {chain.Tip}; {work}");
        if (_sync.BlocksWanted > 0)
        {
            _output.WriteLine($"blocks: the last {_sync.BlocksDone}, {_sync.Transactions} transactions, {StatsTable.Bytes(_sync.BytesOfBlocks)}; merkle roots are right");
        }
    }
}
