using System.Net;
using Peers.Wire;

namespace Peers.Crawler.Tests;

public sealed class AddressCollectorTests
{
    private static readonly NetworkEndpoint Node = NetworkEndpoint.Parse("203.0.113.5:8333");

    [Fact(DisplayName = "A node that announces itself has not answered")]
    public void Self_announcement()
    {
        var collector = new AddressCollector(Node);

        Assert.Equal(AnswerProgress.Waiting, collector.Add(WireArray.Create<AddressEntry>([Entry("203.0.113.5:8333")])));
        Assert.False(collector.HasAny);
        Assert.True(collector.Answer.SelfAnnounced);
        Assert.Empty(collector.Answer.Entries);
    }

    [Fact(DisplayName = "One address is waited with, a few settle late, many soon, a full message is the whole answer")]
    public void Progress()
    {
        Assert.Equal(AnswerProgress.Waiting, new AddressCollector(Node).Add(Many(1)));
        Assert.Equal(AnswerProgress.Few, new AddressCollector(Node).Add(Many(2)));
        Assert.Equal(AnswerProgress.Few, new AddressCollector(Node).Add(Many(10)));
        Assert.Equal(AnswerProgress.Settling, new AddressCollector(Node).Add(Many(11)));
        Assert.Equal(AnswerProgress.Settling, new AddressCollector(Node).Add(Many(999)));
        Assert.Equal(AnswerProgress.Whole, new AddressCollector(Node).Add(Many(1000)));
    }

    [Fact(DisplayName = "Every address is kept once, in order, wherever the repetitions are")]
    public void Once()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var collector = new AddressCollector(Node);
            var expected = new List<NetworkEndpoint>();
            for (var message = random.Next(1, 4); message > 0; message--)
            {
                var entries = Enumerable.Range(0, random.Next(0, 30))
                    .Select(_ => random.Next(8) == 0 ? Node : NetworkEndpoint.From(new IPEndPoint(new IPAddress([1, 2, 3, (byte)random.Next(60)]), 8333)))
                    .ToList();
                collector.Add(entries.Select(endpoint => new AddressEntry(5, ServiceFlags.None, endpoint)).ToWireArray());
                expected.AddRange(entries);
            }

            Assert.Equal(expected.Where(endpoint => endpoint != Node).Distinct(), collector.Answer.Entries.Select(entry => entry.Endpoint));
            Assert.Equal(expected.Contains(Node), collector.Answer.SelfAnnounced);
        }
    }

    [Fact(DisplayName = "A node that never ends is cut off")]
    public void Bounded()
    {
        var collector = new AddressCollector(Node);
        for (var message = 0; message < 100; message++)
        {
            collector.Add(Many(900, from: message * 900));
        }

        Assert.Equal(AddressCollector.Most, collector.Answer.Entries.Count);
    }

    [Fact(DisplayName = "Addresses of networks that nobody knows are left out")]
    public void Unknown_networks()
    {
        var collector = new AddressCollector(Node);
        collector.Add(WireArray.Create<AddressEntry>(
        [
            new AddressEntry(1, ServiceFlags.None, new NetworkEndpoint(new NetworkAddress((NetworkKind)99, new byte[40]), 1)), Entry("1.2.3.4:1"),
        ]));

        Assert.Equal(["1.2.3.4:1"], collector.Answer.Entries.Select(entry => entry.Endpoint.ToString()));
    }

    private static AddressEntry Entry(string endpoint) => new(5, ServiceFlags.Network, NetworkEndpoint.Parse(endpoint));

    private static WireArray<AddressEntry> Many(int count, int from = 0) => Enumerable.Range(from, count)
        .Select(index => Entry($"1.{index >> 16}.{(index >> 8) & 0xFF}.{index & 0xFF}:8333")).ToWireArray();
}
