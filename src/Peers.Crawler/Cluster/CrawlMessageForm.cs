using Akka.Actor;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// The first version of the form of each message: fields in the order of their records. A change of a form is a new form under a new manifest; this one
/// stays readable as long as machines of both versions may meet.
/// </summary>
internal static class CrawlMessageForm
{
    /// <summary>Bytes of the longest node: a heard one, of an overlay network, with all services.</summary>
    public const int MaxNodeBytes = CrawlFieldForm.MaxEndpointBytes + sizeof(uint) + 9;

    public static void Write(ref WireWriter writer, object message)
    {
        switch (message)
        {
            case Lease lease:
                WriteTo(ref writer, lease);
                writer.WriteActor(lease.Worker);
                writer.WriteWhole(lease.Capacity);
                break;
            case Report report:
                WriteTo(ref writer, report);
                writer.WriteActor(report.Worker);
                writer.WriteWhole(report.Number);
                writer.WriteWhole(report.Visits.Length);
                foreach (var visit in report.Visits)
                {
                    writer.WriteEndpoint(visit.Endpoint);
                    writer.WriteByte((byte)visit.Outcome);
                    writer.WriteInt64(visit.At.ToUnixTimeMilliseconds());
                    writer.WriteBoolean(visit.Answered);
                }

                break;
            case Learned learned:
                WriteTo(ref writer, learned);
                writer.WriteActor(learned.Worker);
                writer.WriteWhole(learned.Number);
                writer.WriteWhole(learned.Nodes.Length);
                foreach (var node in learned.Nodes)
                {
                    writer.WriteEndpoint(node.Endpoint);
                    writer.WriteUInt32(node.HeardSeen);
                    writer.WriteCompactSize((ulong)node.Services);
                }

                break;
            case GetPartitionStatus get:
                WriteTo(ref writer, get);
                writer.WriteActor(get.Coordinator);
                writer.WriteBoolean(get.Reload);
                break;
            case Leased leased:
                writer.WritePartition(leased.Partition);
                writer.WriteWhole(leased.Nodes.Length);
                foreach (var node in leased.Nodes)
                {
                    writer.WriteEndpoint(node.Endpoint);
                    writer.WriteBoolean(node.AskAddresses);
                }

                writer.WriteLength(leased.Length);
                writer.WriteLength(leased.AskAgain);
                break;
            case Reported reported:
                writer.WritePartition(reported.Partition);
                writer.WriteWhole(reported.Number);
                break;
            case LearnedKept kept:
                writer.WritePartition(kept.Partition);
                writer.WriteWhole(kept.Number);
                break;
            case PartitionStatus status:
                writer.WritePartition(status.Partition);
                writer.WriteWhole(status.Known);
                writer.WriteWhole(status.Waiting);
                writer.WriteWhole(status.Leased);
                writer.WriteWhole(status.Visited);
                writer.WriteWhole(status.Excluded);
                writer.WriteWhole(status.Dropped);
                writer.WriteLength(status.OldestDue);
                writer.WriteBoolean(status.Reloaded);
                break;
            case WorkerStatus status:
                writer.WriteActor(status.Worker);
                writer.WriteFigures(status.Figures);
                writer.WriteWhole(status.Snapshot);
                writer.WriteByte((byte)status.Phase);
                break;
            case WorkerOrders orders:
                writer.WriteActor(orders.Coordinator);
                writer.WriteWhole(orders.Snapshot);
                writer.WriteText(orders.Network, CrawlFieldForm.MaxTextBytes);
                writer.WriteRate(orders.VisitsPerSecond);
                writer.WriteWhole(orders.Connections);
                writer.WriteWhole(orders.Allowance);
                writer.WriteLength(orders.ValidFor);
                writer.WriteByte((byte)orders.Phase);
                writer.WriteProgress(orders.Progress);
                break;
        }
    }

    /// <summary>Reads a message; null for a manifest that is not known.</summary>
    public static object? Read(ref WireReader reader, string manifest, Func<string, IActorRef> actor) => manifest switch
    {
        "L1" => new Lease(
            reader.ReadPartition(), reader.ReadWhole("snapshot"), reader.ReadActor(actor), reader.ReadWholeInt32("capacity")),
        "R1" => new Report(
            reader.ReadPartition(), reader.ReadWhole("snapshot"), reader.ReadActor(actor), reader.ReadWhole("number"),
            reader.ReadList(CrawlFieldForm.MinEndpointBytes + 10, static (ref WireReader item) => new VisitReport(
                item.ReadEndpoint(), item.ReadOutcome(), item.ReadTime("visit.at"), item.ReadFlag("visit.answered")))),
        "N1" => new Learned(
            reader.ReadPartition(), reader.ReadWhole("snapshot"), reader.ReadActor(actor), reader.ReadWhole("number"),
            reader.ReadList(CrawlFieldForm.MinEndpointBytes + 5, static (ref WireReader item) => new LearnedNode(
                item.ReadEndpoint(), item.ReadUInt32("node.seen"), (ServiceFlags)item.ReadCompactSize("node.services")))),
        "GS1" => new GetPartitionStatus(
            reader.ReadPartition(), reader.ReadWhole("snapshot"), reader.ReadActor(actor), reader.ReadFlag("reload")),
        "LD1" => new Leased(
            reader.ReadPartition(),
            reader.ReadList(CrawlFieldForm.MinEndpointBytes + 1, static (ref WireReader item) => new LeasedNode(
                item.ReadEndpoint(), item.ReadFlag("node.ask"))),
            reader.ReadLength("length"), reader.ReadLength("ask again")),
        "RD1" => new Reported(reader.ReadPartition(), reader.ReadWhole("number")),
        "NK1" => new LearnedKept(reader.ReadPartition(), reader.ReadWhole("number")),
        "S1" => new PartitionStatus(
            reader.ReadPartition(), reader.ReadWholeInt32("known"), reader.ReadWholeInt32("waiting"), reader.ReadWholeInt32("leased"),
            reader.ReadWholeInt32("visited"), reader.ReadWholeInt32("excluded"), reader.ReadWhole("dropped"), reader.ReadLength("oldest due"),
            reader.ReadFlag("reloaded")),
        "W1" => new WorkerStatus(reader.ReadActor(actor), reader.ReadFigures(), reader.ReadWhole("snapshot"), reader.ReadPhase()),
        "O1" => new WorkerOrders(
            reader.ReadActor(actor), reader.ReadWhole("snapshot"), reader.ReadText("network"), reader.ReadRate("visits per second"),
            reader.ReadWholeInt32("connections"), reader.ReadWhole("allowance"), reader.ReadLength("valid for"), reader.ReadPhase(),
            reader.ReadProgress()),
        "D1" => DrainCrawl.Instance,
        _ => null,
    };

    private static void WriteTo(ref WireWriter writer, PartitionMessage message)
    {
        writer.WritePartition(message.Partition);
        writer.WriteWhole(message.Snapshot);
    }
}
