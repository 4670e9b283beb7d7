using System.Collections.Immutable;
using CsCheck;
using Peers.Wire;
using static Peers.Tests.Core.BookSamples;

namespace Peers.Tests.Core;

/// <summary>The book beside a naive one, and beside itself as it was saved.</summary>
public sealed class AddressBookModelTests
{
    [Fact(DisplayName = "Whatever is told and done, the book knows what a naive one knows, and its tables are whole")]
    public void Naive() => Operations(120, 500).Sample(
        (seed, operations) =>
        {
            var book = new AddressBook(new Random(seed));
            var naive = new NaiveBook(new Random(seed));
            var now = Now;
            foreach (var step in operations)
            {
                now += TimeSpan.FromMinutes(step.Minutes);
                var (endpoint, seconds) = (InGroup(step.Address % 2, step.Address), now.ToUnixTimeSeconds());
                switch (step.Kind)
                {
                    case < 50:
                        var source = step.Source == 0 ? endpoint.Address : Source(step.Source);
                        var told = new AddressEntry((uint)(seconds - (step.Age * 3_600)), (ServiceFlags)(1 << (step.Age % 3)), endpoint);
                        book.Add([told], source, TimeSpan.FromHours(2), now);
                        naive.Add(told, source, 7_200, seconds);
                        break;
                    case < 70:
                        book.Good(endpoint, now);
                        naive.Good(endpoint, seconds);
                        break;
                    case < 85:
                        book.Attempt(endpoint, step.Age % 2 == 0, now);
                        naive.Attempt(endpoint, step.Age % 2 == 0, seconds);
                        break;
                    case < 90:
                        book.Connected(endpoint, now);
                        naive.Connected(endpoint, seconds);
                        break;
                    case < 93:
                        book.SetServices(endpoint, (ServiceFlags)step.Age);
                        naive.SetServices(endpoint, (ServiceFlags)step.Age);
                        break;
                    default:
                        book.ResolveCollisions(now);
                        naive.Resolve(seconds);
                        break;
                }
            }

            book.AssertWhole();
            Assert.Equal(naive.Texts.Order(StringComparer.Ordinal), book.Texts().Order(StringComparer.Ordinal));
        },
        iter: 60);

    [Fact(DisplayName = "A book that was saved and restored is the same book: every field, every place, the order, and what it draws")]
    public void Saved() => Operations(500, 3_000).Sample(
        (seed, operations) =>
        {
            var book = new AddressBook(new Random(seed));
            var now = Now;
            foreach (var step in operations)
            {
                now += TimeSpan.FromSeconds(step.Minutes);
                var endpoint = InGroup(step.Address % 5, step.Address);
                if (step.Kind < 80)
                {
                    book.Tell(endpoint, Source(step.Source % 3), now, TimeSpan.FromHours(step.Age));
                }
                else if (step.Kind < 90)
                {
                    book.Good(endpoint, now);
                    book.ResolveCollisions(now);
                }
                else
                {
                    book.Attempt(endpoint, isFailureCounted: true, now);
                }
            }

            var restored = AddressBook.Restore(book.Save(), new Random(1));
            Assert.Equal(book.Texts(), restored.Texts());
            Assert.Equal(book.Save().Secret.AsEnumerable(), restored.Save().Secret);
            restored.AssertWhole();
            var again = AddressBook.Restore(book.Save(), new Random(1));
            Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(restored.Select(false, null, now), again.Select(false, null, now)));
        },
        iter: 30);

    [Fact(DisplayName = "A state that somebody has changed is taken as far as it can be: doubles, places of others, no places, another secret, nothing at all")]
    public void Changed_states()
    {
        var book = new AddressBook(new Random(1));
        Enumerable.Range(0, 400).ToList().ForEach(i => book.Tell(InGroup(i % 5, i), Source(i % 3)));
        Enumerable.Range(0, 50).ToList().ForEach(i => book.Good(InGroup(i % 5, i), Now));
        var state = book.Save();

        Check(state with { Entries = [.. state.Entries, .. state.Entries] }, book.Count, book.Count);
        Check(state with { Entries = [.. state.Entries.Select(entry => entry with { Places = default })] }, book.Count, book.Count);
        Check(state with { Entries = [.. state.Entries.Select(entry => entry with { Places = [0, 1, 2, 65_535] })] }, book.Count, book.Count);
        Check(state with { Entries = [.. state.Entries.Select(entry => entry with { Places = [.. Enumerable.Range(0, 65_536).Select(place => (ushort)place)] })] }, book.Count, book.Count);
        Check(state with { Entries = [.. state.Entries.Select(entry => entry with { IsTried = true })] }, book.Count / 2, book.Count);
        Check(state with { Entries = [.. state.Entries.Select(entry => entry with { Failures = -1 })] }, 0, 0);
        Check(state with { Secret = [1, 2, 3] }, book.Count / 2, book.Count);
        Check(new AddressBookState(default, default, default), 0, 0);

        static void Check(AddressBookState changed, int least, int most)
        {
            var restored = AddressBook.Restore(changed, new Random(2));
            Assert.InRange(restored.Count, least, most);
            restored.AssertWhole();
            Assert.Equal(restored.Count > 0, restored.Select(false, null, Now) is not null);
        }
    }

    private static Gen<(int Seed, ImmutableArray<Step> Steps)> Operations(int least, int most) => Gen.Select(
        Gen.Int,
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 299], Gen.Int[0, 12], Gen.Int[0, 40], Gen.OneOf(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[30, 300]),
            (kind, address, source, age, minutes) => new Step(kind, address, source, age * age, minutes)).Array[least, most].Select(steps => steps.ToImmutableArray()));

    /// <param name="Kind">What is done, in hundredths.</param>
    /// <param name="Address">To which address.</param>
    /// <param name="Source">Who tells it.</param>
    /// <param name="Age">How old what is told is, in hours.</param>
    /// <param name="Minutes">How much later than the step before.</param>
    private sealed record Step(int Kind, int Address, int Source, int Age, int Minutes);
}
