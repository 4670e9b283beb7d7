using Akka.Actor;
using Peers.Wire;

namespace Peers.Benchmarks.Target;

/// <summary>The listener of a target: it counts what it hears, and gives the one block that it has to who asks for it.</summary>
internal sealed class CountingListener(BlockMessage block) : UntypedActor
{
    private readonly Hash256 _hash = block.Block.Hash;
    private readonly TargetCounts _counts = new();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PeerMessage heard:
                Count(heard);
                break;
            case PeerConnecting:
                _counts.Accepted++;
                break;
            case PeerReady:
                _counts.Handshakes++;
                _counts.Peers++;
                break;
            case PeerStopped { Stats.Remote: not null }:
                _counts.Peers--;
                break;
            case PeerStopped or Listening:
                break;
            case TaskCompletionSource<string> asked:
                asked.SetResult(_counts.ToJson());
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Count(PeerMessage heard)
    {
        switch (heard.Message)
        {
            case PingMessage:
                _counts.Pings++;
                break;
            case BlockMessage:
                _counts.Blocks++;
                break;
            case TransactionMessage:
                _counts.Transactions++;
                break;
            case InvMessage inv:
                _counts.Inventories++;
                _counts.InventoryItems += inv.Items.Length;
                break;
            case HeadersMessage headers:
                _counts.HeadersMessages++;
                _counts.Headers += headers.Headers.Length;
                break;
            case AddrMessage addresses:
                _counts.AddrMessages++;
                _counts.Addresses += addresses.Addresses.Length;
                break;
            case AddrV2Message addresses:
                _counts.AddrV2Messages++;
                _counts.AddressesV2 += addresses.Addresses.Length;
                break;
            case GetDataMessage ask:
                Serve(heard.Peer, ask);
                break;
        }
    }

    private void Serve(IActorRef peer, GetDataMessage ask)
    {
        foreach (var item in ask.Items)
        {
            _counts.GetDataItems++;
            if (item.IsBlock && item.Hash == _hash)
            {
                _counts.BlocksSent++;
                peer.Tell(new Send(block));
            }
        }
    }
}
