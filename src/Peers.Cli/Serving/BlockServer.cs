using Peers.Wire;

namespace Peers.Cli;

/// <summary>
/// Answers one peer from a <see cref="ServedChain"/>: getheaders, getblocks, getdata, getaddr and mempool. A question is answered
/// before the next is read, so a remote that asks faster than it reads is not read either.
/// </summary>
internal sealed class BlockServer
{
    /// <summary>Blocks of one <c>inv</c> that answers <c>getblocks</c> (Bitcoin Core).</summary>
    private const int BlocksPerInv = 500;

    /// <summary>Items of one <c>notfound</c>: who asks for 50,000 unknown ones and reads no answer is not to make us hold as many (ours).</summary>
    private const int ItemsPerNotFound = 1_000;

    private readonly IPeer _peer;
    private readonly ServedChain _chain;
    private readonly PeerSettings _settings;
    private readonly PacedSender _sender;
    private bool _addressesTold;

    public BlockServer(IPeer peer, ServedChain chain, PeerSettings settings)
    {
        _peer = peer;
        _chain = chain;
        _settings = settings;
        _sender = new PacedSender(peer);
    }

    /// <summary>Blocks that were sent.</summary>
    public int BlocksServed { get; private set; }

    /// <summary>Headers that were sent.</summary>
    public int HeadersServed { get; private set; }

    /// <summary>Transactions that were sent.</summary>
    public int TransactionsServed { get; private set; }

    /// <summary>Serves until the connection ends.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await foreach (var message in _peer.Messages.ReadAllAsync(stopping))
        {
            await AnswerAsync(message);
        }
    }

    /// <summary>Announces a transaction in the way that the remote asked for (BIP 339).</summary>
    public void Announce(Transaction transaction) => _peer.Announce(_peer.Remote.Features.WtxIdRelay
        ? InventoryVector.WitnessTransactionId(transaction.WitnessId)
        : InventoryVector.Transaction(transaction.Id));

    private async ValueTask AnswerAsync(Message message)
    {
        switch (message)
        {
            case GetHeadersMessage get:
                var headers = HeadersAfter(get);
                HeadersServed += headers.Headers.Length;
                await _sender.SendAsync(headers);
                break;
            case GetBlocksMessage get:
                await _sender.SendAsync(BlocksAfter(get));
                break;
            case GetDataMessage get:
                await AnswerAsync(get);
                break;
            case GetAddrMessage when _peer.Remote.Direction == Direction.Inbound && !_addressesTold:
                // Once, and only to those who connected: as Bitcoin Core, against spies that ask again and again.
                _addressesTold = true;
                await _sender.SendAsync(Addresses());
                break;
            case MempoolMessage when _settings.Services.HasFlag(ServiceFlags.Bloom):
                await _sender.SendAsync(Mempool());
                break;
            default:
                break;
        }
    }

    private HeadersMessage HeadersAfter(GetHeadersMessage get)
    {
        var after = _chain.After(get.Locator, get.Stop, WireLimits.Headers);
        var headers = new BlockHeader[after.Length];
        for (var i = 0; i < headers.Length; i++)
        {
            headers[i] = after[i].Header;
        }

        return new HeadersMessage(headers.ToWireArray());
    }

    private InvMessage BlocksAfter(GetBlocksMessage get)
    {
        var after = _chain.After(get.Locator, get.Stop, BlocksPerInv);
        var items = new InventoryVector[after.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = InventoryVector.Block(after[i].Hash);
        }

        return new InvMessage(items.ToWireArray());
    }

    private async ValueTask AnswerAsync(GetDataMessage get)
    {
        List<InventoryVector> missing = [];
        for (var i = 0; i < get.Items.Length; i++)
        {
            if (Find(get.Items[i]) is not { } found)
            {
                missing.Add(get.Items[i]);
                if (missing.Count == ItemsPerNotFound)
                {
                    if (!await _sender.SendAsync(new NotFoundMessage(missing.ToWireArray())))
                    {
                        return;
                    }

                    missing.Clear();
                }
            }
            else if (!await _sender.SendAsync(found))
            {
                return;
            }
        }

        if (missing.Count > 0)
        {
            await _sender.SendAsync(new NotFoundMessage(missing.ToWireArray()));
        }
    }

    private Message? Find(InventoryVector item)
    {
        switch (item.Kind)
        {
            // A compact block is for those who have its transactions; whoever asks for an old one gets the whole (Bitcoin Core).
            case InventoryKind.Block or InventoryKind.WitnessBlock or InventoryKind.CompactBlock when _chain.FindBlock(item.Hash) is { } block:
                BlocksServed++;
                return new BlockMessage(item.Kind == InventoryKind.Block ? block.WithoutWitness() : block);
            case InventoryKind.Transaction or InventoryKind.WitnessTransaction or InventoryKind.WitnessTransactionId
                when _chain.FindTransaction(item.Hash) is { } transaction:
                TransactionsServed++;
                return new TransactionMessage(item.Kind == InventoryKind.Transaction ? transaction.WithoutWitness() : transaction);
            default:
                return null;
        }
    }

    /// <summary>The one node that we know to be there: ourselves.</summary>
    private Message Addresses()
    {
        var now = (uint)_settings.Clock.GetUtcNow().ToUnixTimeSeconds();
        WireArray<AddressEntry> entries = [new AddressEntry(now, _settings.Services, NetworkEndpoint.From(_peer.Remote.LocalEndpoint))];
        return _peer.Remote.Features.AddressV2 ? new AddrV2Message(entries) : new AddrMessage(entries);
    }

    private InvMessage Mempool() => new(_chain.Unconfirmed
        .Select(transaction => _peer.Remote.Features.WtxIdRelay
            ? InventoryVector.WitnessTransactionId(transaction.WitnessId)
            : InventoryVector.Transaction(transaction.Id))
        .Take(WireLimits.InventoryItems)
        .ToWireArray());
}
