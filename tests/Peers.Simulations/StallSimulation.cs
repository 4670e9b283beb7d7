using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>Remotes that owe answers: who is dropped, who is only reported, and who is left alone.</summary>
public sealed class StallSimulation : EngineSimulation
{
    private const string On = "peers.stall.enabled = on";
    private static readonly Hash256 Hash = Hash256.OfDouble([1]);
    private static readonly GetDataMessage AskForBlock = new([InventoryVector.Block(Hash)]);

    [Fact(DisplayName = "A remote that keeps talking but withholds a block is dropped after 30 s")]
    public void Withheld_block()
    {
        var engine = Start(On);
        var (remote, peer, _) = Connected(engine);
        peer.Peer.Tell(new Send(AskForBlock));
        remote.Expects<GetDataMessage>();
        var asked = Simulation.Elapsed;
        for (var i = 0; i < 29; i++)
        {
            Simulation.Advance(TimeSpan.FromSeconds(1));
            remote.Says(new InvMessage([InventoryVector.Block(Hash)]), new PingMessage((ulong)i));
        }

        Assert.Empty(engine.Stopped);
        Assert.Equal(new DisconnectReason.Stalled("getdata", TimeSpan.FromSeconds(30)), StoppedOnce(engine).Reason);
        Assert.InRange((Simulation.Elapsed - asked).TotalSeconds, 29.9, 30.2);
    }

    [Theory(DisplayName = "Each request has its time; an answer to another does not save the remote")]
    [MemberData(nameof(Requests))]
    public void Unanswered_requests(string command, int seconds)
    {
        var engine = Start(On);
        var (remote, peer, _) = Connected(engine);
        peer.Peer.Tell(new Send(Questions[command]));
        Simulation.Advance(TimeSpan.FromSeconds(seconds - 1));
        remote.Says(Unrelated);
        Assert.Empty(engine.Stopped);
        Assert.Equal(new DisconnectReason.Stalled(command, TimeSpan.FromSeconds(seconds)), StoppedOnce(engine, TimeSpan.FromSeconds(2)).Reason);
    }

    [Theory(DisplayName = "An empty answer is one: it ends the watch")]
    [InlineData("getdata")]
    [InlineData("getheaders")]
    public void Empty_answers(string command)
    {
        var engine = Start(On + Quiet);
        var (remote, peer, _) = Connected(engine);
        peer.Peer.Tell(new Send(Questions[command]));
        Simulation.Advance(TimeSpan.FromSeconds(20));
        remote.Says(command == "getdata" ? new NotFoundMessage(AskForBlock.Items) : new HeadersMessage([]));
        Simulation.Advance(TimeSpan.FromHours(1));
        Assert.Empty(engine.Stopped);
        Assert.Equal(0, engine.Stats(peer.Peer).Requests.Outstanding);
        Assert.Null(Simulation.Scheduler.NextDue);
    }

