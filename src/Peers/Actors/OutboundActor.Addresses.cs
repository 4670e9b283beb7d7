using System.Net;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <content>The book: where addresses come from, and who is told of them.</content>
internal sealed partial class OutboundActor
{
    /// <summary>How much older an address counts that somebody else told: who was connected knows it better (as Bitcoin Core).</summary>
    private static readonly TimeSpan HearsayPenalty = TimeSpan.FromHours(2);

    private readonly AddressAnswers _answers;
    private readonly SeedTiming _seedTiming;
    private readonly Queue<NetworkEndpoint> _anchors = new();
    private readonly Queue<EndPoint> _toFetch = new();
    private readonly CancellationTokenSource _ending = new();
    private bool _isSeeking;

    private void OnAddresses(object message)
    {
        switch (message)
        {
            case AddressesHeard heard:
                Learn(heard.Addresses.Span, heard.Source, _settings.Network);
                TellOn(heard);
                if (heard.Addresses.Length > 1 && _kept.Find(heard.Id) is { Type: ConnectionType.AddressFetch })
                {
                    _manager.Tell(new DisconnectPeer(heard.Id, "it has told the addresses that it was asked for"));
                }

                DialWhatIsMissing();
                break;
            case AddAddresses add:
                Learn(add.Addresses.AsSpan(), add.Source ?? NamedSource.Of("user"), BitcoinNetwork.Regtest);
                DialWhatIsMissing();
                break;
            case FindAddresses find:
                Answer(find);
                break;
            case SeedsAsked { Answers: { } answers }:
                var self = Self;
                answers.ContinueWith(
                    done => self.Tell(done.IsCompletedSuccessfully ? new SeedsFound(null, done.Result) : new SeedsFound(done.Exception?.InnerException, []), ActorRefs.NoSender),
                    CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                break;
            case SeedsAsked asked:
                OnSeeds(new SeedsFound(asked.Thrown, []));
                break;
            case SeedsFound found:
                OnSeeds(found);
                break;
            default:
                OnStore(message);
                break;
        }
    }

    /// <summary>What a person tells may be of a network that stands apart, whatever it is.</summary>
    private void Learn(ReadOnlySpan<AddressEntry> told, NetworkAddress source, BitcoinNetwork network)
    {
        List<AddressEntry> fit = [];
        foreach (var entry in told)
        {
            if (AddressSelection.IsDiallable(entry, network))
            {
                fit.Add(entry);
            }
        }

        _book.Add(fit, source, HearsayPenalty, Today);
    }

    /// <summary>Answers a <c>getaddr</c> as Bitcoin Core: a share of what is known, the same for about a day for all who ask over one network at one address of ours.</summary>
    private void Answer(FindAddresses find)
    {
        var network = _settings.IsProxy(find.Remote.Endpoint) ? NetworkKind.TorV3 : Netgroup.KindOf(NetworkAddress.From(find.Remote.Endpoint.Address));
        if (_answers.Find(network, find.Remote.LocalEndpoint, Now) is not { } answer)
        {
            answer = [.. _book.Known(WireLimits.Addresses, _settings.AddressAnswers.BookShare, network: null, Today)];
            _answers.Keep(network, find.Remote.LocalEndpoint, answer, Now);
        }

        _relay.Knows(find.Id, answer.AsSpan());
        find.Peer.Tell(new SendAddresses(answer));
    }

    private bool DialAnchor(KeepOutbound told)
    {
        while (_anchors.TryDequeue(out var anchor))
        {
            if (_kept.Count(ConnectionType.BlockRelay) < _keeping.BlockRelayOnly && _networks.Contains(anchor.Address.Kind) && !_kept.IsConnected(anchor))
            {
                Dial(
                    new KeptConnection(ConnectionType.BlockRelay, EndPointOf(anchor), anchor) { Needs = _keeping.Services }, told.Listener, told.Consumption);
                return true;
            }
        }

        return false;
    }

    private bool DialFetch()
    {
        while (_toFetch.TryDequeue(out var node))
        {
            if (_kept.Any(kept => kept.Remote.Text() == node.Text()))
            {
                continue;
            }

            Dial(new KeptConnection(ConnectionType.AddressFetch, node, node is IPEndPoint endpoint ? NetworkEndpoint.From(endpoint) : null), null, Consumption.Discard);
            return true;
        }

        return false;
    }

    /// <summary>Asks the seeds when that is due: names and addresses of the settings, and the user's hook.</summary>
    private void SeekSeeds()
    {
        if (_isSeeking || !_seedTiming.IsDue(_book.Count, _kept.Ready(ConnectionType.OutboundFullRelay), Now))
        {
            return;
        }

        foreach (var node in _keeping.Seeds.Nodes)
        {
            _toFetch.Enqueue(NetworkEndpoint.TryParse(node, out var address) ? EndPointOf(address) : DnsNode(node));
        }

        if (_settings.Seeds is not { } seeds)
        {
            TakeFixedSeeds();
            return;
        }

        _isSeeking = true;
        var query = new SeedQuery(_settings.Network, _keeping.Services, _settings.Routes.To(new DnsEndPoint("seed", 1)) is DialRoute.Through);
        var ending = _ending.Token;
        Task<IReadOnlyList<SeedAnswer>>? answers = null;
        Context.RunApart(
            () => answers = seeds.FindAsync(query, ending),
            thrown => new SeedsAsked(thrown, answers));
    }

    private DnsEndPoint DnsNode(string node) =>
        node.LastIndexOf(':') is var colon and > 0 && ushort.TryParse(node[(colon + 1)..], out var port)
            ? new DnsEndPoint(node[..colon], port)
            : new DnsEndPoint(node, _settings.Network.DefaultPort);

    private void OnSeeds(SeedsFound found)
    {
        _isSeeking = false;
        if (found.Thrown is { } thrown)
        {
            _log.Warning("The seeds could not be asked: {Fault}", thrown.Message);
        }

        foreach (var answer in found.Answers)
        {
            _book.Add(answer.Addresses, NamedSource.Of(answer.Seed), TimeSpan.Zero, Today);
            if (answer.Addresses.Count == 0 && answer.Node is { } node)
            {
                _toFetch.Enqueue(node);
            }
        }

        _log.Info("{Count} seeds told of addresses; {Known} are known now", found.Answers.Count, _book.Count);
        TakeFixedSeeds();
        DialWhatIsMissing();
    }

    private void TakeFixedSeeds()
    {
        if (_book.Count == 0)
        {
            var lately = (uint)Math.Max(0, (Today - TimeSpan.FromDays(7)).ToUnixTimeSeconds());
            _book.Add([.. _keeping.Seeds.Fixed.Select(seed => new AddressEntry(lately, _keeping.Services, seed))], NamedSource.Of("fixed"), TimeSpan.Zero, Today);
        }
    }

    /// <summary>The hook was called, and has returned its task or thrown.</summary>
    private sealed record SeedsAsked(Exception? Thrown, Task<IReadOnlyList<SeedAnswer>>? Answers) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record SeedsFound(Exception? Thrown, IReadOnlyList<SeedAnswer> Answers) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
