using Akka.Actor;
using Akka.IO;

namespace Peers.Simulations.Kit;

/// <summary>
/// What the connection actor relies on in a socket behind Akka.IO's Tcp protocol, however it came to be: tried against Akka.IO itself, against the
/// simulated network, and against streams that are adopted.
/// </summary>
public abstract class SocketContract : IDisposable
{
    /// <summary>Bytes of one read at most.</summary>
    private protected abstract int FrameSize { get; }

    /// <summary>What the remote sees of an end that is not orderly.</summary>
    private protected virtual TcpEnd EndOfAbort => TcpEnd.Reset;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    [Fact(DisplayName = "In pull mode each ResumeReading is answered by one Received, and nothing comes unasked")]
    public async Task Pull_mode()
    {
        var (connection, handler, remote) = await Open(pullMode: true);
        remote.Send([1, 2, 3]);

        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes([9]), Ack.Instance));
        await handler.Expect<Ack>();
        Assert.Equal([9], await remote.Read(1));
        Assert.Equal(0, handler.Waiting);

        var received = new List<byte>();
        while (received.Count < 3)
        {
            handler.Tell(connection, Tcp.ResumeReading.Instance);
            received.AddRange((await handler.Expect<Tcp.Received>()).Data.ToArray());
        }

        Assert.Equal([1, 2, 3], received);
        Assert.Equal(0, handler.Waiting);
    }

    [Fact(DisplayName = "ResumeReading before Register is lost")]
    public async Task ResumeReading_before_Register_is_lost()
    {
        var (connection, handler, remote) = await Accept(pullMode: true);
        handler.Tell(connection, Tcp.ResumeReading.Instance);
        handler.Tell(connection, new Tcp.Register(handler.Ref));
        remote.Send([1]);

        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes([9]), Ack.Instance));
        await handler.Expect<Ack>();
        await remote.Read(1);
        Assert.Equal(0, handler.Waiting);

        handler.Tell(connection, Tcp.ResumeReading.Instance);
        Assert.Equal([1], (await handler.Expect<Tcp.Received>()).Data.ToArray());
    }

    [Fact(DisplayName = "A megabyte arrives in order, exactly once, in parts no larger than a frame")]
    public async Task Bulk_in()
    {
        var (connection, handler, remote) = await Open(pullMode: true);
        var bytes = Bytes(1_000_000);
        remote.Send(bytes);

        var received = new List<byte>();
        while (received.Count < bytes.Length)
        {
            handler.Tell(connection, Tcp.ResumeReading.Instance);
            var part = (await handler.Expect<Tcp.Received>()).Data.ToArray();
            Assert.InRange(part.Length, 1, FrameSize);
            received.AddRange(part);
        }

        AssertSame(bytes, received.ToArray());
    }

    [Fact(DisplayName = "Writes leave in order; those that ask for it are acknowledged in order; the empty one may be early")]
    public async Task Writes_and_acks()
    {
        var (connection, handler, remote) = await Open(pullMode: true);

        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes(Bytes(10_000)), new Numbered(1)));
        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes([7])));
        handler.Tell(connection, Tcp.WriteCommand.Create(
            Tcp.Write.Create(ByteString.FromBytes([8]), new Numbered(2)),
            Tcp.Write.Create(ByteString.FromBytes([9]), new Numbered(3))));
        handler.Tell(connection, Tcp.Write.Create(ByteString.Empty, new Numbered(4)));

        var acks = new List<int>();
        for (var number = 1; number <= 4; number++)
            acks.Add((await handler.Expect<Numbered>()).Number);
        Assert.Contains(4, acks);
        Assert.Equal([1, 2, 3], acks.Where(number => number != 4));
        Assert.Equal([.. Bytes(10_000), 7, 8, 9], await remote.Read(10_003));
    }

    [Fact(DisplayName = "Writes before Register are kept until then")]
    public async Task Writes_before_Register()
    {
        var (connection, handler, remote) = await Accept(pullMode: true);

        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes([1, 2]), Ack.Instance));
        handler.Tell(connection, new Tcp.Register(handler.Ref));

        await handler.Expect<Ack>();
        Assert.Equal([1, 2], await remote.Read(2));
    }

    [Fact(DisplayName = "A remote that does not read holds back the acknowledgements, and gets every byte when it reads")]
    public async Task Back_pressure()
    {
        const int Writes = 32;
        const int Size = 1_000_000;
        var (connection, handler, remote) = await Open(pullMode: true);

        for (var number = 0; number < Writes; number++)
            handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes(Bytes(Size)), new Numbered(number)));
        Assert.InRange(handler.Waiting, 0, Writes - 1);

        for (var number = 0; number < Writes; number++)
            AssertSame(Bytes(Size), await remote.Read(Size));
        for (var number = 0; number < Writes; number++)
            Assert.Equal(number, (await handler.Expect<Numbered>()).Number);
    }

    [Fact(DisplayName = "A remote that finishes closes the connection: PeerClosed, and the remote sees the end")]
    public async Task Remote_finishes()
    {
        var (connection, handler, remote) = await Open(pullMode: true);
        await handler.Watch(connection);

        remote.Finish();
        handler.Tell(connection, Tcp.ResumeReading.Instance);

        await handler.Expect<Tcp.PeerClosed>();
        await handler.Expect<Terminated>();
        Assert.Equal(TcpEnd.Finished, await remote.End());
    }

    [Fact(DisplayName = "In pull mode the end of the remote's stream is not seen before it is asked for")]
    public async Task Remote_finishes_unasked()
    {
        var (connection, handler, remote) = await Open(pullMode: true);

        remote.Send([5]);
        remote.Finish();
        handler.Tell(connection, Tcp.ResumeReading.Instance);
        await handler.Expect<Tcp.Received>();
        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes([9]), Ack.Instance));
        await handler.Expect<Ack>();
        await remote.Read(1);
        Assert.Equal(0, handler.Waiting);

        handler.Tell(connection, Tcp.ResumeReading.Instance);
        await handler.Expect<Tcp.PeerClosed>();
    }

    [Fact(DisplayName = "Close sends what was written before, and tells its sender and the handler")]
    public async Task Close_flushes()
    {
        var (connection, handler, remote) = await Open(pullMode: true);
        var closer = Probe();

        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes(Bytes(100_000)), Ack.Instance));
        await handler.Expect<Ack>();
        closer.Tell(connection, Tcp.Close.Instance);

        await handler.Expect<Tcp.Closed>();
        await closer.Expect<Tcp.Closed>();
        Assert.Equal(Bytes(100_000), await remote.Read(100_000));
        Assert.Equal(TcpEnd.Finished, await remote.End());
    }

    [Fact(DisplayName = "Close behind writes that are not sent yet waits for them")]
    public async Task Close_waits_for_writes()
    {
        var (connection, handler, remote) = await Open(pullMode: true);

        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes(Bytes(20_000_000)), Ack.Instance));
        handler.Tell(connection, Tcp.Close.Instance);

        AssertSame(Bytes(20_000_000), await remote.Read(20_000_000));
        await handler.Expect<Ack>();
        await handler.Expect<Tcp.Closed>();
        Assert.Equal(TcpEnd.Finished, await remote.End());
    }

    [Fact(DisplayName = "Abort ends the connection at once and tells its sender and the handler")]
    public async Task Abort()
    {
        var (connection, handler, remote) = await Open(pullMode: true);
        var closer = Probe();

        closer.Tell(connection, Tcp.Abort.Instance);

        await handler.Expect<Tcp.Aborted>();
        await closer.Expect<Tcp.Aborted>();
        Assert.Equal(EndOfAbort, await remote.End());
    }

    [Fact(DisplayName = "A reset by the remote is ErrorClosed with a cause")]
    public async Task Remote_resets()
    {
        var (connection, handler, remote) = await Open(pullMode: true);
        handler.Tell(connection, Tcp.ResumeReading.Instance);

        remote.Reset();

        var closed = await handler.Expect<Tcp.ErrorClosed>();
        Assert.Equal("Connection reset by peer", closed.Cause);
    }

    [Fact(DisplayName = "The end of a handler ends its connection")]
    public async Task Handler_dies()
    {
        var (connection, acceptor, remote) = await Accept(pullMode: true);
        var handler = Probe();
        acceptor.Tell(connection, new Tcp.Register(handler.Ref));
        handler.Tell(connection, Tcp.Write.Create(ByteString.FromBytes([1]), Ack.Instance));
        await handler.Expect<Ack>();

        await handler.Stop();

        Assert.Equal(EndOfAbort, await remote.End());
    }

    private protected abstract ITcpProbe Probe();

    /// <summary>A socket that nobody has registered for.</summary>
    private protected abstract Task<(IActorRef Connection, ITcpProbe Handler, ITcpRemote Remote)> Accept(bool pullMode);

    private protected async Task<(IActorRef Connection, ITcpProbe Handler, ITcpRemote Remote)> Open(bool pullMode)
    {
        var (connection, handler, remote) = await Accept(pullMode);
        handler.Tell(connection, new Tcp.Register(handler.Ref));
        return (connection, handler, remote);
    }

    // Assert.Equal compares millions of bytes one boxed byte at a time.
    private protected static void AssertSame(byte[] expected, byte[] actual) => Assert.True(expected.AsSpan().SequenceEqual(actual));

    private protected static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private protected sealed class Ack : Tcp.Event
    {
        public static readonly Ack Instance = new();
    }

    private protected sealed class Numbered(int number) : Tcp.Event
    {
        public int Number => number;
    }
}
