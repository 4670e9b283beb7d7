namespace Peers.Wire.Tests.Messages;

/// <summary>A payload that others published, and the message that it is.</summary>
/// <param name="Source">Who published it.</param>
/// <param name="Payload">Its bytes in hexadecimal.</param>
/// <param name="Message">What it says.</param>
public sealed record GoldenVector(string Source, string Payload, Message Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Message.Command} ({Source})";
}
