using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>Values of the protocol and of the engine as JSON: hashes and bytes in hexadecimal, durations in milliseconds.</summary>
internal static class WireJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,

            // For terminals and programs, not for web pages: + and ' stay as they are, control characters never do.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        foreach (var converter in Converters())
        {
            options.Converters.Add(converter);
        }

        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private static IEnumerable<JsonConverter> Converters() =>
    [
        // Text of the remote's choosing is escaped before it is JSON: whoever prints the value is safe, too.
        new TextConverter<WireText>(text => text.ToString()),
        new TextConverter<Hash256>(hash => hash.ToString()),
        new TextConverter<Bytes>(bytes => bytes.ToString()),
        new TextConverter<ShortTransactionId>(id => id.ToString()),
        new TextConverter<NetworkAddress>(address => address.ToString()),
        new TextConverter<NetworkEndpoint>(endpoint => endpoint.ToString()),
        new TextConverter<EndPoint>(endpoint => endpoint is DnsEndPoint name ? $"{name.Host}:{name.Port}" : endpoint.ToString()!),
        new WritingConverter<PeerId>((writer, id, _) => writer.WriteNumberValue(id.Value)),
        new WritingConverter<TimeSpan>((writer, time, _) => writer.WriteNumberValue(Math.Round(time.TotalMilliseconds, 3))),
        new WritingConverter<ServiceFlags>(WriteServices),
        new WritingConverter<InventoryVector>(WriteInventory),
        new WritingConverter<BlockHeader>(WriteHeader),
        new WritingConverter<Block>(WriteBlock),
        new WritingConverter<Transaction>(WriteTransaction),
        new WritingConverter<DisconnectReason>(WriteReason),
        new JsonStringEnumConverter(),
        new WireArrayConverterFactory(),
    ];

    /// <summary>Services by name; a bit without a name by its place, so that nothing is lost.</summary>
    public static IEnumerable<string> Names(ServiceFlags services)
    {
        for (var bit = 0; bit < 64; bit++)
        {
            var flag = (ServiceFlags)(1UL << bit);
            if (services.HasFlag(flag))
            {
                yield return Enum.IsDefined(flag) ? flag.ToString() : $"Bit{bit}";
            }
        }
    }

    private static void WriteServices(Utf8JsonWriter writer, ServiceFlags services, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var name in Names(services))
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }

    private static void WriteInventory(Utf8JsonWriter writer, InventoryVector item, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", item.Kind.ToString());
        writer.WriteString("hash", item.Hash.ToString());
        writer.WriteEndObject();
    }

    private static void WriteHeader(Utf8JsonWriter writer, BlockHeader header, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        WriteHeaderFields(writer, header, header.ComputeHash());
        writer.WriteEndObject();
    }

    private static void WriteHeaderFields(Utf8JsonWriter writer, in BlockHeader header, Hash256 hash)
    {
        writer.WriteString("hash", hash.ToString());
        writer.WriteNumber("version", header.Version);
        writer.WriteString("previous", header.Previous.ToString());
        writer.WriteString("merkleRoot", header.MerkleRoot.ToString());
        writer.WriteNumber("time", header.Time);
        writer.WriteString("bits", $"{header.Bits:x8}");
        writer.WriteNumber("nonce", header.Nonce);
    }

    private static void WriteBlock(Utf8JsonWriter writer, Block block, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        WriteHeaderFields(writer, block.Header, block.Hash);
        writer.WriteNumber("size", block.Size);
        writer.WriteNumber("weight", block.Weight);
        writer.WriteStartArray("transactions");
        foreach (var transaction in block.Transactions)
        {
            WriteTransaction(writer, transaction, options);
        }

        writer.WriteEndArray();
        if (block.Extension.Length > 0)
        {
            writer.WriteString("extension", block.Extension.ToString());
        }

        writer.WriteEndObject();
    }

    private static void WriteTransaction(Utf8JsonWriter writer, Transaction transaction, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("id", transaction.Id.ToString());
        writer.WriteString("witnessId", transaction.WitnessId.ToString());
        writer.WriteNumber("version", transaction.Version);
        writer.WriteNumber("size", transaction.Size);
        writer.WriteNumber("virtualSize", transaction.VirtualSize);
        writer.WritePropertyName("inputs");
        JsonSerializer.Serialize(writer, transaction.Inputs, options);
        writer.WritePropertyName("outputs");
        JsonSerializer.Serialize(writer, transaction.Outputs, options);
        writer.WriteNumber("lockTime", transaction.LockTime);
        writer.WriteEndObject();
    }

    /// <summary>The name of the reason, then what it says; of an exception only what a user can use.</summary>
    private static void WriteReason(Utf8JsonWriter writer, DisconnectReason reason, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", reason.GetType().Name);
        foreach (var property in reason.GetType().GetProperties())
        {
            writer.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            var value = property.GetValue(reason);
            JsonSerializer.Serialize(writer, value is Exception fault ? $"{fault.GetType().Name}: {fault.Message}" : value, options);
        }

        writer.WriteEndObject();
    }
}
