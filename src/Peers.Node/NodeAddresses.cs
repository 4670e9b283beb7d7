using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Peers.Wire;

namespace Peers.Node;

/// <summary>The JSON of Bitcoin Core's <c>getnodeaddresses</c>: an array of objects with time, services, address, port and network.</summary>
internal static class NodeAddresses
{
    /// <summary>Characters at most: more than a million addresses.</summary>
    private const int Limit = 1 << 27;

    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 };

    public static NodeAddress Of(AddressEntry entry) => new(
        entry.Time, (ulong)entry.Services, entry.Endpoint.Address.ToString(), entry.Endpoint.Port, NameOf(entry.Endpoint.Address.Kind));

    /// <summary>Reads entry by entry, so that a text that is cut off costs its last one only.</summary>
    public static void Read(BoundedLines lines, AddressImportBuilder found, DateTimeOffset now)
    {
        var first = lines.Number + 1;
        var line = first;
        if (lines.Rest(Limit) is not { } text)
        {
            found.Fault(line, $"more than {Limit:N0} characters of JSON");
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, Options);
        var at = 0;
        try
        {
            reader.Read(); // The bracket.
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                line += bytes.AsSpan(at..start).Count((byte)'\n');
                at = start;
                if (ReadEntry(JsonElement.ParseValue(ref reader), now, out var entry) is { } fault)
                {
                    found.Fault(line, fault);
                }
                else
                {
                    found.Add(entry);
                }
            }

            if (reader.Read())
            {
                found.Fault(line, "something stands behind the array");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second of them: a text with half of a character.
            found.Fault(first + ((exception as JsonException)?.LineNumber ?? line - first), $"the JSON is broken: {AddressText.Shortened(exception.Message)}");
        }
    }

    private static string? ReadEntry(JsonElement json, DateTimeOffset now, out AddressEntry entry)
    {
        entry = default;
        if (json.ValueKind != JsonValueKind.Object)
        {
            return "no object with address and port";
        }

        if (!json.TryGetProperty("address", out var name) || name.ValueKind != JsonValueKind.String || !NetworkAddress.TryParse(name.GetString(), out var address))
        {
            return "its address is none";
        }

        ushort port = 0;
        if (!json.TryGetProperty("port", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetUInt16(out port))
        {
            return "its port is none";
        }

        var services = (ulong)(ServiceFlags.Network | ServiceFlags.Witness);
        if (json.TryGetProperty("services", out number) && (number.ValueKind != JsonValueKind.Number || !number.TryGetUInt64(out services)))
        {
            return "its services are none";
        }

        var time = AddressText.LongAgo(now);
        if (json.TryGetProperty("time", out number) && (number.ValueKind != JsonValueKind.Number || !number.TryGetUInt32(out time)))
        {
            return "its time is none";
        }

        entry = new AddressEntry(time, (ServiceFlags)services, new NetworkEndpoint(address, port));
        return AddressText.FaultOf(entry.Endpoint);
    }

    private static string NameOf(NetworkKind kind) => kind switch
    {
        NetworkKind.IPv4 => "ipv4",
        NetworkKind.IPv6 => "ipv6",
        NetworkKind.TorV2 or NetworkKind.TorV3 => "onion",
        NetworkKind.I2P => "i2p",
        NetworkKind.Cjdns => "cjdns",
        _ => "not_publicly_routable",
    };

    /// <summary>An entry as Bitcoin Core writes it.</summary>
    internal sealed record NodeAddress(
        [property: JsonPropertyName("time")] uint Time, [property: JsonPropertyName("services")] ulong Services, [property: JsonPropertyName("address")] string Address,
        [property: JsonPropertyName("port")] ushort Port, [property: JsonPropertyName("network")] string Network);
}
