using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <content>What is held against remotes and what speaks for them: bans, misbehaviour, who makes room, and how much they can make us log.</content>
internal sealed partial class PeerManagerActor
{
    /// <summary>About how long the lines of a ready and of a stopped peer are but for what the remote chooses.</summary>
    private const int LineOfReady = 160, LineOfStop = 320;

    private const int WorstPoints = 100;

    private const ServiceFlags FullServices = ServiceFlags.Network | ServiceFlags.Witness;
    private const ServiceFlags LimitedServices = ServiceFlags.NetworkLimited | ServiceFlags.Witness;

    private readonly AddressHash _hash;
    private readonly Reputation _reputation;
    private readonly LogAllowance _allowance;

    private TimeSpan Now => _settings.Clock.Monotonic();

    private DateTimeOffset Today => _settings.Clock.GetUtcNow();

    private void OnBanCommand(ManagerCommand command)
    {
        switch (command)
        {
            case BanSubnet ban:
                Ban(ban);
                break;
            case UnbanSubnet unban:
                var lifted = new SubnetUnbanned(unban.Subject, _reputation.Bans.Remove(unban.Subject));
                unban.ReplyTo.Tell(lifted);
                _subscribers.Publish(lifted, except: unban.ReplyTo);
                break;
            case GetBans get:
                get.ReplyTo.Tell(new BanList([.. _reputation.Bans.List(Today)]));
                break;
            case ReportMisbehaviour report when _peers.TryGetValue(report.Id, out var entry):
                Blame(entry, report.Points, report.Why);
                break;
        }
    }

    private void Ban(BanSubnet ban)
    {
        var why = ban.Time <= TimeSpan.Zero ? "the time of a ban must be more than zero"
            : ban.Subject.IsOneAddress && _settings.Routes.All().Any(proxy => ban.Subject.Contains(NetworkAddress.From(proxy.Address)))
                ? "it is the proxy's address (peers.proxy, peers.proxies), behind which anybody may be"
            : null;
        if (why is not null)
        {
            ban.ReplyTo.Tell(new NotBanned(ban.Subject, why));
            return;
        }

        var banned = _reputation.Ban(ban.Subject, ban.Time, ban.Why, Today, replace: true);
        ban.ReplyTo.Tell(new SubnetBanned(banned));
        Enforce(banned, except: ban.ReplyTo);
    }

    /// <summary>Tells of a ban, and ends those whom it hits.</summary>
    private void Enforce(Ban ban, IActorRef? except = null)
    {
        _subscribers.Publish(new SubnetBanned(ban), except);
        foreach (var entry in _peers.Values.Where(entry => entry.Identity.Address is { } address && ban.Subject.Contains(address)))
        {
            Expel(entry, new DisconnectReason.Banned(ban));
        }
    }

    /// <summary>Holds misbehaviour against a remote; the connection, if there still is one, ends where that is what follows.</summary>
    private void Blame(PeerEntry entry, int points, string why)
    {
        if (entry.IsExpelled || _reputation.Blame(entry.Identity, points, why, Now, Today) is not { } end)
        {
            return;
        }

        Expel(entry, end);
        if (end is DisconnectReason.Banned banned)
        {
            Enforce(banned.Ban);
        }
    }

    private static void Expel(PeerEntry entry, DisconnectReason why)
    {
        entry.Reason ??= why;
        entry.IsExpelled = true;
        entry.Actor.Tell(new Expel(why));
    }

    /// <summary>All inbound places are taken: one of those who have them goes, unless all are worth more than a stranger.</summary>
    private bool MakeRoom()
    {
        if (!_settings.Eviction.Enabled)
        {
            return false;
        }

        var candidates = _peers.Values
            .Where(entry => entry is { Direction: Direction.Inbound, IsExpelled: false, Phase: not PeerPhase.Leaving, Identity.IsManual: false })
            .Select(CandidateOf);
        if (Eviction.Choose(candidates, _settings.Eviction, out var neighbours) is not { } chosen)
        {
            return false;
        }

        Expel(_peers[chosen], new DisconnectReason.Evicted(neighbours));
        _admission.Leave(chosen); // Its place is free from now on, though its socket may take a moment to close.
        return true;
    }

