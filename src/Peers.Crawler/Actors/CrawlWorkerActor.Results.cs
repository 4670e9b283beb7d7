using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers.Crawler;

/// <content>Where results go: to the store, then to the partitions, which acknowledge them or are told again.</content>
internal sealed partial class CrawlWorkerActor
{
    /// <summary>Nodes in one message at most: far below what Akka.Remote carries in a frame.</summary>
    internal const int MostPerMessage = 1_000;

    /// <summary>Addresses in one write, about: they are what results weigh.</summary>
    private const int AddressesPerWrite = 50_000;

    /// <summary>Results that wait for the store at most, in writes.</summary>
    private const int MostWrites = 2;

    private static readonly TimeSpan PaceOver = TimeSpan.FromSeconds(5);

    private const int MostFaults = 1_000;
    private const int RepeatsOfFault = 2;

    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryWriteAfter = TimeSpan.FromSeconds(1);

    private readonly SeenNodes _seen;
    private readonly SortedDictionary<long, (PartitionMessage Message, TimeSpan At)> _unacknowledged = [];
    private readonly long[] _outcomes = new long[VisitOutcomes.All.Count + 1];
    private readonly long[] _reached = new long[(int)NetworkKind.Cjdns + 1];
    private readonly Dictionary<NodeId, int> _faults = [];
    private readonly Queue<(TimeSpan At, long Visits)> _pace = new();

    private List<Visit> _results = [];
    private List<LearnedNode> _learned = [];
    private int _waitingAddresses;
    private bool _writing;
    private string _fault = "";
    private long _number;
    private long _addressesHeard;
    private long _bytesReceived;
    private long _bytesSent;

    private bool IsStoreBehind => _results.Count >= MostWrites * _settings.Worker.WriteBatch || _waitingAddresses >= MostWrites * AddressesPerWrite;

    private bool IsWriteFull => _results.Count >= _settings.Worker.WriteBatch || _waitingAddresses >= AddressesPerWrite;

    private bool IsEverythingReported => _results.Count == 0 && !_writing && _unacknowledged.Count == 0;

    private void Take(VisitEnded ended)
    {
        var visit = ended.Visit;
        _bytesReceived += ended.BytesReceived;
        _bytesSent += ended.BytesSent;
        if (visit.Outcome == VisitOutcome.Overloaded || IsFaultToRepeat(visit))
        {
            // It says nothing of the node, which goes back at once.
            _outcomes[(int)VisitOutcome.Overloaded]++;
            if (visit.Outcome == VisitOutcome.Overloaded)
            {
                _concurrency.Overloaded(Now);
            }

            _begun--;
            Return([new LeasedNode(visit.Endpoint, false)]);
            return;
        }

        _outcomes[(int)visit.Outcome]++;
        if (visit.Outcome.IsReachable() && (int)visit.Endpoint.Address.Kind < _reached.Length)
        {
            _reached[(int)visit.Endpoint.Address.Kind]++;
        }

        Learn(visit);
        _results.Add(visit);
        _waitingAddresses += visit.Addresses?.Entries.Count ?? 0;
        if (IsWriteFull)
        {
            Write();
        }
        else if (!_writing && !Timers.IsTimerActive("write"))
        {
            Timers.StartSingleTimer("write", WriteNow.Instance, _settings.Worker.WriteDelay);
        }
    }

    /// <summary>A crash may have been anybody's; a node that crashes us each time is a fact about the node.</summary>
    private bool IsFaultToRepeat(Visit visit)
    {
        if (visit.Detail != VisitVerdict.OurFault)
        {
            return false;
        }

        if (_faults.Count >= MostFaults)
        {
            _faults.Clear();
        }

        var id = NodeId.Of(visit.Endpoint);
        _faults[id] = _faults.GetValueOrDefault(id) + 1;
        return _faults[id] <= RepeatsOfFault;
    }

