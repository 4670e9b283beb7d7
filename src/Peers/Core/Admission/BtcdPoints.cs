using Peers.Wire;

namespace Peers;

/// <summary>What btcd counts as misbehaviour though the protocol allows it: questions that cost much to answer.</summary>
internal static class BtcdPoints
{
    private const int OfMempool = 33;
    private const int OfFullGetData = 99;

    /// <summary>33 for <c>mempool</c>, up to 99 for <c>getdata</c> by the number of its items; none for all else, and for a small <c>getdata</c>.</summary>
    public static int Of(Message message) => message switch
    {
        MempoolMessage => OfMempool,
        GetDataMessage data => (int)((long)data.Items.Length * OfFullGetData / WireLimits.InventoryItems),
        _ => 0,
    };
}
