using Peers.Wire;

namespace Peers;

/// <summary>What of a remote's words is let through: the rates of <c>peers.rate-limits</c>. One per connection; time and randomness are given.</summary>
internal sealed class ReceiveLimits
{
    private readonly RateLimitSettings _settings;
    private readonly Random _random;
    private readonly TokenBucket? _addresses;
    private readonly TokenBucket? _pings;
    private readonly TokenBucket? _inventory;
    private readonly TokenBucket? _requests;
    private readonly TokenBucket? _unknown;

    public ReceiveLimits(RateLimitSettings settings, Random random, TimeSpan now)
    {
        _settings = settings;
        _random = random;

        // One entry is let through at once: a remote's word of itself (as Bitcoin Core).
        _addresses = settings.Addresses.IsOn ? new TokenBucket(settings.Addresses, 1, now) : null;
        _pings = Full(settings.Pings, now);
        _inventory = Full(settings.Inventory, now);
        _requests = Full(settings.Requests, now);
        _unknown = Full(settings.Unknown, now);
    }

    /// <summary>Addresses and messages that were left out.</summary>
    public long LeftOut { get; private set; }

    /// <summary>We asked for addresses: a whole answer may come.</summary>
    public void AddressesAsked() => _addresses?.Grant(WireLimits.Addresses);

    /// <summary>Judges a message.</summary>
    /// <param name="message">What was heard.</param>
    /// <param name="now">The time.</param>
    /// <param name="end">What ends the connection; null when nothing does.</param>
    /// <returns>What is let through of it; null for nothing.</returns>
    public Message? Pass(Message message, TimeSpan now, out DisconnectReason? end)
    {
        end = null;
        Message? passed = message switch
        {
            AddrMessage addr => Some(addr.Addresses, now, out var some) ? addr : some.Length > 0 ? addr with { Addresses = some } : null,
            AddrV2Message addr => Some(addr.Addresses, now, out var some) ? addr : some.Length > 0 ? addr with { Addresses = some } : null,
            PingMessage => All(_pings, message, 1, now),
            InvMessage inv => All(_inventory, message, inv.Items.Length, now),
            GetDataMessage data => All(_requests, message, data.Items.Length, now),
            UnknownMessage => All(_unknown, message, 1, now),
            _ => message,
        };
        if (passed is null && _settings.Action == RateLimitAction.Disconnect && message is not (AddrMessage or AddrV2Message))
        {
            end = new DisconnectReason.RateExceeded(message.Command);
        }

        return passed;
    }

    private Message? All(TokenBucket? bucket, Message message, int count, TimeSpan now)
    {
        if (bucket is null || bucket.TryTake(count, now))
        {
            return message;
        }

        LeftOut++;
        return null;
    }

    /// <summary>A random choice of as many as may pass: the first ones would be the remote's choice (as Bitcoin Core).</summary>
    /// <returns>Whether all may pass.</returns>
    private bool Some(WireArray<AddressEntry> entries, TimeSpan now, out WireArray<AddressEntry> some)
    {
        some = default;
        var count = _addresses?.Take(entries.Length, now) ?? entries.Length;
        if (count == entries.Length)
        {
            return true;
        }

        LeftOut += entries.Length - count;

        AddressEntry[] chosen = [.. entries.Span];
        for (var i = 0; i < count; i++)
        {
            var j = _random.Next(i, chosen.Length);
            (chosen[i], chosen[j]) = (chosen[j], chosen[i]);
        }

        some = WireArray.Create<AddressEntry>(chosen.AsSpan(0, count));
        return false;
    }

    private static TokenBucket? Full(RateLimit limit, TimeSpan now) => limit.IsOn ? new TokenBucket(limit, limit.Burst, now) : null;
}
