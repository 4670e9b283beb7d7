using System.Buffers;
using System.Text.Json;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// An answer to <c>getaddr</c> as SQLite keeps it: <c>[[node, time, services], ...]</c>. A row for each entry cost more than all else that is written
/// of a visit; as one text an answer is one row, and SQL still reads it.
/// </summary>
internal sealed class AnswerText : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Utf8JsonWriter _json;

    public AnswerText() => _json = new Utf8JsonWriter(_bytes, new JsonWriterOptions { SkipValidation = true });

    public void Begin()
    {
        _bytes.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartArray();
    }

    public void Add(NodeId node, uint time, ServiceFlags services)
    {
        _json.WriteStartArray();
        _json.WriteNumberValue(node.Value);
        _json.WriteNumberValue(time);
        _json.WriteNumberValue((long)services); // SQLite knows no number above 2^63 - 1.
        _json.WriteEndArray();
    }

    /// <returns>The text, in UTF-8; good until the next <see cref="Begin"/>.</returns>
    public ReadOnlySpan<byte> End()
    {
        _json.WriteEndArray();
        _json.Flush();
        return _bytes.WrittenSpan;
    }

    public void Dispose() => _json.Dispose();
}
