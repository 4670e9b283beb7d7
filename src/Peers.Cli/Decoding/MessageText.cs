using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>A message as indented lines: a field each, long lists and long runs of bytes cut short unless all is wanted.</summary>
internal sealed class MessageText(TextWriter writer, bool all)
{
    private const int MostItems = 10;
    private const int MostCharacters = 160;

    public void Write(Message message)
    {
        var fields = JsonSerializer.SerializeToNode(message, message.GetType(), WireJson.Options)!.AsObject();
        fields.Remove("command");
        WriteFields(fields, 1);
    }

    private void WriteFields(JsonObject fields, int depth)
    {
        foreach (var (name, value) in fields)
        {
            WriteValue($"{name}:", value, depth);
        }
    }

    private void WriteValue(string label, JsonNode? value, int depth)
    {
        switch (value)
        {
            case JsonObject nested:
                WriteLine(label, depth);
                WriteFields(nested, depth + 1);
                break;
            case JsonArray { Count: 0 }:
                WriteLine($"{label} none", depth);
                break;
            case JsonArray list when list.All(item => item is JsonValue) && list.Count <= MostItems && list.Sum(item => item!.ToString().Length) < MostCharacters:
                WriteLine($"{label} {string.Join(", ", list.Select(item => item!.ToString()))}", depth);
                break;
            case JsonArray list:
                WriteLine($"{label} {list.Count.ToString("#,0", CultureInfo.InvariantCulture)}", depth);
                WriteItems(list, depth + 1);
                break;
            default:
                WriteLine($"{label} {Shortened(Text(value))}", depth);
                break;
        }
    }

    private void WriteItems(JsonArray list, int depth)
    {
        var shown = all ? list.Count : Math.Min(list.Count, MostItems);
        for (var i = 0; i < shown; i++)
        {
            WriteItem(i, list[i], depth);
        }

        if (shown < list.Count)
        {
            WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {list.Count - shown:#,0} more (--all shows them)"), depth);
        }
    }

    private void WriteItem(int index, JsonNode? item, int depth)
    {
        // Most items are small: on one line they read as a table.
        if (item is JsonObject small && small.All(field => field.Value is null or JsonValue) && small.Sum(field => field.Key.Length + Text(field.Value).Length) < MostCharacters)
        {
            WriteLine($"{index}: {string.Join(", ", small.Select(field => $"{field.Key} {Text(field.Value)}"))}", depth);
        }
        else
        {
            WriteValue($"{index}:", item, depth);
        }
    }

    private string Shortened(string text) => all || text.Length <= MostCharacters
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, MostCharacters)}… ({text.Length:#,0} characters; --all shows them)");

    private static string Text(JsonNode? value) => value is null ? "-" : value.ToString() is { Length: > 0 } text ? text : "(empty)";

    private void WriteLine(string line, int depth)
    {
        for (var i = 0; i < depth; i++)
        {
            writer.Write("    ");
        }

        writer.WriteLine(line);
    }
}
