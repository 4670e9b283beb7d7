using Peers.Wire;

namespace Peers.TestKit;

/// <content>Transactions and blocks: heard of, asked for, taken, announced, given.</content>
internal sealed partial class RelayNodeActor
{
    private readonly Dictionary<Hash256, CompactBlockFilling> _fillings = [];
    private readonly List<(RelayItem Block, RelayPeer From)> _early = [];
    private readonly List<RelayPeer> _chosen = [];

    private void HearOf(RelayPeer peer, InvMessage inv)
    {
        var now = Now;
        var (blocks, transactions) = (false, false);
        foreach (var item in inv.Items)
        {
            if (!IsNews(peer, item.Hash))
            {
                continue;
            }

            if (item.IsTransaction)
            {
                transactions = true;
                var byWitnessId = item.Kind == InventoryKind.WitnessTransactionId;
                _transactions.Announced(
                    KeyOf(item.Hash), peer.Id, byWitnessId ? item : new InventoryVector(InventoryKind.WitnessTransaction, item.Hash),
                    peer.IsInbound ? now + _node.Options.InboundDelay : now);
            }
            else
            {
                peer.LastShown = item.Hash;
                blocks |= item.IsBlock;
            }
        }

        if (blocks)
        {
            AskHeaders(peer); // A hash alone says neither where it belongs nor what work is in it.
        }

        if (transactions)
        {
            Ask(); // Most of what is announced is known, and then there is nothing to look for.
        }
    }

    private void HearOf(RelayPeer peer, HeadersMessage message)
    {
        HashSet<Hash256> connected = [];
        foreach (ref readonly var header in message.Headers.Span)
        {
            var hash = header.ComputeHash();
            if (!ProofOfWork.IsDone(header, hash))
            {
                Misbehaves(peer, "a header without its work");
                return;
            }

            peer.LastShown = hash;
            if (!IsNews(peer, hash))
            {
                continue;
            }

            if (_node.Holdings.Find(header.Previous) is null && !connected.Contains(header.Previous) && !_blocks.Wants(header.Previous))
            {
                Unconnected(peer);
                return;
            }

            connected.Add(hash);
            var kind = peer.Compact && header.Previous == _node.Tip.Id ? InventoryKind.CompactBlock : InventoryKind.WitnessBlock;
            _blocks.Announced(hash, peer.Id, new InventoryVector(kind, hash), Now);
        }

        Ask();
    }

    private void Take(RelayPeer peer, Transaction transaction)
    {
        var item = _node.Inventory.Add(transaction);
        _node.Counters.Received++;
        if (!_node.Holdings.TakeTransaction(item))
        {
            _node.Counters.ReceivedTwice++;
            return;
        }

        _transactions.Forget(item.WitnessId);
        _node.Watcher?.Has(_node, item, peer.Address);
        Manage(new AnnounceToAll(item.Announcement, peer.Id));
    }

    private void Take(RelayPeer peer, Block block)
    {
        _node.Counters.Received++;
        _blocks.Refused(block.Hash, peer.Id); // It has answered, whatever the answer is worth.
        Judge(peer, block);
    }

    private void Take(RelayPeer peer, CompactBlockMessage compact)
    {
        var hash = compact.Header.ComputeHash();
        _node.Counters.Received++;
        peer.LastShown = hash;
        if (!ProofOfWork.IsDone(compact.Header, hash))
        {
            Misbehaves(peer, "a compact block without its work");
        }
        else if (!IsNews(peer, hash))
        {
            _node.Counters.ReceivedTwice++;
        }
        else if (_node.Holdings.Find(compact.Header.Previous) is null)
        {
            Unconnected(peer);
        }
        else if (_fillings.ContainsKey(hash))
        {
            // The first one is being completed: this one is asked for the whole if that comes to nothing.
            _blocks.Announced(hash, peer.Id, InventoryVector.WitnessBlock(hash), Now);
            Ask();
        }
        else
        {
            Begin(peer, compact, hash);
        }
    }

    private void Begin(RelayPeer peer, CompactBlockMessage compact, Hash256 hash)
    {
        var filling = CompactBlockFilling.Begin(compact, peer.Id, _node.Holdings.Mempool);
        if (filling.Missing.Length == 0)
        {
            _node.Counters.CompactComplete++;
            _blocks.Refused(hash, peer.Id);
            Complete(peer, filling, hash);
            return;
        }

        _node.Counters.CompactLacking++;
        _fillings.Add(hash, filling);
        _blocks.Asked(hash, peer.Id, Now);
        peer.Say(new GetBlockTransactionsMessage(hash, filling.Missing));
        Ask();
    }

    private void Take(RelayPeer peer, BlockTransactionsMessage rest)
    {
        if (!_fillings.TryGetValue(rest.BlockHash, out var filling) || filling.From != peer.Id)
        {
            return; // Too late: the block came another way.
        }

        _fillings.Remove(rest.BlockHash);
        _blocks.Refused(rest.BlockHash, peer.Id);
        if (filling.Add(rest.Transactions))
        {
            Complete(peer, filling, rest.BlockHash);
        }
        else
        {
            Misbehaves(peer, "not the transactions that were asked for");
        }
    }

