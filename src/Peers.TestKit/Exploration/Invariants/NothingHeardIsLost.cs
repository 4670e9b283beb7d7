using Akka.Actor;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// What comes behind the remote's <c>verack</c> reaches the listener, all of it and in order: looked at for <c>inv</c>, <c>getdata</c>,
/// <c>getheaders</c> and <c>feefilter</c>, which are always the listener's.
/// </summary>
public sealed class NothingHeardIsLost : Invariant
{
    private readonly Dictionary<ObservedConnection, Ear> _ears = [];

    /// <inheritdoc />
    public override string Rule => "What is heard behind the verack reaches the listener, in order";

    /// <inheritdoc />
    public override void Told(IActorRef recipient, object message, IActorRef sender)
    {
        if (message is PeerMessage heard && IsListeners(heard.Message) && Run.ConnectionOf(heard.Peer) is { } connection)
            EarOf(connection).Delivered.Enqueue(heard.Message);
    }

    /// <inheritdoc />
    public override void Heard(ObservedConnection connection, Message message)
    {
        var ear = EarOf(connection);
        if (ear.IsBehindVerAck && IsListeners(message))
            ear.Heard.Enqueue(message);
        ear.VersionHeard |= message is VersionMessage;
        ear.IsBehindVerAck |= ear.VersionHeard && message is VerAckMessage;
    }

    /// <inheritdoc />
    public override void AfterEvent()
    {
        foreach (var connection in Run.LivingConnections)
        {
            if (!_ears.TryGetValue(connection, out var ear))
                continue;
            while (ear.Delivered.TryDequeue(out var delivered))
            {
                if (!ear.Heard.TryDequeue(out var heard) || !heard.Equals(delivered))
                    Broken($"{connection} delivered {delivered} where it heard {heard?.ToString() ?? "nothing"}");
            }
        }
    }

    /// <inheritdoc />
    public override void Sampled(ObservedConnection connection, PeerStats stats)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(stats);
        if (stats.Phase == PeerPhase.Ready && connection.ToldToEndAt is null
            && connection.Consumption is Consumption.OnDelivery or Consumption.Explicit && EarOf(connection).Heard.TryPeek(out var heard))
        {
            Broken($"{connection} heard {heard} and has not delivered it");
        }
    }

    private static bool IsListeners(Message message) => message is InvMessage or GetDataMessage or GetHeadersMessage or FeeFilterMessage;

    private Ear EarOf(ObservedConnection connection) => _ears.TryGetValue(connection, out var ear) ? ear : _ears[connection] = new Ear();

    private sealed class Ear
    {
        public Queue<Message> Heard { get; } = new();

        public Queue<Message> Delivered { get; } = new();

        public bool VersionHeard { get; set; }

        public bool IsBehindVerAck { get; set; }
    }
}
