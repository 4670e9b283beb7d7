using System.Net;
using System.Text;
using CsCheck;

namespace Peers.Tests.Core;

public sealed class SocksHandshakeTests
{
    private static readonly DnsEndPoint Target = new("node.example", 8333);
    private static readonly byte[] Request = [5, 1, 0, 3, 12, .. "node.example"u8, 0x20, 0x8D];
    private static readonly byte[] Behind = [0xF9, 0xBE, 0xB4, 0xD9, 5, 0];

    [Fact(DisplayName = "A name goes to the proxy as a name, addresses as addresses")]
    public void Requests()
    {
        Assert.Equal(Request, Run(new SocksHandshake(Target, null), [5, 0]).Said.Last());
        Assert.Equal([5, 1, 0, 1, 1, 2, 3, 4, 0x20, 0x8D], Run(new SocksHandshake(IPEndPoint.Parse("1.2.3.4:8333"), null), [5, 0]).Said.Last());
        Assert.Equal([5, 1, 0, 1, 1, 2, 3, 4, 0x20, 0x8D], Run(new SocksHandshake(IPEndPoint.Parse("[::ffff:1.2.3.4]:8333"), null), [5, 0]).Said.Last());
        Assert.Equal(
            [5, 1, 0, 4, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1], Run(new SocksHandshake(IPEndPoint.Parse("[2001:db8::1]:1"), null), [5, 0]).Said.Last());
        Assert.Throws<ArgumentException>(() => new SocksHandshake(new DnsEndPoint(new string('a', 256), 1), null));
        Assert.Throws<ArgumentException>(() => new SocksHandshake(new DnsEndPoint("nöde", 1), null));
    }

    [Fact(DisplayName = "A user name is offered and given where the proxy wants it, and only then")]
    public void Logins()
    {
        Assert.Equal([5, 1, 0], new SocksHandshake(Target, null).Greeting);
        Assert.Equal([5, 2, 0, 2], new SocksHandshake(Target, "me").Greeting);
        Assert.Equal([[1, 2, (byte)'m', (byte)'e', 1, (byte)'x'], Request], Run(new SocksHandshake(Target, "me"), [5, 2, 1, 0]).Said);
        Assert.Equal([Request], Run(new SocksHandshake(Target, "me"), [5, 0]).Said);
        Assert.Equal(new SocksStep.Refused(null, "it wants an authentication that we do not have"), Run(new SocksHandshake(Target, null), [5, 2]).End);
        Assert.Equal(new SocksStep.Refused(null, "it wants an authentication that we do not have"), Run(new SocksHandshake(Target, "me"), [5, 0xFF]).End);
        Assert.Equal(new SocksStep.Refused(null, "it refuses our user name"), Run(new SocksHandshake(Target, "me"), [5, 2, 1, 1]).End);
    }

    [Fact(DisplayName = "Each code that is not 0 refuses, with its words, before anything behind it is read")]
    public void Codes()
    {
        for (var code = 1; code <= byte.MaxValue; code++)
        {
            var (_, end, taken) = Run(new SocksHandshake(Target, null), [5, 0, 5, (byte)code, 9, 9, 9]);
            Assert.Equal((new SocksStep.Refused(code, SocksHandshake.Explain(code)), 4), (Assert.IsType<SocksStep.Refused>(end), taken));
        }

        Assert.Equal(17, Enumerable.Range(1, 255).Select(SocksHandshake.Explain).Count(words => !words.StartsWith("reply", StringComparison.Ordinal)) + 1);
    }

    [Fact(DisplayName = "Whatever address a reply names, what comes behind it is left alone, and of a reply cut short more is awaited, at each length and in any parts")]
    public void Splits()
    {
        byte[][] addresses = [[1, 0, 0, 0, 0], [4, .. new byte[16]], [3, 0], [3, 5, .. "a.b.c"u8], [3, 255, .. Encoding.ASCII.GetBytes(new string('x', 255))]];
        foreach (var user in new[] { null, "me" })
        {
            foreach (var address in addresses)
            {
                byte[] talk = [5, (byte)(user is null ? 0 : 2), .. user is null ? Array.Empty<byte>() : [1, 0], 5, 0, 0, .. address, 1, 2];
                var whole = Run(new SocksHandshake(Target, user), [.. talk, .. Behind]);
                Assert.Equal((SocksStep.Done.Instance, talk.Length), (whole.End, whole.Taken));
                for (var length = 0; length < talk.Length; length++)
                {
                    Assert.Equal((SocksStep.Wait.Instance, length), Short(Run(new SocksHandshake(Target, user), talk[..length])));
                    var parts = Run(new SocksHandshake(Target, user), talk[..length], [.. talk[length..], .. Behind]);
                    Assert.Equal((SocksStep.Done.Instance, talk.Length), Short(parts));
                    Assert.Equal(whole.Said, parts.Said);
                }

                Assert.Equal((SocksStep.Done.Instance, talk.Length), Short(Run(new SocksHandshake(Target, user), [.. talk.Select(one => new[] { one })])));
            }
        }
    }

    [Fact(DisplayName = "Each bit of a proxy's words turned round: it waits, refuses or is done, and has taken no more than 262 bytes of a reply")]
    public void Flips()
    {
        byte[] talk = [5, 2, 1, 0, 5, 0, 0, 3, 5, .. "a.b.c"u8, 1, 2, .. Behind];
        for (var bit = 0; bit < talk.Length * 8; bit++)
        {
            var flipped = talk.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var (said, end, taken) = Run(new SocksHandshake(Target, "me"), flipped);
            Assert.True(end is SocksStep.Wait or SocksStep.Refused or SocksStep.Done, $"{bit}: {end}");
            Assert.True(said.Count <= 2 && taken <= talk.Length, $"{bit}");
        }
    }

    [Fact(DisplayName = "Random bytes of a proxy end in one of the four ways, and never in an exception")]
    public void Garbage() =>
        Gen.Select(Gen.Byte.Array[0, 600], Gen.Bool).Sample((bytes, named) =>
        {
            var (said, end, taken) = Run(new SocksHandshake(Target, named ? "me" : null), bytes);
            return said.Count <= 2 && taken <= 4 + 262 && (end is SocksStep.Refused or SocksStep.Done || taken == bytes.Length);
        });

    [Fact(DisplayName = "What comes when it is over is not taken")]
    public void Over()
    {
        var socks = new SocksHandshake(Target, null);
        Run(socks, [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(SocksStep.Wait.Instance, socks.Take([1, 2, 3], out var taken));
        Assert.Equal(0, taken);
    }

    private static (SocksStep End, int Taken) Short((List<byte[]> Said, SocksStep End, int Taken) run) => (run.End, run.Taken);

    private static (List<byte[]> Said, SocksStep End, int Taken) Run(SocksHandshake socks, params byte[][] parts)
    {
        List<byte[]> said = [];
        SocksStep step = SocksStep.Wait.Instance;
        var all = 0;
        foreach (var part in parts)
        {
            for (var from = 0; ;)
            {
                step = socks.Take(part.AsSpan(from), out var taken);
                (from, all) = (from + taken, all + taken);
                if (step is not SocksStep.Say say)
                {
                    break;
                }

                said.Add(say.Bytes);
            }
        }

        return (said, step, all);
    }
}
