using CsCheck;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class TokenBucketTests
{
    private static readonly RateLimit Limit = new(0.1, 1_000);

    [Fact(DisplayName = "Tokens come with time, up to the burst, and never from a clock that goes back")]
    public void Tokens_come_with_time()
    {
        var bucket = new TokenBucket(Limit, 1, TimeSpan.Zero);
        Assert.Equal(1, bucket.Take(5, TimeSpan.Zero));
        Assert.Equal(0, bucket.Take(5, TimeSpan.FromSeconds(9)));
        Assert.Equal(1, bucket.Take(5, TimeSpan.FromSeconds(10)));
        Assert.Equal(0, bucket.Take(5, TimeSpan.FromSeconds(3)));
        Assert.Equal(1_000, bucket.Take(5_000, TimeSpan.FromDays(10)));
    }

    [Fact(DisplayName = "What is granted may go above the burst, and time adds nothing to it")]
    public void A_grant_goes_above_the_burst()
    {
        var bucket = new TokenBucket(Limit, 1_000, TimeSpan.Zero);
        bucket.Grant(1_000);
        Assert.Equal(2_000, bucket.Take(5_000, TimeSpan.FromDays(1)));
    }

    [Fact(DisplayName = "All or nothing: what is larger than the burst costs a full bucket")]
    public void All_or_nothing()
    {
        var bucket = new TokenBucket(new RateLimit(10, 100), 100, TimeSpan.Zero);
        Assert.True(bucket.TryTake(60, TimeSpan.Zero));
        Assert.False(bucket.TryTake(60, TimeSpan.Zero));
        Assert.True(bucket.TryTake(40, TimeSpan.Zero));
        Assert.False(bucket.TryTake(500, TimeSpan.FromSeconds(9.9)));
        Assert.True(bucket.TryTake(500, TimeSpan.FromSeconds(10)));
    }

    [Fact(DisplayName = "Whatever is asked for and when, no more passes than the burst and what time gave")]
    public void Never_more() => Gen.Select(Gen.Int[1, 50], Gen.Select(Gen.Int[0, 5_000], Gen.Int[0, 200]).Array[1, 100]).Sample((rate, takes) =>
    {
        var bucket = new TokenBucket(new RateLimit(rate, 100), 100, TimeSpan.Zero);
        var (now, passed) = (TimeSpan.Zero, 0L);
        foreach (var (milliseconds, most) in takes)
        {
            now += TimeSpan.FromMilliseconds(milliseconds);
            passed += bucket.Take(most, now);
        }

        return passed <= 100 + (rate * now.TotalSeconds) + 1e-6;
    });
}

public sealed class ReceiveLimitsTests
{
    private static readonly RateLimit None = new(0, 1);

    private static readonly RateLimitSettings Core = new(RateLimitAction.Drop, new RateLimit(0.1, 1_000), None, None, None, None);

    [Fact(DisplayName = "As Bitcoin Core: of twenty messages of a thousand addresses that nobody asked for one entry passes")]
    public void Address_flood()
    {
        var limits = Limits(Core);
        var passed = Enumerable.Range(0, 20).Sum(_ => ((AddrMessage?)limits.Pass(Addresses(1_000), TimeSpan.Zero, out var end))?.Addresses.Length ?? 0);
        Assert.Equal(1, passed);
        Assert.Equal(19_999, limits.LeftOut);
    }

    [Fact(DisplayName = "The answer to our getaddr passes whole, in both forms, and the same object")]
    public void Asked_for()
    {
        var limits = Limits(Core);
        limits.AddressesAsked();
        var answer = new AddrV2Message(Addresses(1_000).Addresses);
        Assert.Same(answer, limits.Pass(answer, TimeSpan.Zero, out _));
        var announcement = Addresses(1);
        Assert.Same(announcement, limits.Pass(announcement, TimeSpan.Zero, out _));
        Assert.Null(limits.Pass(announcement, TimeSpan.Zero, out var end));
        Assert.Null(end);
    }

    [Fact(DisplayName = "Which addresses pass is chance's choice, not the remote's, and none passes twice")]
    public void A_random_choice()
    {
        var limits = Limits(Core with { Addresses = new RateLimit(10, 1_000) });
        var addresses = Addresses(1_000);
        var chosen = ((AddrMessage)limits.Pass(addresses, TimeSpan.FromSeconds(9.9), out _)!).Addresses;
        Assert.Equal(100, chosen.Length);
        Assert.Equal(100, chosen.Distinct().Count());
        Assert.Subset(addresses.Addresses.ToHashSet(), chosen.ToHashSet());
        Assert.NotEqual(addresses.Addresses.Take(100), chosen);
    }

    public static TheoryData<Message, RateLimitSettings> Kinds => new()
    {
        { new PingMessage(1), Core with { Pings = new RateLimit(1, 3) } },
        { new InvMessage(new InventoryVector[10].ToWireArray()), Core with { Inventory = new RateLimit(1, 30) } },
        { new GetDataMessage(new InventoryVector[10].ToWireArray()), Core with { Requests = new RateLimit(1, 30) } },
        { new UnknownMessage("novel", default), Core with { Unknown = new RateLimit(1, 3) } },
    };

