using System.Collections.Frozen;
using Peers.Wire;

namespace Peers;

/// <summary>Whom to dial next of all who are known, by Bitcoin Core's rules.</summary>
/// <param name="book">Who is known.</param>
/// <param name="kept">Who is connected by choice of the engine.</param>
/// <param name="backoff">Who failed lately.</param>
/// <param name="networks">The networks that can be reached.</param>
internal sealed class CandidateChoice(AddressBook book, KeptConnections kept, DialBackoff backoff, FrozenSet<NetworkKind> networks)
{
    /// <summary>Draws from the book: after so many the engine rather waits than dials somebody who does not fit.</summary>
    private const int Draws = 100;

    /// <summary>Draws in which somebody who was tried lately is passed over.</summary>
    private const int DrawsOfRested = 30;

    /// <summary>Draws in which the ports of other services are passed over.</summary>
    private const int DrawsOfGoodPorts = 50;

    /// <summary>Who was tried within that time is passed over at first.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    /// <summary>Chooses.</summary>
    /// <param name="want">What for.</param>
    /// <param name="now">The monotonic time.</param>
    /// <param name="today">The time of day.</param>
    /// <returns>Null when nobody fits for now.</returns>
    public AddressBookEntry? For(OutboundWant want, TimeSpan now, DateTimeOffset today)
    {
        if (want.Type == ConnectionType.Feeler)
        {
            book.ResolveCollisions(today);
            if (book.SelectCollision(today) is { } doubted && Fits(doubted, want, now))
            {
                return doubted;
            }
        }

        for (var draw = 0; draw < Draws; draw++)
        {
            if (book.Select(newOnly: want.Type == ConnectionType.Feeler, network: null, today) is not { } drawn)
            {
                return null;
            }

            var isRested = drawn.LastTry is not { } tried || today - tried >= Rest;
            if ((isRested || draw >= DrawsOfRested) && (draw >= DrawsOfGoodPorts || !BadPorts.Contains(drawn.Address.Endpoint.Port)) && Fits(drawn, want, now))
            {
                return drawn;
            }
        }

        return null;
    }

    private bool Fits(AddressBookEntry drawn, OutboundWant want, TimeSpan now)
    {
        var endpoint = drawn.Address.Endpoint;
        return networks.Contains(endpoint.Address.Kind)
            && endpoint.Port != 0
            && drawn.Address.Services.HasFlag(want.Services)
            && backoff.Until(endpoint.ToString()) <= now
            && !kept.IsConnected(endpoint)
            && (want.Type == ConnectionType.Feeler || !kept.Takes(KeptConnection.NetgroupOf(endpoint.Address)));
    }
}
