using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Fuzz;

/// <summary>
/// Bytes through a whole peer, in virtual time and with the invariants of the simulations: one end for each connection, nothing unhandled,
/// memory within the limits, every deadline fires. A second, well-behaved peer stays connected and is answered all along.
/// Input: one byte of choices (see <see cref="Choices"/>), then steps (see <see cref="SessionStep"/>).
/// </summary>
internal sealed class PeerSession : FuzzTarget
{
    private const int Port = 18444;
    private const int MostSteps = 300;

    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(45);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(300);
    private static readonly IPAddress Stranger = new([10, 0, 1, 2]);

    // Small limits, so that short inputs meet them.
    private const string Settings =
        """
        peers {
          connection { read-window = 64KiB, write-limit = 128KiB, frame-size = 4KiB, max-message-size = 100000b }
          requests.max-outstanding = 100
          trickle.queue = 50
          stall { enabled = on, exempt = [] }
        }
        """;

    /// <summary>The bits of the first byte.</summary>
    [Flags]
    public enum Choices : byte
    {
        None = 0,

        /// <summary>The engine dials; else the remote does.</summary>
        Outbound = 1,

        /// <summary>The strictness of btcd; else Bitcoin Core's.</summary>
        Btcd = 2,

        /// <summary>The handshake is done before the first step.</summary>
        Ready = 4,

        /// <summary>The listener never says that it has consumed a message.</summary>
        Unconsumed = 8,

        /// <summary>The engine says by <c>reject</c> what is wrong.</summary>
        Reject = 16,

        /// <summary>The engine answers <c>getaddr</c>, and looks at each version itself.</summary>
        Hooks = 32,

        /// <summary>Stalls are borne by a pause.</summary>
        Pause = 64,
    }

    /// <summary>What our side can do.</summary>
    public enum Deed : byte
    {
        AskHeaders,
        AskBlock,
        AskAddresses,
        AnnounceTransaction,
        AnnounceBlock,
        Ping,
        SendAddresses,
        Statistics,
        Reject,
        Disconnect,
        Flood,
        Know,
    }

    public override string Name => "peer_session";

    public override IReadOnlyList<string> Instrumented => ["Peers.Wire.dll", "Peers.dll"];

    public override IEnumerable<byte[]> Words => MessageCatalog.Default
        .Select(type => new SessionWriter(Choices.None).Say(type.Command, []).ToArray()[1..^2]).Concat(WireWords.Counts);

    public override byte[] Sample => new SessionWriter(Choices.Ready).Say("ping", new byte[8]).Wait(1).ToArray();

    public override void Run(byte[] input)
    {
        var options = new ExplorationOptions { Seeds = 1, OnlySeed = 1, Faults = FaultProfile.None, ShrinkRuns = 0, TraceLines = 0 };
        if (Exploration.Find(options, run => Play(run, input)).Failure is { } failure)
        {
            throw new FindException($"{failure.Rule}: {failure.Detail} (after {failure.At} of virtual time)", failure.Exception);
        }
    }

    private static void Play(ExplorationRun run, byte[] input)
    {
        var reader = new SessionReader(input);
        var choices = (Choices)reader.Byte();
        var engine = run.Engine("10.0.0.1", Hocon(choices), settings => WithHooks(settings, choices));
        var listener = run.Simulation.Recorder();
        var consumption = choices.HasFlag(Choices.Unconsumed) ? Consumption.Explicit : Consumption.OnDelivery;
        var at = engine.Listen(Port, listener.Ref, consumption);
        var friend = run.Engine("10.0.2.1");
        friend.Dial(at);
        run.Advance(Beat);

        using var remote = Meet(run, engine, listener, at, choices, consumption);
        run.Advance(Beat);
        if (choices.HasFlag(Choices.Ready))
        {
            remote.Says(ScriptedPeer.Version(), VerAckMessage.Instance);
            run.Advance(Beat);
        }

        var end = run.Simulation.Elapsed + MostTime;
        for (var steps = 0; steps < MostSteps && !reader.IsAtEnd && run.Simulation.Elapsed < end; steps++)
        {
            Take(ref reader, run, engine, remote);
        }

        run.Advance(TimeSpan.FromSeconds(10));
        if (!friend.Events.Of<PeerReady>().Any() || friend.Stopped.Any())
        {
            throw new FindException($"the well-behaved peer is gone: {friend.Stopped.FirstOrDefault()?.Reason}");
        }
    }

