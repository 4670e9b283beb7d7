using System.Globalization;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers.Crawler;

/// <content>The snapshot: its beginning, its seeds, its end.</content>
internal sealed partial class CrawlCoordinatorActor
{
    private readonly SeedBook _seeds = new();

    private void Open() => _around.Store.OpenSnapshotAsync(_around.Network, _around.Clock.GetUtcNow()).PipeTo(
        Self, Self, snapshot => new SnapshotOpened(snapshot), fault => new StoreFailed(fault.GetBaseException(), Open));

    private void Opened(CrawlSnapshot snapshot)
    {
        _fault = "";
        _snapshot = snapshot;
        if (_phase == CrawlPhase.Starting)
        {
            Enter(CrawlPhase.Running);
        }

        Timers.StartPeriodicTimer("round", Round.Instance, LookInterval);
        _seeds.Wait();
        Seed();
    }

    private void Seed()
    {
        var snapshot = _snapshot!.Id;
        KeepSeedsAsync(snapshot).PipeTo(Self, Self, seeds => seeds, fault => new StoreFailed(fault.GetBaseException(), Seed));
    }

    /// <summary>A name that is not found, or a word that is no address, is left out with a warning: one seed that lives is enough.</summary>
    private async Task<SeedsKept> KeepSeedsAsync(long snapshot)
    {
        var nodes = new List<LearnedNode>();
        var strays = new List<string>();
        foreach (var seed in _settings.Seeds)
        {
            if (NetworkEndpoint.TryParse(seed, out var endpoint))
            {
                nodes.Add(new LearnedNode(endpoint, 0, ServiceFlags.None));
            }
            else if (seed.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(seed.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port))
            {
                await ResolveAsync(seed[..colon], port).ConfigureAwait(false);
            }
            else
            {
                strays.Add($"{seed}: no address with a port");
            }
        }

        foreach (var name in _settings.DnsSeeds)
        {
            await ResolveAsync(name, (ushort)_around.DefaultPort).ConfigureAwait(false);
        }

        if (nodes.Count > 0)
        {
            await _around.Store.AppendAsync(snapshot, [], nodes).ConfigureAwait(false);
        }

        return new SeedsKept(snapshot, nodes, strays);

        async Task ResolveAsync(string name, ushort port)
        {
#pragma warning disable CA1031 // A resolver of the user's may throw anything; one name less is no reason to stop.
            try
            {
                foreach (var address in await _around.Resolve(name).ConfigureAwait(false))
                {
                    nodes.Add(new LearnedNode(NetworkEndpoint.From(new IPEndPoint(address, port)), 0, ServiceFlags.None));
                }
            }
            catch (Exception fault)
            {
                strays.Add($"{name}: {fault.Message}");
            }
#pragma warning restore CA1031
        }
    }

    private void TellSeeds(SeedsKept kept)
    {
        _fault = "";
        foreach (var stray in kept.Strays)
        {
            _log.Warning("A seed is left out: {Why}", stray);
        }

        _seeds.Set(kept.Nodes.GroupBy(node => Netgroup.PartitionOf(node.Endpoint.Address)).SelectMany(group =>
            group.Chunk(CrawlWorkerActor.MostPerMessage).Select(nodes => (Partition: group.Key, Nodes: nodes))).Select((part, number) =>
                new Learned(part.Partition, kept.Snapshot, Self, number, [.. part.Nodes])));
        RepeatSeeds();
    }

    private void RepeatSeeds()
    {
        foreach (var message in _seeds.Untaken)
        {
            _around.Frontier.Tell(message);
        }
    }

    private void Close()
    {
        // From here on no round may come to another end.
        Timers.Cancel("round");
        _around.Store.CloseSnapshotAsync(_snapshot!.Id, _around.Clock.GetUtcNow()).PipeTo(
            Self, Self, () => SnapshotClosed.Instance, fault => new StoreFailed(fault.GetBaseException(), Close));
    }

    private void OnStoreFailed(StoreFailed failed)
    {
        if (_fault.Length == 0)
        {
            _log.Error("The store cannot be used, and is tried again: {Fault}", failed.Fault.Message);
        }

        _fault = failed.Fault.Message;
        _around.Watcher.Tell(Progress());
        Timers.StartSingleTimer("store", new TryAgain(failed.Again), RetryStore);
    }

    private sealed record SnapshotOpened(CrawlSnapshot Snapshot) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record SeedsKept(long Snapshot, List<LearnedNode> Nodes, List<string> Strays) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record StoreFailed(Exception Fault, Action Again) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record TryAgain(Action Action) : INoSerializationVerificationNeeded;

    private sealed record SnapshotClosed : IDeadLetterSuppression
    {
        public static SnapshotClosed Instance { get; } = new();
    }
}