    private EvictionCandidate CandidateOf(PeerEntry entry)
    {
        // Behind the proxy's address are those who came through Tor.
        var network = entry.Identity.IsProxy ? NetworkKind.TorV3 : Netgroup.KindOf(entry.Identity.Address);
        var netgroup = entry.Identity.Address is { } address ? Netgroup.Of(address) : 0;
        return new EvictionCandidate(entry.Id, _hash.Of(netgroup), entry.Connected, network, entry.Identity.IsLocal)
        {
            MinimumPing = entry.MinimumPing,
            LastTransaction = entry.LastTransaction,
            LastBlock = entry.LastBlock,
            RelaysTransactions = entry.Remote?.Features.RelayTransactions ?? false,
            HasServices = entry.Remote is { } remote && (remote.Services.HasFlag(FullServices) || remote.Services.HasFlag(LimitedServices)),
            IsDiscouraged = _reputation.IsDiscouraged(entry.Identity),
        };
    }

    private void Ready(PeerEntry entry, PeerIsReady ready)
    {
        entry.Phase = PeerPhase.Ready;
        entry.Remote = ready.Remote;
        _admission.Ready(entry.Id);
        _reputation.Heard();
        if (MayLog(entry, LineOfReady + ready.Remote.UserAgent.Length))
        {
            _log.Info(
                "Peer {PeerId} {Endpoint} {Direction} is ready: {UserAgent} speaks {ProtocolVersion}", entry.Id.Value, entry.Endpoint.Text(),
                entry.Direction, ready.Remote.UserAgent, ready.Remote.Features.ProtocolVersion);
        }

        var isReady = new PeerReady(entry.Id, entry.Actor, ready.Remote);
        _subscribers.Publish(isReady, except: entry.Listener);
        TellKept(entry.Id, isReady);
    }

    private void NotePing(PeerEntry entry, TimeSpan roundTrip)
    {
        entry.MinimumPing = entry.MinimumPing < roundTrip ? entry.MinimumPing : roundTrip;
        _reputation.Heard();
    }

    /// <summary>Who told us of something that is worth announcing was of use: the user has judged it, so no remote can say so of itself.</summary>
    private void NoteUse(AnnounceToAll announce)
    {
        if (announce.Except is not { } source || !_peers.TryGetValue(source, out var entry))
        {
            return;
        }

        switch (announce.What)
        {
            case Announcement.OfBlock:
                entry.LastBlock = Now;
                break;
            case Announcement.OfTransaction or Announcement.OfItem { Item.IsTransaction: true }:
                entry.LastTransaction = Now;
                break;
        }
    }

    private void NoteEnd(PeerEntry entry, DisconnectReason reason)
    {
        switch (ConductTable.Of(reason))
        {
            case Conduct.Misbehaviour when _reputation.Blame(entry.Identity, WorstPoints, reason.ToString(), Now, Today) is DisconnectReason.Banned banned:
                Enforce(banned.Ban);
                break;
            case Conduct.Failure when entry.Direction == Direction.Outbound || entry.Remote is not null:
                _reputation.Failed(entry.Identity, entry.Direction == Direction.Outbound, Now);
                break;
        }
    }

    /// <summary>Whether a line about a connection may be logged: those who connect to us cannot make us log without end.</summary>
    private bool MayLog(PeerEntry entry, int bytes)
    {
        if (!_log.IsInfoEnabled || entry.Direction == Direction.Outbound)
        {
            return _log.IsInfoEnabled;
        }

        var source = entry.Identity.Address is { } address ? Netgroup.PrefixOf(address) : default;
        if (!_allowance.Take(source, bytes, Now, out var leftOut))
        {
            return false;
        }

        if (leftOut > 0)
        {
            _log.Info("{LeftOut} lines about inbound connections were left out (peers.log.per-source, peers.log.inbound)", leftOut);
        }

        return true;
    }
}
