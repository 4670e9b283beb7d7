using System.Net;
using Akka.Actor;
using Peers;
using Peers.Wire;

namespace BlockDownload;

/// <summary>All blocks are here.</summary>
public sealed record Downloaded(IReadOnlyDictionary<Hash256, Block> Blocks);

// sample: downloader
/// <summary>Downloads blocks from several remotes, one at a time from each; believes none of them, and asks another one for what it did not get.</summary>
public sealed class BlockDownloader(IActorRef engine, IReadOnlyList<IPEndPoint> remotes, IEnumerable<Hash256> wanted, IActorRef asker) : UntypedActor
{
    private readonly Queue<Hash256> _missing = new(wanted);
    private readonly Queue<IActorRef> _idle = new();
    private readonly Dictionary<Request, (Hash256 Hash, IActorRef Peer)> _asked = [];
    private readonly Dictionary<Hash256, Block> _blocks = [];

    protected override void PreStart()
    {
        foreach (var remote in remotes)
            engine.Tell(new Connect(remote, Self));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PeerReady ready:
                _idle.Enqueue(ready.Peer);
                Ask();
                break;
            case RequestResult result when _asked.Remove(result.Request, out var asked):
                if (result is RequestResult.Answered { Messages: [BlockMessage { Block: var block }] } && IsWhatItsHeaderSays(block))
                    Take(block, asked.Peer);
                else
                    GiveUp(asked.Peer, asked.Hash);
                Ask();
                break;
        }
    }

    private void Ask()
    {
        while (_missing.Count > 0 && _idle.TryDequeue(out var peer))
        {
            var hash = _missing.Dequeue();
            var request = new Request(new GetDataMessage([InventoryVector.WitnessBlock(hash)]), Self);
            _asked.Add(request, (hash, peer));
            peer.Tell(request);
        }
    }

    private void Take(Block block, IActorRef peer)
    {
        _blocks.Add(block.Hash, block);
        _idle.Enqueue(peer);
        if (_missing.Count == 0 && _asked.Count == 0)
            asker.Tell(new Downloaded(_blocks));
    }

    private void GiveUp(IActorRef peer, Hash256 hash)
    {
        _missing.Enqueue(hash);
        peer.Tell(new Disconnect($"no block {hash}"));
    }

    // The engine has matched the block by its header's hash. Whether the transactions are those of the header is for us to say.
    private static bool IsWhatItsHeaderSays(Block block) => block.ComputeMerkleRoot(out var mutated) == block.Header.MerkleRoot && !mutated;
}
// end sample
