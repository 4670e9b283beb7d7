using System.Net;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>A remote that is no engine and keeps to little: it says by the clock what its seed tells it to, and never listens.</summary>
internal sealed class RudeRemote
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(700);

    private readonly ExplorationRun _run;
    private readonly ChaosLedger _ledger;
    private readonly Random _random;
    private readonly MessageCodec _codec = MessageCodec.For(BitcoinNetwork.Regtest);
    private readonly List<byte> _taken = [];
    private readonly RawPeer _stream;
    private int _beats;
    private bool _left;

    private RudeRemote(ExplorationRun run, ChaosLedger ledger, Random random, RawPeer stream)
    {
        _run = run;
        _ledger = ledger;
        _random = random;
        _stream = stream;
        Manner = (RudeManner)random.Next(Enum.GetValues<RudeManner>().Length);
        run.Simulation.Trace.Write($"rude {Manner} {stream.Local}");
        Next();
    }

    private RudeManner Manner { get; }

    public static void Dial(ExplorationRun run, ChaosLedger ledger, Random random, IPAddress from, IPEndPoint to) =>
        _ = new RudeRemote(run, ledger, random, run.Simulation.Network.Dial(from, to));

    /// <summary>Whoever dials meets somebody rude.</summary>
    public static void Accept(ExplorationRun run, ChaosLedger ledger, Random random, RawListener listener, int known = 0)
    {
        for (; known < listener.Accepted.Count; known++)
            _ = new RudeRemote(run, ledger, random, listener.Accepted[known]);
        run.After(TimeSpan.FromMilliseconds(300), () => Accept(run, ledger, random, listener, known));
    }

    private void Next() => _run.After(Beat, () =>
    {
        if (_stream.IsClosed || _left)
            return;
        if (_stream.IsConnected)
            Act(_beats++);
        if (_beats < 100)
            Next();
    });

    private void Act(int beat)
    {
        switch (Manner, beat)
        {
            case (RudeManner.Silent, _):
                break;
            case (RudeManner.Garbage, 1):
                var garbage = new byte[200];
                _random.NextBytes(garbage);
                _stream.Send(garbage);
                break;
            case (RudeManner.Garbage, _):
                break;
            case (_, 0):
                Says(Version(0));
                break;
            case (RudeManner.Unfinished, _):
                Says(new UnknownMessage("drip", new byte[] { (byte)beat }));
                break;
            case (RudeManner.TwoVersions, 1):
                Says(Version(1));
                break;
            case (RudeManner.Reader, 1):
                Says(VerAckMessage.Instance);
                _stream.PauseReading();
                break;
            case (_, 1):
                // In one write: the engine takes it in one read, or in any parts.
                Says(VerAckMessage.Instance, new PingMessage(7), Known(), new FeeFilterMessage(1000), GetHeaders(), new PingMessage(8));
                break;
            case (RudeManner.TwoVersions, 2):
                Says(VerAckMessage.Instance, Known());
                break;
            case (RudeManner.Repeating, _) when beat % 3 == 0:
                Says(Version(beat), VerAckMessage.Instance, new PongMessage(99), new PingMessage((ulong)beat));
                break;
            case (RudeManner.WrongPongs, _):
                foreach (var ping in Pings())
                    Says(new PongMessage(ping + 1));
                break;
            case (RudeManner.Leaving, > 5) when _random.Next(4) == 0:
                Leave();
                break;
            case (RudeManner.Telling or RudeManner.Leaving, _) when beat % 2 == 0:
                Says(Known(), new PingMessage(1), new PingMessage(2), new PingMessage(3));
                break;
        }
    }

    private void Leave()
    {
        _left = true;
        if (_random.Next(2) == 0)
            _stream.Reset();
        else
            _stream.CloseWrite();
    }

    private void Says(params Message[] messages) => _stream.Send([.. messages.SelectMany(_codec.Encode)]);

    private static VersionMessage Version(int number) =>
        ScriptedPeer.Version((ulong)(1 + number)) with { UserAgent = $"/rude:{number}/", StartHeight = number };

    private static GetHeadersMessage GetHeaders() => new(new Hash256[] { News.Hash(-1) }.ToWireArray());

    /// <summary>Tells of what the nodes know, too, and are about to announce.</summary>
    private InvMessage Known() => _ledger.Transactions.Count == 0
        ? News.Inv(InventoryVector.Transaction(News.Hash(1)))
        : News.Inv([.. _ledger.Transactions.TakeLast(1 + _random.Next(5)).Select(News.ByTxId)]);

    private IEnumerable<ulong> Pings()
    {
        _taken.AddRange(_stream.Take());
        using var codec = MessageCodec.For(BitcoinNetwork.Regtest);
        codec.Append(_taken.ToArray());
        var read = 0;
        List<ulong> pings = [];
        while (codec.TryRead(out var decoded))
        {
            read += decoded.Length;
            if (decoded.Message is PingMessage ping)
                pings.Add(ping.Nonce);
        }

        _taken.RemoveRange(0, read);
        return pings;
    }
}

/// <summary>How a remote is rude.</summary>
internal enum RudeManner
{
    Silent,
    Garbage,
    Unfinished,
    TwoVersions,
    Telling,
    Repeating,
    WrongPongs,
    Reader,
    Leaving,
}
