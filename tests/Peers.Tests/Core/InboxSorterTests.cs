using CsCheck;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class InboxSorterTests
{
    private const int Cost = 10;

    [Fact(DisplayName = "Whatever the user does, each message is heard or passed on once, in order, and its cost comes back exactly once")]
    public void Nothing_is_lost_or_doubled() =>
        Gen.Int[0, 8].List[0, 300].Sample(steps =>
        {
            var sorter = new InboxSorter<string>();
            Dictionary<string, Type> open = [];
            Dictionary<string, Message> current = [];
            Dictionary<string, List<int>> heard = [];
            List<int> taken = [];
            var (said, names, returned, lossless) = (0, 0, 0L, false);
            foreach (var step in steps)
            {
                switch (step)
                {
                    case 0 or 1 or 2:
                        sorter.Hear(said % 2 == 0 ? new FeeFilterMessage(said) : new PingMessage((ulong)said), Cost);
                        said++;
                        break;
                    case 3:
                        lossless |= names == 0;
                        sorter.Take();
                        break;
                    case 4 when open.Count < 4:
                        var type = (names % 3) switch { 0 => typeof(FeeFilterMessage), 1 => typeof(PingMessage), _ => typeof(Message) };
                        var name = $"{names++}";
                        open.Add(name, type);
                        heard.Add(name, []);
                        sorter.Subscribe(name, type);
                        break;
                    case 5 when open.Count > 0:
                        var gone = open.Keys.First();
                        Assert.Equal(!current.ContainsKey(gone), sorter.Unsubscribe(gone));
                        open.Remove(gone);
                        break;
                    case 6 when current.Count > 0:
                        var (done, message) = current.First();
                        current.Remove(done);
                        var wasHeard = open.ContainsKey(done) || said % 3 != 0;
                        if (wasHeard)
                        {
                            heard[done].Add(NumberOf(message));
                        }

                        Assert.Equal(!open.ContainsKey(done), sorter.Done(done, wasHeard));
                        break;
                    default:
                        if (sorter.TryNext(out var next, out var given))
                        {
                            Assert.True(open[next].IsInstanceOfType(given));
                            current.Add(next, given);
                        }

                        break;
                }

                while (sorter.TryTake(out var item))
                {
                    taken.Add(NumberOf(item.Message));
                    returned += item.Cost;
                }

                returned += sorter.TakeCredit();
                Assert.InRange(returned, 0, said * Cost);
            }

            // At last everybody hears what there is for him.
            sorter.Close();
            do
            {
                foreach (var (key, message) in current)
                {
                    heard[key].Add(NumberOf(message));
                    sorter.Done(key, heard: true);
                }

                current.Clear();
                while (sorter.TryNext(out var key, out var message))
                {
                    current.Add(key, message);
                }
            }
            while (current.Count > 0);
            while (sorter.TryTake(out var item))
            {
                taken.Add(NumberOf(item.Message));
                returned += item.Cost;
            }

            Assert.Equal(said * Cost, returned + sorter.TakeCredit());
            Assert.True(sorter.IsHeard);
            Assert.All(heard.Values, numbers => Assert.Equal(numbers.Order().Distinct(), numbers));
            Assert.Equal(taken.Distinct(), taken);
            Assert.Empty(taken.Intersect(heard.Values.SelectMany(numbers => numbers)));
            foreach (var parity in new[] { 0, 1 })
            {
                var ofType = taken.Where(number => number % 2 == parity);
                Assert.Equal(ofType.Order(), ofType);
            }

            if (lossless || names == 0)
            {
                Assert.Equal(Enumerable.Range(0, said), heard.Values.SelectMany(numbers => numbers).Concat(taken).Distinct().Order());
            }
        });

    [Fact(DisplayName = "Until the user's first word everything is held; a first subscription hears what was held, and what nobody wants is let go")]
    public void First_word()
    {
        var sorter = new InboxSorter<string>();
        sorter.Hear(new FeeFilterMessage(0), Cost);
        sorter.Hear(new PingMessage(1), Cost);
        Assert.Equal((0, 0L, false), (sorter.Waiting, sorter.TakeCredit(), sorter.IsHeard));
        sorter.Subscribe("fees", typeof(FeeFilterMessage));
        Assert.Equal((0, (long)Cost), (sorter.Waiting, sorter.TakeCredit()));
        Assert.True(sorter.TryNext(out var key, out var message));
        Assert.Equal(("fees", new FeeFilterMessage(0)), (key, (FeeFilterMessage)message));
        sorter.Take();
        sorter.Hear(new PingMessage(2), Cost);
        Assert.Equal(1, sorter.Waiting);
    }

    [Fact(DisplayName = "A message that two hear is free when both have heard it")]
    public void Two_hear()
    {
        var sorter = new InboxSorter<string>();
        sorter.Subscribe("fees", typeof(FeeFilterMessage));
        sorter.Subscribe("all", typeof(Message));
        sorter.Hear(new FeeFilterMessage(0), Cost);
        Assert.True(sorter.TryNext(out var first, out _));
        Assert.True(sorter.TryNext(out var second, out _));
        Assert.False(sorter.TryNext(out _, out _));
        sorter.Done(first, heard: true);
        Assert.Equal(0, sorter.TakeCredit());
        sorter.Done(second, heard: true);
        Assert.Equal(Cost, sorter.TakeCredit());
    }

    private static int NumberOf(Message message) => message is FeeFilterMessage fees ? (int)fees.FeeRate : (int)((PingMessage)message).Nonce;
}
