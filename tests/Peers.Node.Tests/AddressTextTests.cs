using System.Text;
using CsCheck;
using Peers.Wire;

namespace Peers.Node.Tests;

public sealed class AddressTextTests
{
    private const string Onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
    private const string I2P = "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p";

    private static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly uint WeekAgo = (uint)(Now - TimeSpan.FromDays(7)).ToUnixTimeSeconds();
    private static readonly AddressEntry[] All =
    [
        Entry("1.2.3.4:8333", 9, 1_790_000_000), Entry("[2a01::1]:18333", 0x409, 1_790_000_001), Entry($"{Onion}:8333", 0xC49, 1_790_000_002), Entry($"{I2P}:0", 9, 1_790_000_003),
        Entry("[fc00::5]:8333", ulong.MaxValue, uint.MaxValue),
    ];

    [Fact(DisplayName = "What is written as lines or as JSON is read again: all networks, services and times")]
    public void Round_trip() => Gen.Select(
        Gen.OneOf(
            Gen.Byte.Array[4].Select(bytes => new NetworkAddress(NetworkKind.IPv4, bytes)),
            Gen.Byte.Array[32].Select(bytes => new NetworkAddress(NetworkKind.TorV3, bytes)),
            Gen.Byte.Array[32].Select(bytes => new NetworkAddress(NetworkKind.I2P, bytes)),
            Gen.Byte.Array[15].Select(bytes => new NetworkAddress(NetworkKind.Cjdns, [0xFC, .. bytes])),
            Gen.Byte.Array[15].Select(bytes => new NetworkAddress(NetworkKind.IPv6, [0x20, .. bytes]))),
        Gen.UShort[1, ushort.MaxValue], Gen.ULong, Gen.UInt,
        (address, port, services, time) => new AddressEntry(time, (ServiceFlags)services, new NetworkEndpoint(address, port))).Array[0, 30].Sample(entries =>
        {
            AssertRead(Lines(entries), entries);
            AssertRead(Json(entries), entries);
        });

    [Fact(DisplayName = "JSON is as getnodeaddresses gives it")]
    public void Json_of_Core()
    {
        Assert.Equal(
            """
            [
              {
                "time": 1790000000,
                "services": 9,
                "address": "1.2.3.4",
                "port": 8333,
                "network": "ipv4"
              }
            ]
            """.ReplaceLineEndings(), Json(All[..1]));
        Assert.Equal(["ipv4", "ipv6", "onion", "i2p", "cjdns"], System.Text.Json.JsonDocument.Parse(Json(All)).RootElement.EnumerateArray().Select(entry => entry.GetProperty("network").GetString()!));
        AssertRead(Json(All), All);
        AssertRead(Json(All).ReplaceLineEndings(""), All);
        AssertRead("\uFEFF\n  " + Json(All), All);
        AssertRead("[]", []);
        AssertRead("[ ]\n", []);
    }

    [Fact(DisplayName = "Lines may leave out services and time, have comments, and begin with the bracket of an IPv6 address")]
    public void Plain_lines()
    {
        AssertRead(
            """
            [2a01::1]:8333
            # a comment

              1.2.3.4:8333   1033
            1.2.3.5:8333 0x409 1790000000   # another
            1.2.3.6:8333 # without more
            """.ReplaceLineEndings("\r\n"),
            [
                Entry("[2a01::1]:8333", 9, WeekAgo), Entry("1.2.3.4:8333", 1033, WeekAgo), Entry("1.2.3.5:8333", 1033, 1_790_000_000), Entry("1.2.3.6:8333", 9, WeekAgo),
            ]);
        AssertRead("", []);
        AssertRead("\n\n \n", []);
        AssertRead("[", [], (1, "broken"));
    }

