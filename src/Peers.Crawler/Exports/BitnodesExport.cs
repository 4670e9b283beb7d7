using System.Buffers;
using System.Text.Json;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// One JSON array of the rows that bitnodes writes, a row a line: <c>[address, port, protocol, user_agent, connected_since, services, height, hostname,
/// city, country, latitude, longitude, timezone, asn, org]</c> as it exports, or <c>[address, port, services, height]</c> as its crawl does. What bitnodes
/// looks up elsewhere is null, or 0 where it has a number, as bitnodes itself writes what it does not know.
/// </summary>
internal static class BitnodesExport
{
    private const int FlushAt = 1 << 16;

    public static async Task WriteAsync(ICrawlReader reader, CrawlSnapshot snapshot, bool full, Stream output, CancellationToken cancellation)
    {
        // A node that was visited again is there once, as it was last; those that answer are few among those that are known.
        var reached = new Dictionary<NetworkEndpoint, (NodeVersion Version, DateTimeOffset At)>();
        await foreach (var visit in reader.ReadVisitsAsync(snapshot.Id, cancellation))
        {
            if (visit.Outcome.IsReachable() && visit.Version is { } version)
            {
                reached[visit.Endpoint] = (version, visit.Started);
            }
        }

        var buffer = new ArrayBufferWriter<byte>(2 * FlushAt);
        await using var writer = new Utf8JsonWriter(buffer);
        var separator = "[\n"u8.ToArray();
        foreach (var (endpoint, (version, at)) in reached)
        {
            buffer.Write(separator);
            separator = ",\n"u8.ToArray();
            Write(writer, endpoint, version, full ? at : null);
            await writer.FlushAsync(cancellation);
            writer.Reset();
            if (buffer.WrittenCount >= FlushAt)
            {
                await output.WriteAsync(buffer.WrittenMemory, cancellation);
                buffer.ResetWrittenCount();
            }
        }

        buffer.Write(reached.Count == 0 ? "[]\n"u8 : "\n]\n"u8);
        await output.WriteAsync(buffer.WrittenMemory, cancellation);
    }

    private static void Write(Utf8JsonWriter writer, NetworkEndpoint endpoint, NodeVersion version, DateTimeOffset? connectedSince)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(endpoint.Address.ToString());
        writer.WriteNumberValue(endpoint.Port);
        if (connectedSince is { } since)
        {
            writer.WriteNumberValue(version.ProtocolVersion);
            writer.WriteStringValue(version.UserAgent.ToString());
            writer.WriteNumberValue(since.ToUnixTimeSeconds());
        }

        writer.WriteNumberValue((ulong)version.Services);
        writer.WriteNumberValue(version.StartHeight);
        if (connectedSince is not null)
        {
            WriteLookedUp(writer, endpoint.Address.Kind is NetworkKind.TorV2 or NetworkKind.TorV3);
        }

        writer.WriteEndArray();
    }

    private static void WriteLookedUp(Utf8JsonWriter writer, bool isOnion)
    {
        writer.WriteNullValue(); // hostname
        writer.WriteNullValue(); // city
        writer.WriteNullValue(); // country
        writer.WriteNumberValue(0); // latitude
        writer.WriteNumberValue(0); // longitude
        writer.WriteNullValue(); // timezone
        writer.WriteStringValue(isOnion ? "TOR" : null); // asn
        writer.WriteStringValue(isOnion ? "Tor network" : null); // org
    }
}
