using System.Collections;
using System.Collections.Frozen;

namespace Peers.Wire;

/// <summary>The list of message types: the only place where a command, a record and its reader meet.</summary>
public sealed class MessageCatalog : IReadOnlyCollection<MessageType>
{
    private readonly FrozenDictionary<CommandKey, MessageType> _byKey;
    private readonly FrozenDictionary<string, MessageType> _byCommand;

    /// <exception cref="ArgumentException">Two types share a command.</exception>
    private MessageCatalog(IReadOnlyCollection<MessageType> types)
    {
        if (types.GroupBy(type => type.Key).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"'{twice.First().Command}' is registered twice", nameof(types));
        }

        _byKey = types.ToFrozenDictionary(type => type.Key);
        _byCommand = types.ToFrozenDictionary(type => type.Command);
    }

    /// <summary>Every message of the protocol.</summary>
    public static MessageCatalog Default { get; } = new(StandardMessages.All);

    /// <inheritdoc/>
    public int Count => _byCommand.Count;

    /// <summary>This catalog and types of your own.</summary>
    /// <exception cref="ArgumentException">A command is registered already.</exception>
    public MessageCatalog With(params IEnumerable<MessageType> types) => new([.. this, .. types]);

    /// <summary>The type of that command; null when it is unknown.</summary>
    public MessageType? Find(string command) => _byCommand.GetValueOrDefault(command);

    /// <inheritdoc/>
    public IEnumerator<MessageType> GetEnumerator() => _byCommand.Values.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal MessageType? Find(CommandKey key) => _byKey.GetValueOrDefault(key);

    internal CommandKey KeyOf(string command) =>
        _byCommand.TryGetValue(command, out var type) ? type.Key : CommandKey.Of(command);
}
