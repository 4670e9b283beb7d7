namespace Peers.Wire;

/// <summary>One frame as the codec took it: a message, or the fault for which it was dropped.</summary>
/// <param name="Message">The message; null when the frame was dropped.</param>
/// <param name="Command">The command; <c>*invalid*</c> when the field was not one.</param>
/// <param name="Length">Bytes that the frame took on the wire.</param>
/// <param name="Fault">Why it was dropped; null when it was not.</param>
public readonly record struct DecodedMessage(Message? Message, string Command, int Length, WireException? Fault);