    private static ScriptedPeer Meet(ExplorationRun run, SimulatedEngine engine, Recorder listener, IPEndPoint at, Choices choices, Consumption consumption)
    {
        if (!choices.HasFlag(Choices.Outbound))
        {
            return ScriptedPeer.Dial(run.Simulation, Stranger, at);
        }

        var remote = ScriptedPeer.Accept(run.Simulation, run.Simulation.Network.Listen(new IPEndPoint(Stranger, Port)));
        engine.Manager.Tell(new Connect(remote.Endpoint!, listener.Ref, consumption));
        _ = remote.Stream;
        return remote;
    }

    private static void Take(ref SessionReader reader, ExplorationRun run, SimulatedEngine engine, ScriptedPeer remote)
    {
        switch (reader.Step())
        {
            case SessionStep.Bytes:
                Say(remote, reader.Bytes());
                break;
            case SessionStep.Frame when WireWords.CommandAt(reader.Take(WireLimits.CommandBytes)) is { } command:
                Say(remote, remote.Encode(new UnknownMessage(command, reader.Bytes().ToArray())));
                break;
            case SessionStep.Wait:
                run.Advance(TimeSpan.FromMilliseconds(100 * reader.Number()));
                return;
            case SessionStep.Act:
                Act(engine, (Deed)(reader.Byte() % (byte)(Deed.Know + 1)));
                break;
            case SessionStep.Hang:
                remote.Hangs();
                break;
            case SessionStep.GoOn:
                remote.GoesOn();
                break;
            case SessionStep.Finish:
                remote.Leaves();
                break;
            case SessionStep.Reset:
                remote.Resets();
                break;
            default:
                break;
        }

        run.Advance(Beat);
    }

    private static void Say(ScriptedPeer remote, ReadOnlySpan<byte> bytes)
    {
        if (!remote.Stream.IsClosed)
        {
            remote.SaysBytes(bytes.ToArray());
        }
    }

    /// <summary>The engine's user does something with whoever connected last: with a peer that is gone by now, too.</summary>
    private static void Act(SimulatedEngine engine, Deed deed)
    {
        if (engine.Events.Of<PeerReady>().LastOrDefault(ready => ready.Remote.Endpoint.Address.Equals(Stranger)) is not { Peer: var peer })
        {
            return;
        }

        var hash = Hash256.OfDouble([(byte)deed]);
        PeerCommand[] commands = deed switch
        {
            Deed.AskHeaders => [new Request(new GetHeadersMessage([hash]), engine.Events.Ref)],
            Deed.AskBlock => [new Send(new GetDataMessage([InventoryVector.Block(hash)]), engine.Events.Ref)],
            Deed.AskAddresses => [new Request(GetAddrMessage.Instance, engine.Events.Ref)],
            Deed.AnnounceTransaction => [new Announce(Announcement.Of(InventoryVector.Transaction(hash)))],
            Deed.AnnounceBlock => [new Announce(Announcement.Of(InventoryVector.Block(hash)))],
            Deed.Ping => [PingNow.Instance],
            Deed.SendAddresses => [new SendAddresses([Entry])],
            Deed.Statistics => [new GetStats(engine.Events.Ref)],
            Deed.Reject => [new Reject("tx", RejectCode.Invalid, "no", hash)],
            Deed.Disconnect => [new Disconnect("enough")],
            Deed.Flood => [.. Enumerable.Range(0, 20).Select(_ => new Send(new UnknownMessage("bulk", new byte[8_000]), engine.Events.Ref))],
            _ => [new AddKnownInventory([InventoryVector.Transaction(hash)]), new UpdateLastBlock(7)],
        };
        foreach (var command in commands)
        {
            peer.Tell(command);
        }
    }

    private static AddressEntry Entry { get; } =
        new(1_767_225_600, ServiceFlags.Network, NetworkEndpoint.From(new IPEndPoint(new IPAddress([8, 8, 4, 4]), 8333)));

    private static PeerSettings WithHooks(PeerSettings settings, Choices choices) => !choices.HasFlag(Choices.Hooks) ? settings : settings with
    {
        Admit = (_, version) => version.StartHeight == 666 ? "no" : null,
        Addresses = _ => [Entry],
    };

    private static string Hocon(Choices choices) => string.Join('\n',
        Settings,
        $"peers.strictness = {(choices.HasFlag(Choices.Btcd) ? "btcd" : "core")}",
        $"peers.reject.enabled = {(choices.HasFlag(Choices.Reject) ? "on" : "off")}",
        $"peers.stall.action = {(choices.HasFlag(Choices.Pause) ? "pause" : "disconnect")}");
}
