using System.Buffers;
using System.Collections.Frozen;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Event;
using Akka.Serialization;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// The binary form of the types of <c>CrawlProtocol</c>, and of no other. A manifest names a type and the version of its form: a machine that does not
/// know it refuses that one message, and all others pass.
/// </summary>
/// <remarks>Throws <see cref="SerializationException"/> alone: Akka.Remote drops the message and keeps the connection.</remarks>
internal sealed class CrawlSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Nodes in one message at most: with the longest addresses it is 98,000 bytes of the 128,000 that a frame of Akka.Remote may have.</summary>
    public const int MaxNodes = 2_000;

    /// <summary>Room for what a message has beside its nodes.</summary>
    private const int RestBytes = 8_192;

    private static readonly FrozenDictionary<Type, string> Manifests = new Dictionary<Type, string>
    {
        [typeof(Lease)] = "L1",
        [typeof(Leased)] = "LD1",
        [typeof(Report)] = "R1",
        [typeof(Reported)] = "RD1",
        [typeof(Learned)] = "N1",
        [typeof(LearnedKept)] = "NK1",
        [typeof(GetPartitionStatus)] = "GS1",
        [typeof(PartitionStatus)] = "S1",
        [typeof(WorkerStatus)] = "W1",
        [typeof(WorkerOrders)] = "O1",
        [typeof(DrainCrawl)] = "D1",
    }.ToFrozenDictionary();

    private readonly RefusedMessages _refused = new();

    /// <summary>The number that stands for this serializer in every frame: the same on all machines, for ever.</summary>
    public override int Identifier => 8333;

    /// <inheritdoc/>
    public override string Manifest(object o) =>
        Manifests.TryGetValue(o.GetType(), out var manifest)
            ? manifest
            : throw new SerializationException($"{o.GetType()} is none of the messages that cross machines");

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var nodes = obj switch
        {
            Leased leased => leased.Nodes.Length,
            Report report => report.Visits.Length,
            Learned learned => learned.Nodes.Length,
            _ => 0,
        };
        if (nodes > MaxNodes)
        {
            throw new SerializationException($"a {obj.GetType().Name} of {nodes} nodes: at most {MaxNodes} fit into a message");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(RestBytes + (nodes * CrawlMessageForm.MaxNodeBytes));
        try
        {
            var writer = new WireWriter(buffer, WireProtocol.Latest);
            CrawlMessageForm.Write(ref writer, obj);
            return buffer[..writer.Position];
        }
        catch (Exception fault) when (fault is WireException or ArgumentException)
        {
            throw new SerializationException($"a {obj.GetType().Name} that cannot be sent: {fault.Message}", fault);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (SerializationException fault)
        {
            Tell(fault);
            throw;
        }
    }

    private object Read(byte[] bytes, string manifest)
    {
        try
        {
            var reader = new WireReader(bytes, WireProtocol.Latest, StrictnessPolicy.Core, owned: true);
            var message = CrawlMessageForm.Read(ref reader, manifest, Resolve)
                ?? throw new SerializationException($"a message of the unknown kind '{Printable(manifest)}': is that machine of another version?");
            return reader.Remaining == 0 ? message : throw new SerializationException($"{reader.Remaining} bytes too many in a message of kind {manifest}");
        }
        catch (Exception fault) when (fault is WireException or ArgumentException)
        {
            throw new SerializationException($"a malformed message of kind {manifest}: {fault.Message}", fault);
        }
    }

    /// <summary>Akka does not say to us who sent it, and says of all that it drops more than anybody would read.</summary>
    private void Tell(SerializationException fault)
    {
        if (_refused.Add(system.Scheduler.MonotonicClock) is var count and > 0)
        {
            Logging.GetLogger(system, typeof(CrawlSerializer)).Warning(
                "Messages of other machines that were refused and dropped: {RefusedCount}, the last of them {Refusal}", count, fault.Message);
        }
    }

    private static string Printable(string manifest) => new([.. manifest.Take(16).Select(character => character is > ' ' and <= '~' ? character : '?')]);

    private IActorRef Resolve(string path)
    {
        try
        {
            return ActorPath.TryParse(path, out _) ? system.Provider.ResolveActorRef(path) : throw new SerializationException("no path of an actor");
        }
        catch (Exception fault) when (fault is FormatException or OverflowException or UriFormatException)
        {
            throw new SerializationException("no path of an actor", fault); // TryParse throws all the same where the number of an actor is none.
        }
    }
}
