using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class RequestFilterTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(2);
    private static readonly Hash256 One = Hash256.OfDouble([1]);
    private static readonly Hash256 Two = Hash256.OfDouble([2]);
    private readonly RequestFilter _filter = new(Window);

    [Fact(DisplayName = "The first hash and the stop tell whether a request is that of last time")]
    public void Compared_by_first_and_stop()
    {
        _filter.Asked([One, Two], Two, TimeSpan.Zero);
        Assert.True(_filter.IsRepeated([One], Two, TimeSpan.FromSeconds(1)));
        Assert.False(_filter.IsRepeated([Two], Two, TimeSpan.FromSeconds(1)));
        Assert.False(_filter.IsRepeated([One], One, TimeSpan.FromSeconds(1)));
        Assert.False(_filter.IsRepeated([], Two, TimeSpan.FromSeconds(1)));
    }

    [Fact(DisplayName = "Only the last one counts; an answer, and two minutes, let it go out again (btcd: never)")]
    public void Forgets()
    {
        _filter.Asked([One], Two, TimeSpan.Zero);
        Assert.True(_filter.IsRepeated([One], Two, Window - TimeSpan.FromTicks(1)));
        Assert.False(_filter.IsRepeated([One], Two, Window));
        _filter.Reset();
        Assert.False(_filter.IsRepeated([One], Two, TimeSpan.Zero));
        _filter.Asked([One], Two, TimeSpan.Zero);
        _filter.Asked([Two], Two, TimeSpan.Zero);
        Assert.False(_filter.IsRepeated([One], Two, TimeSpan.Zero));
        _filter.Asked([], Two, TimeSpan.Zero);
        Assert.False(_filter.IsRepeated([], Two, TimeSpan.Zero));
    }
}
