namespace Peers.Wire;

/// <summary>Reads the payload of one message type.</summary>
/// <exception cref="WireException">The payload is not one of this type.</exception>
public delegate Message PayloadReader(ref WireReader reader);

/// <summary>What the codec knows of one message type.</summary>
/// <param name="Command">The command on the wire.</param>
/// <param name="Type">The record that it becomes.</param>
/// <param name="MaximumPayload">Bytes of its largest payload; enforced on the header by <see cref="StrictnessPolicy.Btcd"/>.</param>
/// <param name="MinimumVersion">The protocol version in which it appeared; 0 for always.</param>
/// <param name="KeepsPayload">Whether its messages refer to their payload, which is then given to them in an array of its own.</param>
/// <param name="Read">Reads its payload.</param>
public sealed record MessageType(
    string Command, Type Type, int MaximumPayload, int MinimumVersion, bool KeepsPayload, PayloadReader Read)
{
    internal CommandKey Key { get; } = CommandKey.Of(Command);

    /// <summary>Describes a message type.</summary>
    /// <typeparam name="T">The record that it becomes.</typeparam>
    /// <exception cref="ArgumentException">The command is not 1 to 12 printable ASCII characters.</exception>
    public static MessageType Of<T>(
        string command, PayloadReader read, int maximumPayload = WireLimits.MessageBytes, int minimumVersion = 0, bool keepsPayload = false)
        where T : Message => new(command, typeof(T), maximumPayload, minimumVersion, keepsPayload, read);
}