    [Fact(DisplayName = "A dump of bitcoin-seeder is read by its columns, whatever the user agents are")]
    public void Seeder_dump() => AssertRead(
        $"""
        # address                                        good  lastSuccess    %(2h)   %(8h)   %(1d)   %(7d)  %(30d)  blocks      svcs  version
        1.2.3.4:8333                                        1   1790000000  100.00% 100.00%  99.99%  98.00%  42.10%  912000  00000409  70016 "/Satoshi:28.1.0/"
        [2a01::1]:8333                                      0   1790000001    0.00%   0.00%   0.00%   0.00%   0.00%       0  0000000d  70015 "/a # b (c d)/ 1 2 3"
        {Onion}:8333     1   1790000002   93.83%  94.44%  94.44%  94.44%  94.44%  912000  00000c09  70016 ""
        1.2.3.5:8333                                        0            0    0.00%   0.00%   0.00%   0.00%   0.00%       0  00000000      0 ""
        1.2.3.6:8333                                        1   1790000000  100.00%
        1.2.3.7:8333                                        1   1790000000  100.00% 100.00%  99.99%  98.00%  42.10%  912000  0000040x  70016 "/Satoshi:28.1.0/"
        1.2.3.8                                             1   1790000000  100.00% 100.00%  99.99%  98.00%  42.10%  912000  00000409  70016 "/Satoshi:28.1.0/"
        1.2.3.9:8333                                        1   yesterday   100.00% 100.00%  99.99%  98.00%  42.10%  912000  00000409  70016 "/Satoshi:28.1.0/"
        """,
        [Entry("1.2.3.4:8333", 0x409, 1_790_000_000), Entry("[2a01::1]:8333", 13, 1_790_000_001), Entry($"{Onion}:8333", 0xC09, 1_790_000_002)],
        (5, "nobody was ever there"), (6, "4 columns"), (7, "no services"), (8, "no address"), (9, "no time"));

    [Theory(DisplayName = "A line that is wrong is a fault with its number and a reason, and the next is read")]
    [InlineData("1.2.3.4", "is no address with a port")]
    [InlineData("1.2.3.4:", "is no address with a port")]
    [InlineData("1.2.3.4:65536", "is no address with a port")]
    [InlineData("1.2.3:8333", "is no address with a port")]
    [InlineData("2a01::1:8333", "is no address with a port")]
    [InlineData("node.example:8333", "is no address with a port")]
    [InlineData("abcdefghijklmnop.onion:8333", "of a network that is gone")]
    [InlineData("unknown-9:0102:8333", "of a network that is gone, or of none")]
    [InlineData("1.2.3.4:0", "a port is needed")]
    [InlineData("1.2.3.4:8333 nine", "are no services")]
    [InlineData("1.2.3.4:8333 -9", "are no services")]
    [InlineData("1.2.3.4:8333 0x", "are no services")]
    [InlineData("1.2.3.4:8333 99999999999999999999", "are no services")]
    [InlineData("1.2.3.4:8333 9 2026-11-01", "is no time")]
    [InlineData("1.2.3.4:8333 9 4294967296", "is no time")]
    [InlineData("1.2.3.4:8333 9 1 1", "4 words")]
    [InlineData("\u0001\u001b[31m:1", "'??[31m:1'")]
    public void Faults(string line, string reason) => AssertRead($"# first\n{line}\n5.6.7.8:8333 9 1790000000\n", [Entry("5.6.7.8:8333", 9, 1_790_000_000)], (2, reason));

    [Theory(DisplayName = "An entry of JSON that is wrong is a fault with its line, and the next is read")]
    [InlineData("7", "no object")]
    [InlineData("null", "no object")]
    [InlineData("[{}]", "no object")]
    [InlineData("{}", "its address")]
    [InlineData("""{"address": 5, "port": 8333}""", "its address")]
    [InlineData("""{"address": "1.2.3.4"}""", "its port")]
    [InlineData("""{"address": "1.2.3.4", "port": 65536}""", "its port")]
    [InlineData("""{"address": "1.2.3.4", "port": "8333"}""", "its port")]
    [InlineData("""{"address": "1.2.3.4", "port": 0}""", "a port is needed")]
    [InlineData("""{"address": "1.2.3.4", "port": 8333, "services": -1}""", "its services")]
    [InlineData("""{"address": "1.2.3.4", "port": 8333, "time": 1e99}""", "its time")]
    public void Faults_of_JSON(string entry, string reason) =>
        AssertRead($"[\n\n{entry},\n{{\"address\": \"5.6.7.8\", \"port\": 8333, \"services\": 9, \"time\": 1790000000}}]", [Entry("5.6.7.8:8333", 9, 1_790_000_000)], (3, reason));

