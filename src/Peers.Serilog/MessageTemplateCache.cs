using Serilog.Events;
using Serilog.Parsing;

namespace Peers.Serilog;

/// <summary>
/// Templates that were parsed before. Used by one actor, so without locks. Bounded: a template that is made at run time
/// (an interpolated string) would otherwise fill the memory.
/// </summary>
internal sealed class MessageTemplateCache(int capacity)
{
    private readonly MessageTemplateParser _parser = new();
    private readonly Dictionary<string, MessageTemplate> _templates = new(StringComparer.Ordinal);

    internal int Count => _templates.Count;

    public MessageTemplate Parse(string text)
    {
        if (_templates.TryGetValue(text, out var known))
            return known;

        var template = _parser.Parse(text);

        // Full: those that came first stay. Templates written in source code come early and again and again.
        if (_templates.Count < capacity)
            _templates.Add(text, template);
        return template;
    }
}