    [Theory(DisplayName = "Above its rate a message is dropped, or ends the connection, as the action says; below and without a rate it passes")]
    [MemberData(nameof(Kinds))]
    public void Rates(Message message, RateLimitSettings settings)
    {
        foreach (var action in Enum.GetValues<RateLimitAction>())
        {
            var limits = Limits(settings with { Action = action });
            for (var i = 0; i < 3; i++)
            {
                Assert.Same(message, limits.Pass(message, TimeSpan.Zero, out _));
            }

            Assert.Null(limits.Pass(message, TimeSpan.Zero, out var end));
            Assert.Equal(action == RateLimitAction.Drop ? null : new DisconnectReason.RateExceeded(message.Command), end);
            Assert.Equal(1, limits.LeftOut);
            Assert.Same(message, limits.Pass(message, TimeSpan.FromSeconds(10), out _));
        }

        var free = Limits(Core);
        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.Same(message, free.Pass(message, TimeSpan.Zero, out var end)));
    }

    private static ReceiveLimits Limits(RateLimitSettings settings) => new(settings, new Random(1), TimeSpan.Zero);

    private static AddrMessage Addresses(int count) => new(Enumerable.Range(1, count)
        .Select(i => new AddressEntry(1_700_000_000, ServiceFlags.Network, NetworkEndpoint.From(new(new System.Net.IPAddress([8, 8, (byte)(i >> 8), (byte)i]), 8333))))
        .ToWireArray());
}

public sealed class WriteDeadlineTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(20);

    [Fact(DisplayName = "One alarm serves all writes: it is set when none is, and again while one is under way")]
    public void One_alarm()
    {
        var deadline = new WriteDeadline(Timeout);
        Assert.Equal(Timeout, deadline.Begin(TimeSpan.Zero));
        deadline.End();
        Assert.Null(deadline.Begin(TimeSpan.FromMinutes(5)));
        Assert.False(deadline.IsOver(Timeout, out var again));
        Assert.Equal(TimeSpan.FromMinutes(5), again);
        deadline.End();
        Assert.False(deadline.IsOver(Timeout + again!.Value, out again));
        Assert.Null(again);
        Assert.Equal(Timeout, deadline.Begin(TimeSpan.FromHours(1)));
    }

    [Fact(DisplayName = "A write that is overdue is looked at once more: a turn of ours that comes late is not the remote's fault")]
    public void A_second_look()
    {
        var deadline = new WriteDeadline(Timeout);
        deadline.Begin(TimeSpan.Zero);
        Assert.False(deadline.IsOver(TimeSpan.FromHours(9), out var again));
        Assert.Equal(TimeSpan.FromSeconds(1), again);
        Assert.True(deadline.IsOver(TimeSpan.FromHours(9) + again!.Value, out again));
        Assert.Null(again);
    }

    [Fact(DisplayName = "Behind the first look a new write has its whole time")]
    public void A_new_write()
    {
        var deadline = new WriteDeadline(Timeout);
        deadline.Begin(TimeSpan.Zero);
        deadline.IsOver(Timeout, out _);
        deadline.End();
        Assert.Null(deadline.Begin(Timeout));
        Assert.False(deadline.IsOver(Timeout + TimeSpan.FromSeconds(1), out var again));
        Assert.Equal(Timeout - TimeSpan.FromSeconds(1), again);
    }

    [Fact(DisplayName = "Zero is never")]
    public void Never() => Assert.Null(new WriteDeadline(TimeSpan.Zero).Begin(TimeSpan.Zero));
}

public sealed class ReceiveBudgetTests
{
    [Fact(DisplayName = "All accounts count together; who holds little reads on, whoever fills the budget")]
    public void Accounts_count_together()
    {
        var budget = new ReceiveBudget<string>(1_000_000);
        var (large, small) = (budget.Open("remote"), budget.Open("remote"));
        large.Hold(700_000, 300_000);
        Assert.False(budget.IsExceeded);
        small.Hold(0, 50_000);
        Assert.True(budget.IsExceeded);
        Assert.True(large.MustWait);
        Assert.False(small.MustWait);
        Assert.Same(large, budget.Largest());
        large.Hold(0, 300_000);
        Assert.False(large.MustWait);
        Assert.Null(budget.Largest());
    }

    [Fact(DisplayName = "Small changes are not told, nothing held always is, and a closed account holds nothing")]
    public void Grain()
    {
        var budget = new ReceiveBudget<string>(1_000_000);
        var account = budget.Open("remote");
        account.Hold(0, ReceiveBudget<string>.Grain - 1);
        Assert.Equal(0, budget.Held);
        account.Hold(0, ReceiveBudget<string>.Grain);
        Assert.Equal(ReceiveBudget<string>.Grain, budget.Held);
        account.Hold(0, 0);
        Assert.Equal(0, budget.Held);
        account.Hold(900_000, 0);
        account.Close();
        account.Hold(900_000, 0);
        Assert.Equal(0, budget.Held);
        Assert.Null(budget.Largest());
    }
}
