using Peers.Wire;

namespace Peers.Fuzz.Tests;

/// <summary>A fuzzer is worth what its targets notice.</summary>
public sealed class JudgeTests
{
    [Fact(DisplayName = "An exception, too much memory and too much time are finds; a busy machine is none")]
    public void Finds_are_noticed()
    {
        Assert.Throws<InvalidOperationException>(() => Judge.Run(new Made(_ => throw new InvalidOperationException()), []));
        Assert.Contains("bytes and", Assert.Throws<FindException>(() => Judge.Run(new Made(_ => GC.KeepAlive(new byte[Expense.MostAllocated + 1])), [])).Message, StringComparison.Ordinal);
        Assert.Throws<FindException>(() => Judge.Run(new Made(_ => Thread.Sleep(Expense.MostTime + TimeSpan.FromMilliseconds(50))), []));

        var runs = 0;
        Judge.Run(new Made(_ => Thread.Sleep(runs++ == 0 ? Expense.MostTime + TimeSpan.FromMilliseconds(50) : TimeSpan.Zero)), []);
        Assert.Equal(2, runs);
    }

    [Fact(DisplayName = "The targets are five, and each has a name, a sample and a dictionary")]
    public void Targets_are_whole()
    {
        Assert.Equal(["decode_any", "v1_stream", "peer_session", "settings_file", "capture_file"], FuzzTarget.All.Select(target => target.Name));
        Assert.All(FuzzTarget.All, target => Assert.NotEmpty(target.Words));
        Assert.All(FuzzTarget.All, Judge.WarmUp);
        Assert.Null(FuzzTarget.Named("decode_all"));
    }

    [Fact(DisplayName = "A script of a session is read as it was written")]
    public void Scripts_are_read()
    {
        var bytes = new SessionWriter(PeerSession.Choices.Ready | PeerSession.Choices.Btcd)
            .Say([1, 2, 3]).Say("ping", [4]).Wait(2.5).Act(PeerSession.Deed.Ping).Do(SessionStep.Hang).ToArray();
        var reader = new SessionReader(bytes);
        Assert.Equal((byte)(PeerSession.Choices.Ready | PeerSession.Choices.Btcd), reader.Byte());
        Assert.Equal(SessionStep.Bytes, reader.Step());
        Assert.Equal([1, 2, 3], reader.Bytes().ToArray());
        Assert.Equal(SessionStep.Frame, reader.Step());
        Assert.Equal("ping", WireWords.CommandAt(reader.Take(WireLimits.CommandBytes)));
        Assert.Equal([4], reader.Bytes().ToArray());
        Assert.Equal(SessionStep.Wait, reader.Step());
        Assert.Equal(25, reader.Number());
        Assert.Equal(SessionStep.Act, reader.Step());
        Assert.Equal((byte)PeerSession.Deed.Ping, reader.Byte());
        Assert.Equal(SessionStep.Hang, reader.Step());
        Assert.True(reader.IsAtEnd);
        Assert.Equal(0, reader.Number());
    }

    private sealed class Made(Action<byte[]> run) : FuzzTarget
    {
        public override string Name => "made";

        public override byte[] Sample => [];

        public override void Run(byte[] input) => run(input);
    }
}
