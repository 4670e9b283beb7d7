using System.Net;
using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <content>Who is dialled next: nodes that a person chose, then what is missing, then those who are only felt for.</content>
internal sealed partial class OutboundActor
{
    private bool DialNext()
    {
        if (_nodes.Take(Now) is { } node)
        {
            var address = node.Remote is IPEndPoint endpoint ? NetworkEndpoint.From(endpoint) : (NetworkEndpoint?)null;
            Dial(new KeptConnection(ConnectionType.Manual, node.Remote, address), node.Listener, node.Consumption);
            return true;
        }

        return _told is { } told && (DialAnchor(told) || DialMissing(told) || DialFetch() || DialFeeler());
    }

    private bool DialMissing(KeepOutbound told)
    {
        foreach (var want in _kept.Missing())
        {
            if (_choice.For(want, Now, Today) is { } candidate)
            {
                DialCandidate(want, candidate, told.Listener, told.Consumption);
                return true;
            }
        }

        SeekSeeds();
        return false;
    }

    private bool DialFeeler()
    {
        if (_nextFeeler is not { } due || due > Now || _kept.Missing().Any() || _kept.Count(ConnectionType.Feeler) > 0)
        {
            return false;
        }

        // Exponential, as Bitcoin Core's, so that nobody knows when we look.
        _nextFeeler = Now + (_keeping.FeelerInterval!.Value * -Math.Log(1 - _settings.Random.NextDouble()));
        var want = new OutboundWant(ConnectionType.Feeler, ServiceFlags.None);
        if (_choice.For(want, Now, Today) is not { } candidate)
        {
            return false;
        }

        DialCandidate(want, candidate, null, Consumption.Discard);
        return true;
    }

    private void DialCandidate(OutboundWant want, AddressBookEntry candidate, IActorRef? listener, Consumption consumption)
    {
        var address = candidate.Address.Endpoint;
        var isFailureCounted = _kept.Count(kept => kept is { IsReady: true, Netgroup: not null }) >= Math.Min(_keeping.Target - 1, 2); // Else it may be our own line.
        _book.Attempt(address, isFailureCounted, Today);
        Dial(
            new KeptConnection(want.Type, EndPointOf(address), address) { Services = candidate.Address.Services, Needs = want.Services }, listener, consumption);
    }

    private void Dial(KeptConnection kept, IActorRef? listener, Consumption consumption)
    {
        _kept.Add(kept);
        var options = PeerOptions.Default with
        {
            Manual = kept.Type == ConnectionType.Manual,
            BlockRelayOnly = kept.Type == ConnectionType.BlockRelay,
            Type = kept.Type,
            Services = kept.Needs,
        };
        _manager.Tell(new DialKept(kept, new Connect(kept.Remote, listener, consumption, options)));
    }

    private static EndPoint EndPointOf(NetworkEndpoint address) =>
        address.ToIPEndPoint() ?? (EndPoint)new DnsEndPoint(address.Address.ToString()!, address.Port);
}
