using System.Globalization;
using System.Net;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>One message as a socket took it from whoever said it; or bytes that are none.</summary>
/// <param name="At">Virtual time since the start of the simulation.</param>
/// <param name="From">Who said it.</param>
/// <param name="To">Whom to. It need not have arrived.</param>
/// <param name="Command">The command; <c>?</c> when the bytes are no message.</param>
/// <param name="Length">Bytes on the wire.</param>
/// <param name="Message">The message, when it could be read.</param>
/// <param name="Fault">Why it could not be read.</param>
public sealed record Utterance(TimeSpan At, IPEndPoint From, IPEndPoint To, string Command, int Length, Message? Message, string? Fault)
{
    private const int LongestText = 160;

    /// <inheritdoc />
    public override string ToString()
    {
        var what = Message is null ? $"{Command}, {Length} bytes: {Fault}" : $"{Command} {Content(Message)}".TrimEnd();
        return $"{At.ToString(@"d\.hh\:mm\:ss\.fff", CultureInfo.InvariantCulture)}  {From} > {To}  {(what.Length > LongestText ? what[..LongestText] + "…" : what)}";
    }

    // A record's own text begins with its type and the command, which stands in front already.
    private string Content(Message message)
    {
        var text = message.ToString();
        var own = $"{{ Command = {Command}";
        var start = text.IndexOf(own, StringComparison.Ordinal);
        return start < 0 ? text : text[(start + own.Length)..].TrimStart(',', ' ').TrimEnd('}', ' ');
    }
}