    [Fact(DisplayName = "JSON that is cut off or broken gives what stands before")]
    public void Broken_JSON()
    {
        var whole = Json(All);
        for (var length = 1; length < whole.TrimEnd().Length; length++)
        {
            var import = Read(whole[..length]);
            Assert.Equal(All[..import.Addresses.Length], import.Addresses);
            Assert.Equal(1, import.FaultCount);
        }

        AssertRead("[\n{\"address\": \"1.2.3.4\", \"port\": 8333, \"services\": 9, \"time\": 5},\n\n{\"address\": \n oops", [Entry("1.2.3.4:8333", 9, 5)], (5, "broken"));
        AssertRead("[]\n[]", [], (2, "broken"));
        AssertRead("[ {\"address\": \"\\ud800\", \"port\": 1} ]", [], (1, "broken"));
        AssertRead("[" + new string('[', 10_000), [], (1, "broken"));
    }

    [Fact(DisplayName = "A line of any length costs no memory and one fault, and of many faults ten are told")]
    public void Bounded()
    {
        using var endless = new EndlessLine(length: 50_000_000, then: "\n1.2.3.4:8333 9 5\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var import = AddressText.Read(endless, Now);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Equal(Entry("1.2.3.4:8333", 9, 5), Assert.Single(import.Addresses));
        Assert.Equal("line 1: more than 1024 characters", Assert.Single(import.Faults).ToString());

        import = Read(string.Concat(Enumerable.Repeat("nonsense\n", 5_000)));
        Assert.Equal((5_000, 10), (import.FaultCount, import.Faults.Length));
        AssertRead("1.2.3.4:8333 9 5 #" + new string('x', 1_024 - 18), [Entry("1.2.3.4:8333", 9, 5)]);
        AssertRead("1.2.3.4:8333 9 5 #" + new string('x', 1_024 - 17), [], (1, "more than 1024"));
    }

    [Fact(DisplayName = "Nothing in a text makes reading throw")]
    public void Garbage() => Gen.OneOf(
        Gen.String, Gen.Char["[]{}\":,.#%x019afAF \n\r\t\u00e9\ud800"].Array[0, 200].Select(letters => new string(letters)),
        Gen.Select(Gen.Int[0, 2_000], Gen.Char).Array[1, 5].Select(changes =>
        {
            var text = new StringBuilder(Json(All) + Lines(All));
            Array.ForEach(changes, change => text[change.Item1 % text.Length] = change.Item2);
            return text.ToString();
        })).Sample(text =>
        {
            var import = Read(text);
            Assert.Equal(Math.Min(10, import.FaultCount), import.Faults.Length);
            Assert.All(import.Faults, fault => Assert.DoesNotContain(fault.Reason, char.IsControl));
        });

    private static void AssertRead(string text, AddressEntry[] entries, params (long Line, string Reason)[] faults)
    {
        var import = Read(text);
        Assert.Equal(entries, import.Addresses);
        Assert.Equal(faults.Length, import.FaultCount);
        Assert.Equal(faults.Select(fault => fault.Line), import.Faults.Select(fault => fault.Line));
        Assert.All(faults.Zip(import.Faults), pair => Assert.Contains(pair.First.Reason, pair.Second.Reason, StringComparison.Ordinal));
    }

    private static AddressImport Read(string text) => AddressText.Read(new StringReader(text), Now);

    private static string Lines(AddressEntry[] entries)
    {
        var text = new StringWriter();
        AddressText.Write(text, entries);
        return text.ToString();
    }

    private static string Json(AddressEntry[] entries)
    {
        var stream = new MemoryStream();
        AddressText.WriteJson(stream, entries);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static AddressEntry Entry(string endpoint, ulong services, uint time) => new(time, (ServiceFlags)services, NetworkEndpoint.Parse(endpoint));

    private sealed class EndlessLine(int length, string then) : TextReader
    {
        private int _at;

        public override int Peek() => _at < length ? 'x' : _at - length < then.Length ? then[_at - length] : -1;

        public override int Read()
        {
            var next = Peek();
            _at++;
            return next;
        }
    }
}
