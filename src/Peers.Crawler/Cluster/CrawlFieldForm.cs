using System.Collections.Immutable;
using System.Text;
using Akka.Actor;
using Akka.Serialization;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// The forms of fields: addresses as BIP 155 writes them, ports big-endian, whole numbers as compact sizes, times in milliseconds. What is not the one
/// form of a value is refused, on both sides: nothing is guessed, and a count that lies is found before anything is made of it.
/// </summary>
internal static class CrawlFieldForm
{
    /// <summary>Network, length, the bytes of an overlay network's address, port.</summary>
    public const int MaxEndpointBytes = 1 + 1 + 32 + sizeof(ushort);

    /// <summary>The same of an IPv4 address.</summary>
    public const int MinEndpointBytes = 1 + 1 + 4 + sizeof(ushort);

    /// <summary>The longest path of an actor, and the longest name.</summary>
    public const int MaxTextBytes = 1_024;

    /// <summary>Text for a person is cut at that: a message must not be lost because of it.</summary>
    private const int MaxFaultCharacters = 1_000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public delegate T ReadItem<out T>(ref WireReader reader);

    public static void WritePartition(this ref WireWriter writer, int partition)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)partition, (uint)Netgroup.Partitions, nameof(partition));
        writer.WriteByte((byte)partition);
    }

    public static int ReadPartition(this ref WireReader reader) => reader.ReadByte("partition");

    /// <summary>Writes a number that is never negative.</summary>
    public static void WriteWhole(this ref WireWriter writer, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        writer.WriteCompactSize((ulong)value);
    }

    public static long ReadWhole(this ref WireReader reader, string field)
    {
        var value = reader.ReadCompactSize(field);
        return value <= long.MaxValue ? (long)value : throw Invalid(ref reader, field);
    }

    public static int ReadWholeInt32(this ref WireReader reader, string field)
    {
        var value = reader.ReadCompactSize(field);
        return value <= int.MaxValue ? (int)value : throw Invalid(ref reader, field);
    }

    public static bool ReadFlag(this ref WireReader reader, string field) => reader.ReadByte(field) switch
    {
        0 => false,
        1 => true,
        _ => throw Invalid(ref reader, field),
    };

    public static void WriteEndpoint(this ref WireWriter writer, NetworkEndpoint endpoint)
    {
        if (!Enum.IsDefined(endpoint.Address.Kind))
        {
            throw new ArgumentException("an address of an unknown network");
        }

        endpoint.Address.WriteV2(ref writer);
        writer.WriteUInt16BigEndian(endpoint.Port);
    }

    public static NetworkEndpoint ReadEndpoint(this ref WireReader reader)
    {
        var address = NetworkAddress.ReadV2(ref reader, "endpoint.address");
        return Enum.IsDefined(address.Kind)
            ? new NetworkEndpoint(address, reader.ReadUInt16BigEndian("endpoint.port"))
            : throw Invalid(ref reader, "endpoint.address");
    }

    public static VisitOutcome ReadOutcome(this ref WireReader reader) =>
        (VisitOutcome)reader.ReadByte("visit.outcome") is var outcome && Enum.IsDefined(outcome) ? outcome : throw Invalid(ref reader, "visit.outcome");

    public static CrawlPhase ReadPhase(this ref WireReader reader) =>
        (CrawlPhase)reader.ReadByte("phase") is var phase && Enum.IsDefined(phase) ? phase : throw Invalid(ref reader, "phase");

    public static DateTimeOffset ReadTime(this ref WireReader reader, string field) => DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64(field));

    /// <summary>Writes a length of time, to the millisecond.</summary>
    public static void WriteLength(this ref WireWriter writer, TimeSpan length) => writer.WriteInt64(length.Ticks / TimeSpan.TicksPerMillisecond);

    public static TimeSpan ReadLength(this ref WireReader reader, string field) => TimeSpan.FromMilliseconds(reader.ReadInt64(field));

    /// <summary>Writes a number for a second: finite, never negative.</summary>
    public static void WriteRate(this ref WireWriter writer, double rate)
    {
        if (!double.IsFinite(rate) || rate < 0)
        {
            throw new ArgumentException($"{rate} is no number for a second");
        }

        writer.WriteInt64(BitConverter.DoubleToInt64Bits(rate));
    }

    public static double ReadRate(this ref WireReader reader, string field) =>
        BitConverter.Int64BitsToDouble(reader.ReadInt64(field)) is var rate && double.IsFinite(rate) && rate >= 0 ? rate : throw Invalid(ref reader, field);

    public static void WriteText(this ref WireWriter writer, string text, int maximumBytes)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, maximumBytes, nameof(text));
        writer.WriteCompactSize((ulong)length);
        Encoding.UTF8.GetBytes(text, writer.Reserve(length));
    }

    public static string ReadText(this ref WireReader reader, string field, int maximumBytes = MaxTextBytes) =>
        Utf8.GetString(reader.ReadSpan(reader.ReadCount(maximumBytes, 1, field), field));

    /// <summary>Writes the path by which other machines find an actor.</summary>
    public static void WriteActor(this ref WireWriter writer, IActorRef actor)
    {
        if (actor.IsNobody())
        {
            throw new ArgumentException("nobody to answer to");
        }

        writer.WriteText(Serialization.SerializedActorPath(actor), MaxTextBytes);
    }

    public static IActorRef ReadActor(this ref WireReader reader, Func<string, IActorRef> resolve) => resolve(reader.ReadText("actor"));

    /// <summary>Reads a list. Room is made for no more items than the bytes that are left can hold.</summary>
    public static ImmutableArray<T> ReadList<T>(this ref WireReader reader, int leastBytes, ReadItem<T> read)
    {
        var items = ImmutableArray.CreateBuilder<T>(reader.ReadCount(CrawlSerializer.MaxNodes, leastBytes, "nodes"));
        for (var left = items.Capacity; left > 0; left--)
        {
            items.Add(read(ref reader));
        }

        return items.MoveToImmutable();
    }

    public static void WriteFigures(this ref WireWriter writer, WorkerFigures figures)
    {
        writer.WriteWhole(figures.Begun);
        writer.WriteCounts(figures.Outcomes, WorkerFigures.None.Outcomes.Length);
        writer.WriteCounts(figures.Reached, WorkerFigures.None.Reached.Length);
        writer.WriteWhole(figures.Connections);
        writer.WriteWhole(figures.Allowed);
        writer.WriteRate(figures.VisitsPerSecond);
        writer.WriteWhole(figures.AddressesHeard);
        writer.WriteWhole(figures.BytesReceived);
        writer.WriteWhole(figures.BytesSent);
        writer.WriteWhole(figures.Unacknowledged);
    }

    public static WorkerFigures ReadFigures(this ref WireReader reader) => new(
        reader.ReadWhole("begun"), reader.ReadCounts(WorkerFigures.None.Outcomes.Length), reader.ReadCounts(WorkerFigures.None.Reached.Length),
        reader.ReadWholeInt32("connections"), reader.ReadWholeInt32("allowed"), reader.ReadRate("visits per second"), reader.ReadWhole("addresses"),
        reader.ReadWhole("bytes received"), reader.ReadWhole("bytes sent"), reader.ReadWhole("unacknowledged"));

    public static void WriteProgress(this ref WireWriter writer, CrawlProgress progress)
    {
        writer.WriteByte((byte)progress.Phase);
        writer.WriteWhole(progress.Snapshot);
        writer.WriteLength(progress.Elapsed);
        writer.WriteWhole(progress.Known);
        writer.WriteWhole(progress.Waiting);
        writer.WriteWhole(progress.Leased);
        writer.WriteWhole(progress.Visited);
        writer.WriteWhole(progress.Excluded);
        writer.WriteWhole(progress.Dropped);
        writer.WriteWhole(progress.Workers);
        writer.WriteLength(progress.OldestDue);
        writer.WriteFigures(progress.Figures);
        writer.WriteText(progress.Fault.Length > MaxFaultCharacters ? progress.Fault[..MaxFaultCharacters] : progress.Fault, 3 * MaxFaultCharacters);
    }

    public static CrawlProgress ReadProgress(this ref WireReader reader) => new(
        reader.ReadPhase(), reader.ReadWhole("snapshot"), reader.ReadLength("elapsed"), reader.ReadWhole("known"), reader.ReadWhole("waiting"),
        reader.ReadWhole("leased"), reader.ReadWhole("visited"), reader.ReadWhole("excluded"), reader.ReadWhole("dropped"),
        reader.ReadWholeInt32("workers"), reader.ReadLength("oldest due"), reader.ReadFigures(), reader.ReadText("fault", 3 * MaxFaultCharacters));

    /// <summary>Exactly as many counts as this version has kinds of them.</summary>
    private static void WriteCounts(this ref WireWriter writer, ImmutableArray<long> counts, int expected)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(counts.Length, expected, nameof(counts));
        writer.WriteWhole(counts.Length);
        foreach (var count in counts)
        {
            writer.WriteWhole(count);
        }
    }

    private static ImmutableArray<long> ReadCounts(this ref WireReader reader, int expected)
    {
        if (reader.ReadCount(expected, 1, "counts") != expected)
        {
            throw Invalid(ref reader, "counts");
        }

        var counts = ImmutableArray.CreateBuilder<long>(expected);
        while (counts.Count < expected)
        {
            counts.Add(reader.ReadWhole("count"));
        }

        return counts.MoveToImmutable();
    }

    private static WireException Invalid(ref WireReader reader, string field) => new(WireError.InvalidValue, reader.Position, field);
}
