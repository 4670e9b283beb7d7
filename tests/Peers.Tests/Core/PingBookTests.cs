namespace Peers.Tests.Core;

public sealed class PingBookTests
{
    private readonly PingBook _book = new();

    [Fact(DisplayName = "Round trips: last, shortest, mean")]
    public void Answers_are_measured()
    {
        foreach (var (nonce, at, answered) in new[] { (1UL, 0, 30), (2UL, 100, 110), (3UL, 200, 220) })
        {
            _book.Sent(nonce, Milliseconds(at));
            Assert.Equal(nonce, _book.Nonce);
            Assert.Equal(Milliseconds(answered - at), _book.Heard(nonce, Milliseconds(answered)));
        }

        Assert.Null(_book.Nonce);
        Assert.Equal(Milliseconds(20), _book.Last);
        Assert.Equal(Milliseconds(10), _book.Minimum);
        Assert.Equal(Milliseconds(20), _book.Average);
        Assert.Equal(3, _book.Answered);
    }

    [Fact(DisplayName = "A pong that nobody asked for, a wrong nonce and a second pong measure nothing")]
    public void Other_pongs_are_ignored()
    {
        Assert.Null(_book.Heard(5, Milliseconds(1)));
        _book.Sent(7, Milliseconds(10));
        Assert.Null(_book.Heard(8, Milliseconds(11)));
        Assert.Equal(7UL, _book.Nonce);
        Assert.NotNull(_book.Heard(7, Milliseconds(12)));
        Assert.Null(_book.Heard(7, Milliseconds(13)));
        Assert.Equal(1, _book.Answered);
    }

    [Fact(DisplayName = "A pong of zero cancels the ping and measures nothing, as Bitcoin Core")]
    public void Zero_cancels()
    {
        _book.Sent(7, Milliseconds(10));
        Assert.Null(_book.Heard(0, Milliseconds(12)));
        Assert.Null(_book.Nonce);
        Assert.Null(_book.Average);
    }

    [Fact(DisplayName = "A round trip is never negative, and outstanding time is counted from the sending")]
    public void Time_never_runs_backward()
    {
        Assert.Null(_book.Outstanding(Milliseconds(9)));
        _book.Sent(7, Milliseconds(10));
        Assert.Equal(Milliseconds(25), _book.Outstanding(Milliseconds(35)));
        Assert.Equal(TimeSpan.Zero, _book.Heard(7, Milliseconds(5)));
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
