using Akka.Actor;

namespace Peers.TestKit;

/// <summary>
/// What a connection counts as not consumed is what its listener has and has not yet given back: with <see cref="Consumption.OnDelivery"/>
/// nothing. Credit that leaks would stop the reading one day.
/// </summary>
public sealed class CreditComesBack : Invariant
{
    private readonly Dictionary<IActorRef, long> _taken = [];

    /// <inheritdoc />
    public override string Rule => "Credit of the read window comes back";

    /// <inheritdoc />
    public override void Told(IActorRef recipient, object message, IActorRef sender)
    {
        switch (message)
        {
            case PeerMessage heard:
                _taken[heard.Peer] = _taken.GetValueOrDefault(heard.Peer) + heard.Cost;
                break;
            case Consumed consumed:
                _taken[recipient] = _taken.GetValueOrDefault(recipient) - consumed.Cost;
                break;
        }
    }

    /// <inheritdoc />
    public override void Sampled(ObservedConnection connection, PeerStats stats)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(stats);
        if (connection.ToldToEndAt is not null || connection.Consumption is not (Consumption.OnDelivery or Consumption.Explicit))
            return;
        var held = connection.Consumption == Consumption.Explicit ? _taken.GetValueOrDefault(connection.Peer!) : 0;
        if (stats.UnconsumedBytes != held)
            Broken($"{connection} counts {stats.UnconsumedBytes} bytes as not consumed; its listener holds {held}");
    }
}
