using System.Text.Json;
using System.Text.Json.Serialization;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>A converter that only writes: nothing here is read back.</summary>
internal class WritingConverter<T>(Action<Utf8JsonWriter, T, JsonSerializerOptions> write) : JsonConverter<T>
{
    /// <summary>The types below it as well: an <c>IPEndPoint</c> is an <c>EndPoint</c>.</summary>
    public override bool CanConvert(Type typeToConvert) => typeof(T).IsAssignableFrom(typeToConvert);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException($"{typeof(T).Name} is only written");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => write(writer, value, options);
}

/// <summary>A value that is one text.</summary>
internal sealed class TextConverter<T>(Func<T, string> text)
    : WritingConverter<T>((writer, value, _) => writer.WriteStringValue(text(value)));

/// <summary>Lists of the protocol as arrays.</summary>
internal sealed class WireArrayConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(WireArray<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(ArrayConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class ArrayConverter<T>() : WritingConverter<WireArray<T>>(WriteItems)
    {
        private static void WriteItems(Utf8JsonWriter writer, WireArray<T> items, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in items)
            {
                JsonSerializer.Serialize(writer, item, options);
            }

            writer.WriteEndArray();
        }
    }
}
