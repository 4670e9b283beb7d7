using Peers.Wire;

namespace Peers.Cli;

/// <summary>The client's side of the demo: syncs the whole chain, then takes the transactions that are announced, and checks all of it.</summary>
internal sealed class DemoVisit
{
    private readonly IPeer _server;
    private readonly ServedChain _chain;
    private readonly CommandOutput _output;
    private readonly HashSet<Hash256> _heard = [];

    public DemoVisit(IPeer server, ServedChain chain, PeerSettings settings, CommandOutput output)
    {
        _server = server;
        _chain = chain;
        _output = output;
        Sync = new ChainSync(settings.Network, new SyncPlan(int.MaxValue, CheckWork: true, server.Remote.Features.Witness));
    }

    public ChainSync Sync { get; }

    public int TransactionsHeard => _heard.Count;

    /// <param name="announce">Lets the server announce a transaction.</param>
    /// <param name="bars">Where progress is shown.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunAsync(Action<Transaction> announce, ProgressBars bars, CancellationToken stopping)
    {
        await SyncAsync(bars, stopping);
        foreach (var transaction in _chain.Unconfirmed)
        {
            announce(transaction);
        }

        bars.Report("transactions", 0, _chain.Unconfirmed.Count);
        while (_heard.Count < _chain.Unconfirmed.Count)
        {
            Take(await ReadAsync(stopping));
            bars.Report("transactions", _heard.Count, _chain.Unconfirmed.Count);
        }

        _output.Tell("transactions", new { count = _heard.Count }, null);
    }

    /// <exception cref="CommandFailedException">The two sides do not agree on what was transferred.</exception>
    public void Check(BlockServer serving)
    {
        if (Sync.Chain.Tip != _chain.Tip || Sync.BlocksDone != _chain.Height || serving.BlocksServed != _chain.Height || !Sync.Chain.IsWorkChecked)
        {
            throw new CommandFailedException(
                $"the chains differ: {serving.BlocksServed} of {_chain.Height} blocks served, {Sync.BlocksDone} heard, tip {Sync.Chain.Tip} for {_chain.Tip}");
        }
    }

    private async Task SyncAsync(ProgressBars bars, CancellationToken stopping)
    {
        _server.Send(Sync.Start());
        var headersTold = false;
        while (!Sync.Done)
        {
            var step = Sync.On(await ReadAsync(stopping));
            foreach (var message in step.Say)
            {
                _server.Send(message);
            }

            bars.Report("headers", Sync.Chain.Height, _chain.Height);
            if (Sync.HeadersDone && !headersTold)
            {
                headersTold = true;
                _output.Tell("headers", new { height = Sync.Chain.Height, tip = Sync.Chain.Tip, workChecked = Sync.Chain.IsWorkChecked }, null);
            }

            if (Sync.HeadersDone)
            {
                bars.Report("blocks", Sync.BlocksDone, Sync.BlocksWanted);
            }
        }

        _output.Tell("blocks", new { count = Sync.BlocksDone, bytes = Sync.BytesOfBlocks, transactions = Sync.Transactions }, null);
    }

    private void Take(Message message)
    {
        switch (message)
        {
            case InvMessage inv:
                _server.Send(new GetDataMessage(inv.Items));
                break;
            case TransactionMessage { Transaction: var transaction }:
                // With witnesses or without: the id names what was announced, the comparison says that all of it came.
                if (_chain.FindTransaction(transaction.Id) is not { } announced || !announced.Equals(transaction))
                {
                    throw new CommandFailedException($"transaction {transaction.Id} is not as it was announced");
                }

                _heard.Add(transaction.Id);
                break;
            case NotFoundMessage missing:
                throw new CommandFailedException($"the server announced {missing.Items[0]} and does not have it");
        }
    }

    private async ValueTask<Message> ReadAsync(CancellationToken stopping)
    {
        if (await _server.Messages.WaitToReadAsync(stopping) && _server.Messages.TryRead(out var message))
        {
            return message;
        }

        throw new CommandFailedException($"the connection ended before the demo was done: {ReasonText.Of(await _server.WhenStopped)}");
    }
}
