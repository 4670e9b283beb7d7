using System.Net;

namespace Peers.Tests.Core;

public sealed class ManualNodesTests
{
    private static readonly RetrySettings Retry = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), Jitter: 0);
    private static readonly AddNode Somebody = new(IPEndPoint.Parse("10.0.0.1:8333"));
    private static readonly AddNode Named = new(new DnsEndPoint("node.example", 8333));

    private readonly ManualNodes _nodes = new(Retry, new Random(1));

    [Fact(DisplayName = "Each is dialled at once, and once; then there is nothing to do")]
    public void Taken()
    {
        Assert.Null(_nodes.Due);
        Assert.True(_nodes.Add(Somebody));
        Assert.True(_nodes.Add(Named));
        Assert.False(_nodes.Add(Somebody with { }));
        Assert.Equal(TimeSpan.MinValue, _nodes.Due);
        Assert.Equal(Somebody, _nodes.Take(TimeSpan.Zero));
        Assert.Equal(Named, _nodes.Take(TimeSpan.Zero));
        Assert.Null(_nodes.Take(TimeSpan.Zero));
        Assert.Null(_nodes.Due);
    }

    [Fact(DisplayName = "What cannot be reached is dialled again in times that double; a handshake begins them anew")]
    public void Ended()
    {
        _nodes.Add(Somebody);
        var now = TimeSpan.Zero;
        foreach (var seconds in new[] { 5, 10, 20 })
        {
            Assert.NotNull(_nodes.Take(now));
            _nodes.Ended(Somebody.Remote, wasReady: false, now);
            Assert.Equal(now + TimeSpan.FromSeconds(seconds), _nodes.Due);
            Assert.Null(_nodes.Take(_nodes.Due!.Value - TimeSpan.FromTicks(1)));
            now = _nodes.Due.Value;
        }

        Assert.NotNull(_nodes.Take(now));
        _nodes.Ended(Somebody.Remote, wasReady: true, now);
        Assert.Equal(now + TimeSpan.FromSeconds(5), _nodes.Due);
    }

    [Fact(DisplayName = "Who was taken out is dialled no more, though his connection ends later")]
    public void Removed()
    {
        _nodes.Add(Somebody);
        _nodes.Take(TimeSpan.Zero);
        Assert.True(_nodes.Remove(Somebody.Remote));
        Assert.False(_nodes.Remove(Somebody.Remote));
        _nodes.Ended(Somebody.Remote, wasReady: true, TimeSpan.Zero);
        Assert.Null(_nodes.Due);
        Assert.Null(_nodes.Take(TimeSpan.FromDays(1)));
    }

    [Fact(DisplayName = "A thousand at most")]
    public void Bounded()
    {
        for (var i = 0; i < ManualNodes.Most; i++)
        {
            Assert.True(_nodes.Add(new AddNode(new IPEndPoint(i, 8333))));
        }

        Assert.False(_nodes.Add(Named));
        Assert.Equal(ManualNodes.Most, _nodes.Count);
    }
}