    [Theory(DisplayName = "What a remote may leave unanswered is reported, and fatal only when so configured")]
    [InlineData("mempool")]
    [InlineData("getblocks")]
    [InlineData("getaddr")]
    public void Reported_only(string command)
    {
        var engine = Start(On);
        var (_, peer, _) = Connected(engine);
        peer.Peer.Tell(new Send(Questions[command]));
        Simulation.Advance(TimeSpan.FromSeconds(31));
        var stalled = Assert.Single(engine.Events.Of<PeerStalled>());
        Assert.Equal(new PeerStalled(peer.Id, command, TimeSpan.FromSeconds(30), TimeSpan.Zero), stalled);
        Assert.Empty(engine.Stopped);

        var strict = new SimulatedEngine(Simulation, Simulation.Network.Host("10.0.0.9"), On + "\npeers.stall.report-only = []");
        strict.Listen();
        var remote = Dialling(strict, from: "10.0.0.8");
        remote.Handshakes();
        Simulation.Until(() => strict.Events.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        strict.Events.Of<PeerReady>().Single().Peer.Tell(new Send(Questions[command]));
        Assert.Equal(new DisconnectReason.Stalled(command, TimeSpan.FromSeconds(30)), StoppedOnce(strict, TimeSpan.FromSeconds(31)).Reason);
    }

    [Fact(DisplayName = "One reply does not clear many requests")]
    public void One_reply_clears_one()
    {
        var engine = Start(On);
        var (remote, peer, _) = Connected(engine);
        peer.Peer.Tell(new Send(new GetDataMessage([InventoryVector.Transaction(Hash)])));
        peer.Peer.Tell(new Send(AskForBlock));
        Simulation.Advance(TimeSpan.FromSeconds(25));
        remote.Says(new NotFoundMessage([InventoryVector.Transaction(Hash)]));
        Simulation.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(engine.Stopped); // The first answer gave time to the second request.
        Assert.IsType<DisconnectReason.Stalled>(StoppedOnce(engine, TimeSpan.FromSeconds(2)).Reason);
    }

    [Theory(DisplayName = "Off is never armed: for the engine, for one connection, and by itself on regtest")]
    [InlineData("peers.stall.enabled = off", null)]
    [InlineData("peers.stall.enabled = auto", null)]
    [InlineData("peers.stall.enabled = on", false)]
    public void Off_is_never_armed(string hocon, bool? option)
    {
        var engine = Start(hocon + Quiet);
        var (remote, peer) = ConnectedWith(engine, PeerOptions.Default with { StallDetection = option });
        foreach (var question in Questions.Values)
        {
            peer.Peer.Tell(new Send(question));
        }

        Simulation.Until(() => remote.Heard.OfType<GetDataMessage>().Any(), TimeSpan.FromSeconds(5));
        Simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(Simulation.Scheduler.NextDue); // No timer anywhere.
        Simulation.Advance(TimeSpan.FromDays(1));
        Assert.Empty(engine.Stopped);
        Assert.Empty(engine.Events.Of<PeerStalled>());
        Assert.Equal(0, engine.Stats(peer.Peer).Requests.Outstanding);
    }

    [Fact(DisplayName = "One connection may be watched where its engine watches none")]
    public void On_for_one_connection()
    {
        var engine = Start("peers.stall.enabled = off");
        var (_, peer) = ConnectedWith(engine, PeerOptions.Default with { StallDetection = true });
        peer.Peer.Tell(new Send(AskForBlock));
        Assert.IsType<DisconnectReason.Stalled>(StoppedOnce(engine, TimeSpan.FromSeconds(31)).Reason);
    }

    [Theory(DisplayName = "The action is configured, and those a person chose and local ones are exempt from it")]
    [InlineData("", false, false, "stopped")]
    [InlineData("peers.stall.action = report", false, false, "reported")]
    [InlineData("peers.stall.action = pause", false, false, "paused")]
    [InlineData("", true, false, "reported")]
    [InlineData("", false, true, "reported")]
    [InlineData("peers.stall.exempt = [local]", true, false, "stopped")]
    [InlineData("peers.stall.exempt = [manual]", false, true, "stopped")]
    [InlineData("peers.stall.exempt = []", true, true, "stopped")]
    public void Actions(string hocon, bool manual, bool local, string outcome)
    {
        Simulation.Network.Host(System.Net.IPAddress.Parse("10.0.0.1"), System.Net.IPAddress.Loopback);
        var engine = Start($"{On}\n{hocon}");
        var (_, peer) = ConnectedWith(engine, PeerOptions.Default with { Manual = manual }, local ? "127.0.0.1" : "10.0.0.2");
        peer.Peer.Tell(new Send(AskForBlock));
        Simulation.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(outcome == "stopped" ? 1 : 0, engine.Stopped.Count());
        Assert.Equal(
            outcome == "stopped" ? [] : [outcome == "paused" ? TimeSpan.FromMinutes(1) : TimeSpan.Zero],
            engine.Events.Of<PeerStalled>().Select(stalled => stalled.Pause));
    }

    [Fact(DisplayName = "A paused remote is asked nothing for a while, and then again")]
    public void Pause()
    {
        var engine = Start(On + "\npeers.stall { action = pause, pause = 60s }");
        var (remote, peer, _) = Connected(engine);
        var asker = Simulation.Recorder();
        peer.Peer.Tell(new Request(AskForBlock, asker.Ref));
        Simulation.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(TimeSpan.FromSeconds(30), asker.Expect<RequestResult.TimedOut>().SinceProgress);
        peer.Peer.Tell(new Request(AskForBlock, asker.Ref));
        Assert.Contains("stalled", asker.Expect<RequestResult.Refused>().Why, StringComparison.Ordinal);
        Simulation.Advance(TimeSpan.FromSeconds(60));
        remote.Forgets();
        peer.Peer.Tell(new Request(AskForBlock, asker.Ref));
        remote.Expects<GetDataMessage>();
        Assert.Empty(engine.Stopped);
    }

    [Theory(DisplayName = "A listener that takes 60 s over one block disconnects nobody, however it consumes")]
    [InlineData(Consumption.Explicit)]
    [InlineData(Consumption.Held)]
    public void Our_slowness_is_ours(Consumption consumption)
    {
        var engine = Start(On + "\npeers.connection.read-window = 1000b");
        var (remote, peer, listener) = Connected(engine, consumption);
        remote.Says(new UnknownMessage("bulk", new byte[2_000])); // The listener takes its time over this one.
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.True(engine.Stats(peer.Peer).ReadingPaused);
        peer.Peer.Tell(new Send(AskForBlock));
        remote.Expects<GetDataMessage>();
        remote.Says(new NotFoundMessage(AskForBlock.Items)); // At once, and we do not read it.
        Simulation.Advance(TimeSpan.FromSeconds(60));
        Assert.Empty(engine.Stopped);
        peer.Peer.Tell(consumption == Consumption.Explicit ? new Consumed(listener.Of<PeerMessage>().Single().Cost) : new Attach(listener.Ref));
        Simulation.Until(() => listener.Of<PeerMessage>().Any(heard => heard.Message is NotFoundMessage), TimeSpan.FromSeconds(5));
        Assert.Empty(engine.Stopped);
        Assert.Equal(0, engine.Stats(peer.Peer).Requests.Outstanding);

        // The clock went on where it stood.
        peer.Peer.Tell(new Attach(listener.Ref, Consumption.Discard));
        peer.Peer.Tell(new Send(AskForBlock));
        Simulation.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(engine.Stopped);
        Assert.IsType<DisconnectReason.Stalled>(StoppedOnce(engine, TimeSpan.FromSeconds(2)).Reason);
    }

    [Fact(DisplayName = "A listener that consumes nothing for hours loses nobody who answers; who does not answer then is lost in time")]
    public void Hours_of_our_slowness()
    {
        var engine = Start(On + "\npeers.connection.read-window = 1000b");
        var (remote, peer, listener) = Connected(engine, Consumption.Explicit);
        Simulation.Advance(TimeSpan.FromMinutes(2));
        var ping = remote.Expects<PingMessage>();
        remote.Says(new UnknownMessage("bulk", new byte[2_000]));
        Simulation.Advance(TimeSpan.FromSeconds(1));
        remote.Says(new PongMessage(ping.Nonce)); // We do not read it.
        Simulation.Advance(TimeSpan.FromHours(3));
        Assert.Empty(engine.Stopped);
        peer.Peer.Tell(new Consumed(listener.Of<PeerMessage>().Single().Cost));
        Simulation.Until(() => engine.Events.Of<PingMeasured>().Any(), TimeSpan.FromSeconds(5));
        peer.Peer.Tell(new Attach(listener.Ref, Consumption.Discard));
        Simulation.Advance(TimeSpan.FromMinutes(3)); // The next ping, which nobody answers.
        for (var minute = 0; minute < 18; minute++)
        {
            remote.Says(SendHeadersMessage.Instance);
            Simulation.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Empty(engine.Stopped);
        remote.Says(SendHeadersMessage.Instance);
        Assert.IsType<DisconnectReason.PingUnanswered>(StoppedOnce(engine, TimeSpan.FromMinutes(4)).Reason);
    }

    [Fact(DisplayName = "The time runs from when the request was written, not from when it was queued")]
    public void Started_when_written()
    {
        var engine = Start(On + "\npeers.ping.enabled = off");
        var (remote, peer, _) = Connected(engine);
        remote.Stream.PauseReading();
        for (var i = 0; i < 100; i++)
        {
            peer.Peer.Tell(new Send(new UnknownMessage("bulk", new byte[50_000])));
        }

        peer.Peer.Tell(new Send(AskForBlock));
        Simulation.Advance(TimeSpan.FromSeconds(120));
        Assert.Empty(engine.Stopped);
        remote.Stream.ResumeReading();
        Simulation.Until(() => remote.Heard.OfType<GetDataMessage>().Any(), TimeSpan.FromSeconds(20));
        Simulation.Advance(TimeSpan.FromSeconds(25));
        Assert.Empty(engine.Stopped);
        Assert.IsType<DisconnectReason.Stalled>(StoppedOnce(engine, TimeSpan.FromSeconds(10)).Reason);
    }

    [Theory(DisplayName = "Off on mainnet is said once, at the start")]
    [InlineData("peers { network = mainnet, stall.enabled = off }", 1)]
    [InlineData("peers.network = mainnet", 0)]
    [InlineData("peers.stall.enabled = off", 0)]
    public void Off_on_mainnet_warns(string hocon, int warnings)
    {
        Start(hocon);
        Simulation.Run();
        Assert.Equal(warnings, Simulation.Log.Count(line => line.ToString()!.Contains("peers.stall.enabled", StringComparison.Ordinal)));
    }

    /// <summary>No timer but those of stall detection.</summary>
    private const string Quiet = "\npeers { ping.enabled = off\nidle.enabled = off\nconnection.write-timeout = 0s }";

    private static readonly Message[] Unrelated =
        [new InvMessage([InventoryVector.Transaction(Hash)]), new TransactionMessage(Transaction.Create(2, [], [], 0)), new PongMessage(7)];

    private static Dictionary<string, Message> Questions { get; } = new()
    {
        ["getdata"] = AskForBlock,
        ["getheaders"] = new GetHeadersMessage([Hash]),
        ["getblocktxn"] = new GetBlockTransactionsMessage(Hash, [0]),
        ["getcfilters"] = new GetCompactFiltersMessage(CompactFilterType.Basic, 1, Hash),
        ["getcfheaders"] = new GetCompactFilterHeadersMessage(CompactFilterType.Basic, 1, Hash),
        ["getcfcheckpt"] = new GetCompactFilterCheckpointsMessage(CompactFilterType.Basic, Hash),
        ["getblocks"] = new GetBlocksMessage([Hash]),
        ["mempool"] = MempoolMessage.Instance,
        ["getaddr"] = GetAddrMessage.Instance,
    };

    public static TheoryData<string, int> Requests => new()
    {
        { "getdata", 30 }, { "getheaders", 90 }, { "getblocktxn", 30 }, { "getcfilters", 30 }, { "getcfheaders", 30 }, { "getcfcheckpt", 30 },
    };

    private (ScriptedPeer Remote, PeerReady Peer) ConnectedWith(SimulatedEngine engine, PeerOptions options, string address = "10.0.0.2")
    {
        var at = Simulation.Network.Listen(new System.Net.IPEndPoint(System.Net.IPAddress.Parse(address), 18444));
        var remote = ScriptedPeer.Accept(Simulation, at);
        var listener = engine.Dial(at.Endpoint, options: options);
        remote.Handshakes();
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        return (remote, listener.Of<PeerReady>().Single());
    }
}
