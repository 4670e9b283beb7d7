namespace Peers;

/// <summary>
/// What we hold against remotes: bans, misbehaviour, failures. Bans and scores are of identities (<see cref="RemoteIdentity.Address"/>), so never of the
/// proxy's address, behind which anybody may be.
/// </summary>
internal sealed class Reputation
{
    private readonly MisbehaviourSettings _settings;
    private readonly TimeSpan _banTime;
    private readonly IMisbehaviour _misbehaviour;
    private readonly OutageWatch _outage;
    private readonly CoolDowns _coolDowns;

    public Reputation(MisbehaviourSettings settings, BanSettings bans, TimeSpan coolDown, AddressHash hash)
    {
        _settings = settings;
        _banTime = bans.Time;
        _misbehaviour = settings.Policy == MisbehaviourPolicy.Btcd
            ? new DecayingScores(settings.Threshold, settings.HalfLife, hash)
            : new OneStrike(settings.Discouraged, hash);
        _outage = new OutageWatch(settings.OutageNetgroups, settings.OutageWindow);
        _coolDowns = new CoolDowns(coolDown);
        Bans = new BanBook(bans.Max, hash);
    }

    public BanBook Bans { get; }

    public bool IsDiscouraged(in RemoteIdentity remote) => remote.Address is { } address && _misbehaviour.IsDiscouraged(address);

    /// <summary>Judges a connection that was accepted, before anything is read of it.</summary>
    /// <param name="remote">Who is there.</param>
    /// <param name="isNearlyFull">Whether one place is left at most.</param>
    /// <param name="today">The time of day.</param>
    /// <returns>Why not; null when it may stay.</returns>
    public DisconnectReason? MayAccept(in RemoteIdentity remote, bool isNearlyFull, DateTimeOffset today)
    {
        DisconnectReason? banned = BannedBy(remote, today);
        return banned is null && isNearlyFull && IsDiscouraged(remote)
            ? new DisconnectReason.Discouraged("it misbehaved, and the places for those who connect to us are nearly taken")
            : banned;
    }

    /// <summary>Judges a dial before it is made. Who was chosen by a person is dialled unless banned.</summary>
    /// <returns>Why not; null when it may be.</returns>
    public DisconnectReason? MayConnect(in RemoteIdentity remote, TimeSpan now, DateTimeOffset today)
    {
        if (BannedBy(remote, today) is { } banned)
        {
            return banned;
        }

        if (remote.IsManual)
        {
            return null;
        }

        return IsDiscouraged(remote) ? new DisconnectReason.Discouraged("it misbehaved: only a person's choice dials it again (PeerOptions.Manual)")
            : _coolDowns.Left(remote.Text, now) is { } left
                ? new DisconnectReason.Refused($"{remote.Text} failed lately and cools down for {left.TotalSeconds:0.#} s more (peers.outbound.cool-down)")
            : null;
    }

    /// <summary>Bans.</summary>
    /// <param name="subject">Who.</param>
    /// <param name="time">How long; null for as long as settings say.</param>
    /// <param name="why">Why.</param>
    /// <param name="today">The time of day.</param>
    /// <param name="replace">Whether a longer ban gives way.</param>
    /// <returns>The ban that holds.</returns>
    public Ban Ban(Subnet subject, TimeSpan? time, string why, DateTimeOffset today, bool replace)
    {
        var length = time ?? _banTime;
        return Bans.Add(new Ban(subject, today, length < DateTimeOffset.MaxValue - today ? today + length : DateTimeOffset.MaxValue, why), replace);
    }

    /// <summary>Holds misbehaviour against a remote.</summary>
    /// <param name="remote">Who.</param>
    /// <param name="points">How badly, up to 100.</param>
    /// <param name="why">What it did.</param>
    /// <param name="now">The monotonic time.</param>
    /// <param name="today">The time of day.</param>
    /// <returns>Why its connection ends; null when it does not.</returns>
    public DisconnectReason? Blame(in RemoteIdentity remote, int points, string why, TimeSpan now, DateTimeOffset today)
    {
        if (points <= 0 || (remote.IsManual && _settings.ExemptManual))
        {
            return null;
        }

        // Whom we would not remember, or not rightly, is disconnected and no more: those of this machine, behind the proxy, and all while our own line is down.
        if (remote.Address is not { } address || (remote.IsLocal && _settings.ExemptLocal) || _outage.IsOut(now))
        {
            return _settings.Policy == MisbehaviourPolicy.Core || points >= _settings.Threshold ? new DisconnectReason.Discouraged(why) : null;
        }

        return _misbehaviour.Note(address, points, now) switch
        {
            Penalty.Ban => new DisconnectReason.Banned(Ban(Subnet.Of(address), null, why, today, replace: false)),
            Penalty.Discourage => new DisconnectReason.Discouraged(why),
            _ => null,
        };
    }

    /// <summary>A dial or a connection that was ready has failed.</summary>
    /// <param name="remote">Who.</param>
    /// <param name="isOurs">Whether we dialled it.</param>
    /// <param name="now">The monotonic time.</param>
    public void Failed(in RemoteIdentity remote, bool isOurs, TimeSpan now)
    {
        if (remote.Address is { } address)
        {
            _outage.Failed(Netgroup.Of(address), now);
        }

        if (_outage.IsOut(now))
        {
            _coolDowns.Forgive(_outage.Since);
        }
        else if (isOurs)
        {
            _coolDowns.Failed(remote.Text, now);
        }
    }

    /// <summary>Somebody was heard of, so our line is up.</summary>
    public void Heard() => _outage.Heard();

    private DisconnectReason.Banned? BannedBy(in RemoteIdentity remote, DateTimeOffset today) =>
        remote.Address is { } address && Bans.Find(address, today) is { } ban ? new DisconnectReason.Banned(ban) : null;
}