    private void Learn(Visit visit)
    {
        if (visit.Addresses is not { } answer)
        {
            return;
        }

        _addressesHeard += answer.Entries.Count;
        var recently = _around.Clock.GetUtcNow().ToUnixTimeSeconds() - (long)_settings.AddressAge.TotalSeconds;
        for (var index = 0; index < answer.Entries.Count; index++)
        {
            var entry = answer.Entries[index];
            if (_seen.Add(NodeId.Of(entry.Endpoint), entry.Time > recently))
            {
                // 0 is for seeds, which are visited in any case.
                _learned.Add(new LearnedNode(entry.Endpoint, Math.Max(1, entry.Time), entry.Services));
            }
        }
    }

    private void Write()
    {
        Timers.Cancel("write");
        if (_writing || _results.Count == 0)
        {
            return;
        }

        _writing = true;
        var batch = new Written(Snapshot, _results, _learned);
        (_results, _learned, _waitingAddresses) = ([], [], 0);
        Append(batch);
    }

    private void Append(Written batch) => _around.Store.AppendAsync(batch.Snapshot, batch.Visits, batch.Learned).PipeTo(
        Self, Self, () => batch, fault => new WriteFailed(batch, fault.GetBaseException()));

    private void OnWritten(Written written)
    {
        _writing = false;
        _fault = "";
        foreach (var group in written.Learned.GroupBy(node => Netgroup.PartitionOf(node.Endpoint.Address)))
        {
            foreach (var nodes in group.Chunk(MostPerMessage))
            {
                Send(number => new Learned(group.Key, written.Snapshot, Self, number, [.. nodes]));
            }
        }

        foreach (var group in written.Visits.GroupBy(visit => Netgroup.PartitionOf(visit.Endpoint.Address)))
        {
            Report(group.Key, [.. group.Select(visit => new VisitReport(visit.Endpoint, visit.Outcome, visit.Started, visit.Addresses is not null))]);
        }

        if (_results.Count > 0)
        {
            Write();
        }

        BeginVisits();
    }

    private void OnWriteFailed(WriteFailed failed)
    {
        if (_fault.Length == 0)
        {
            _log.Error("The store does not take results; no visit begins until it does: {Fault}", failed.Fault.Message);
        }

        _fault = failed.Fault.Message;
        Timers.StartSingleTimer("retry", new RetryWrite(failed.Batch), RetryWriteAfter);
    }

    private void Send(Func<long, PartitionMessage> make)
    {
        var message = make(++_number);
        _unacknowledged.Add(_number, (message, Now));
        _around.Frontier.Tell(message);
    }

    private void Acknowledge(long number) => _unacknowledged.Remove(number);

    private void RepeatUnacknowledged()
    {
        var now = Now;
        foreach (var (number, (message, at)) in _unacknowledged.Where(sent => now - sent.Value.At >= RepeatAfter).ToList())
        {
            _unacknowledged[number] = (message, now);
            _around.Frontier.Tell(message);
        }
    }

    private WorkerFigures Figures()
    {
        var ended = _outcomes.Sum();
        _pace.Enqueue((Now, ended));
        while (_pace.Count > 1 && _pace.Peek().At < Now - PaceOver)
        {
            _pace.Dequeue();
        }

        var (since, before) = _pace.Peek();
        var pace = Now > since ? (ended - before) / (Now - since).TotalSeconds : 0;
        return new WorkerFigures(
            _begun, [.. _outcomes], [.. _reached], _running.Count, Allowed, pace, _addressesHeard, _bytesReceived, _bytesSent,
            _results.Count + (_writing ? 1 : 0) + _unacknowledged.Count);
    }

    private sealed record Written(long Snapshot, List<Visit> Visits, List<LearnedNode> Learned) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record WriteFailed(Written Batch, Exception Fault) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record RetryWrite(Written Batch) : INoSerializationVerificationNeeded;

    private sealed record WriteNow
    {
        public static WriteNow Instance { get; } = new();
    }
}