    private void Complete(RelayPeer peer, CompactBlockFilling filling, Hash256 hash)
    {
        var block = filling.Complete();
        if (_node.Inventory.Add(block) is { } item)
        {
            Take(item, peer);
        }
        else
        {
            // Two transactions share a short id, which is nobody's fault: the whole is asked for.
            _blocks.Announced(hash, peer.Id, InventoryVector.WitnessBlock(hash), Now);
            Ask();
        }
    }

    private void Judge(RelayPeer peer, Block block)
    {
        if (_node.Inventory.Add(block) is { } item)
        {
            Take(item, peer);
        }
        else if (_node.Inventory.Find(block.Header.Previous) is null)
        {
            Unconnected(peer);
        }
        else
        {
            Misbehaves(peer, "an invalid block");
            Ask();
        }
    }

    /// <summary>Takes an item of our own, from nobody, or a block that was found valid.</summary>
    private void Take(RelayItem item, RelayPeer? from = null)
    {
        if (_node.Holdings.Has(item))
        {
            _node.Counters.ReceivedTwice++;
            return;
        }

        if (from is null)
        {
            _node.Watcher?.Originated(_node, item);
        }

        if (!item.IsBlock)
        {
            _node.Holdings.TakeTransaction(item);
            _node.Watcher?.Has(_node, item, null);
            Manage(new AnnounceToAll(item.Announcement));
            return;
        }

        if (!_node.Holdings.Has(item.Previous!))
        {
            _early.Add((item, from!));
            return;
        }

        _node.Holdings.TakeBlock(item, transaction =>
        {
            _transactions.Forget(transaction.WitnessId);
            _node.Watcher?.Has(_node, transaction, from?.Address);
        });
        _blocks.Forget(item.Id);
        _fillings.Remove(item.Id);
        _node.Watcher?.Has(_node, item, from?.Address);
        Relay(item, from);
        if (from is not null)
        {
            Choose(from);
        }

        if (_early.FindIndex(early => early.Block.Previous == item) is var index and >= 0)
        {
            var (next, sender) = _early[index];
            _early.RemoveAt(index);
            Take(next, sender);
        }
    }

    /// <summary>The compact block first: what we say the engine notes as known, so that it announces the block to the others only.</summary>
    private void Relay(RelayItem block, RelayPeer? from)
    {
        if (_node.Tip != block)
        {
            return;
        }

        foreach (var peer in _peers)
        {
            if (peer.WantsUnasked && peer != from && peer.LastShown != block.Id)
            {
                peer.Say(block.Compact!);
            }
        }

        Manage(new AnnounceToAll(block.Announcement, from?.Id));
    }

    /// <summary>Those who were first with a block lately are asked to send the next one without being asked (BIP 152).</summary>
    private void Choose(RelayPeer peer)
    {
        if (!peer.Compact || _node.Options.HighBandwidthPeers == 0)
        {
            return;
        }

        if (!_chosen.Remove(peer))
        {
            peer.Say(new SendCompactMessage(true, CompactVersion));
        }

        _chosen.Add(peer);
        if (_chosen.Count > _node.Options.HighBandwidthPeers)
        {
            _chosen[0].Say(new SendCompactMessage(false, CompactVersion));
            _chosen.RemoveAt(0);
        }
    }

    private void Answer(RelayPeer peer, GetDataMessage get)
    {
        List<InventoryVector> missing = [];
        foreach (var asked in get.Items)
        {
            if (_node.Holdings.Find(asked.Hash) is not { } item || item.IsBlock != !asked.IsTransaction)
            {
                missing.Add(asked);
            }
            else
            {
                peer.Say(asked.Kind switch
                {
                    InventoryKind.CompactBlock when item.Height > _node.Height - 5 => item.Compact!,
                    InventoryKind.Transaction => new TransactionMessage(item.Transaction!.WithoutWitness()),
                    InventoryKind.Block => new BlockMessage(item.Block!.WithoutWitness()),
                    _ => item.Message,
                });
            }
        }

        if (missing.Count > 0)
        {
            peer.Say(new NotFoundMessage(missing.ToWireArray()));
        }
    }

    private void Answer(RelayPeer peer, GetBlockTransactionsMessage get)
    {
        if (_node.Holdings.Find(get.BlockHash)?.Block is not { } block)
        {
            return;
        }

        if (get.Indexes.Length > 0 && get.Indexes[^1] >= block.Transactions.Count)
        {
            Misbehaves(peer, "asks for transactions that are none of the block");
            return;
        }

        List<Transaction> asked = [];
        foreach (var index in get.Indexes)
        {
            asked.Add(block.Transactions[index]);
        }

        peer.Say(new BlockTransactionsMessage(get.BlockHash, [.. asked]));
    }

    /// <summary>Counts an announcement.</summary>
    /// <returns>Whether we lack the item.</returns>
    private bool IsNews(RelayPeer peer, Hash256 id)
    {
        _node.Counters.Announced++;
        if (_node.Inventory.Find(id) is not { } item)
        {
            return true;
        }

        if (_node.Holdings.Has(item))
        {
            _node.Counters.KnownAnnounced++;
            return false;
        }

        if (_node.HeardOf.Add(item.Number))
        {
            _node.Watcher?.HeardOf(_node, item, peer.Address);
        }

        return true;
    }

    private void Unconnected(RelayPeer peer)
    {
        if (++peer.Unconnected > MostUnconnected)
        {
            Misbehaves(peer, "headers that begin nowhere");
        }
        else
        {
            AskHeaders(peer);
        }
    }
}
