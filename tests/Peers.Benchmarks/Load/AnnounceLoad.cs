using System.Globalization;
using Peers.Wire;

namespace Peers.Benchmarks.Load;

/// <summary>News of the target to all its peers. The operation is one item to one of them.</summary>
internal sealed class AnnounceLoad() : Workload("announcement to one of 200 peers", counter: null)
{
    private const int Peers = 200;
    private const int Items = 1_000;

    private LoadPeer[] _peers = [];

    /// <summary>With ordinary settings the last of 200 hears of it after half a minute; the work is the same.</summary>
    public override string Set => "peers.trickle.inbound-interval = 100ms";

    public override bool HasLimit => false;

    public override async Task PrepareAsync(LoadTarget target) => _peers = await LoadPeer.ConnectAsync(target.Endpoint, Peers, atOnce: 64);

    public override async Task<long> RunAsync(LoadTarget target)
    {
        await target.CommandAsync(string.Create(CultureInfo.InvariantCulture, $"announce {Items}"));
        await Task.WhenAll(_peers.Select(peer =>
        {
            var missing = Items;
            return peer.ReadUntilAsync(message => message is InvMessage inv && (missing -= inv.Items.Length) == 0);
        }));
        return Peers * Items;
    }

    public override void Dispose() => Array.ForEach(_peers, peer => peer.Dispose());
}
