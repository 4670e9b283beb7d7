using System.Collections.Immutable;
using Akka.Actor;

namespace Peers.Crawler;

/// <content>Where nodes come from, and visits begin.</content>
internal sealed partial class CrawlWorkerActor
{
    /// <summary>Questions to partitions that may be without an answer; one that does not answer may be moving, and costs no more than its own nodes.</summary>
    private const int MostQuestions = 64;

    /// <summary>No more nodes are leased than begin within this time.</summary>
    private const double SecondsAhead = 2;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private readonly Dictionary<IActorRef, LeasedNode> _running = [];
    private readonly Queue<(LeasedNode Node, TimeSpan Until)> _leased = new();
    private readonly TimeSpan[] _askAgainAt = new TimeSpan[Netgroup.Partitions];
    private readonly int[] _asked = new int[Netgroup.Partitions];
    private int _questions;
    private int _nodesAsked;
    private int _nextPartition;
    private long _begun;

    private int Allowed => Math.Min(_concurrency.Allowed, _orders?.Connections ?? 0);

    /// <summary>Asks as many partitions as it takes to have enough to begin, each in its turn.</summary>
    private void Ask()
    {
        if (!MayBegin || _orders is not { } orders)
        {
            return;
        }

        GiveUpQuestions();
        var ahead = Math.Min(Allowed - _running.Count, (int)Math.Ceiling(orders.VisitsPerSecond * SecondsAhead));
        var wanted = (int)Math.Min(ahead, orders.Allowance - _begun) - _leased.Count - _nodesAsked;
        for (var looked = 0; looked < Netgroup.Partitions && wanted > 0; looked++)
        {
            var partition = _nextPartition;
            _nextPartition = (_nextPartition + 1) % Netgroup.Partitions;
            if (_askAgainAt[partition] > Now)
            {
                continue;
            }

            if (_questions >= MostQuestions)
            {
                break;
            }

            var capacity = Math.Clamp(wanted / 8, 1, _settings.Worker.Batch);
            _asked[partition] = capacity;
            _questions++;
            _nodesAsked += capacity;
            wanted -= capacity;
            _askAgainAt[partition] = Now + AnswerTimeout;
            _around.Frontier.Tell(new Lease(partition, orders.Snapshot, Self, capacity));
        }
    }

    /// <summary>
    /// Who did not answer may have been on a machine that is gone; were its nodes still counted on, a worker all of whose questions were lost would never ask again.
    /// </summary>
    private void GiveUpQuestions()
    {
        for (var partition = 0; _questions > 0 && partition < Netgroup.Partitions; partition++)
        {
            if (_askAgainAt[partition] <= Now)
            {
                Answered(partition);
            }
        }
    }

    private void Answered(int partition)
    {
        if (_asked[partition] > 0)
        {
            _questions--;
            _nodesAsked -= _asked[partition];
            _asked[partition] = 0;
        }
    }

    private void Take(Leased leased)
    {
        Answered(leased.Partition);
        _askAgainAt[leased.Partition] = Now + leased.AskAgain;
        foreach (var node in leased.Nodes)
        {
            _leased.Enqueue((node, Now + leased.Length));
        }

        if (MayBegin)
        {
            BeginVisits();
        }
        else if (_leaving || _orders is { Phase: CrawlPhase.Draining or CrawlPhase.Ended })
        {
            ReturnLeases();
        }

        Ask();
    }

    private void BeginVisits()
    {
        while (_leased.Count > 0 && _running.Count < Allowed && MayBegin && _begun < _orders!.Allowance)
        {
            // A visit must be over before its lease is: its node would be given to another.
            var (node, until) = _leased.Peek();
            if (until < Now + _settings.Timeouts.Of(node.Endpoint.Address.Kind).Whole)
            {
                _leased.Dequeue();
                Return([node]);
                continue;
            }

            if (!_rate.TryBegin(Now))
            {
                return;
            }

            _leased.Dequeue();
            var visit = Context.ActorOf(VisitActor.Props(node, _visits));
            Context.Watch(visit);
            _running.Add(visit, node);
            _begun++;
        }
    }

    /// <summary>The snapshot has changed: what is leased of the last one is nobody's.</summary>
    private void ForgetLeases()
    {
        _leased.Clear();
        Array.Clear(_asked);
        Array.Clear(_askAgainAt);
        (_questions, _nodesAsked) = (0, 0);
    }

    private void ReturnLeases()
    {
        Return([.. _leased.Select(leased => leased.Node)]);
        _leased.Clear();
    }

    /// <summary>Gives nodes back unvisited, so that nobody has to wait for the end of the lease.</summary>
    private void Return(IReadOnlyList<LeasedNode> nodes)
    {
        foreach (var group in nodes.GroupBy(node => Netgroup.PartitionOf(node.Endpoint.Address)))
        {
            Report(group.Key, [.. group.Select(node => new VisitReport(node.Endpoint, VisitOutcome.Overloaded, _around.Clock.GetUtcNow(), false))]);
        }
    }

    private void Report(int partition, ImmutableArray<VisitReport> visits)
    {
        for (var from = 0; from < visits.Length; from += MostPerMessage)
        {
            var part = visits[from..Math.Min(visits.Length, from + MostPerMessage)];
            Send(number => new Report(partition, Snapshot, Self, number, part));
        }
    }

    private Visit Crashed(LeasedNode node) => new(
        node.Endpoint, _around.Clock.GetUtcNow(), VisitOutcome.ProtocolError, VisitVerdict.OurFault, default, null, null);
}
