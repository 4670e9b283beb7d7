using Akka.Event;
using Akka.IO;

namespace Peers;

/// <summary>The batch in flight is written. It is an event of Akka.IO's, too, for there it is the acknowledgement.</summary>
internal sealed class BatchWritten : Tcp.Event, IDeadLetterSuppression
{
    public static BatchWritten Instance { get; } = new();
}
