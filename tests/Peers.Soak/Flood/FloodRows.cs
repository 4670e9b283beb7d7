using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Peers.Wire;

namespace Peers.Soak;

/// <summary>
/// Hostile load with figures: what the engine holds, and how long another peer waits for its pong meanwhile. Bitcoin Core's figures stand
/// beside, where it was measured (30.99, on a machine of the same kind).
/// </summary>
internal static class FloodRows
{
    private const long MB = 1_000_000;

    /// <summary>What one remote may cost, whatever it does.</summary>
    private const long OneRemote = 4_500_000;

    private const int PendingPerPrefix = 8;

    // Many networks of loopback attack one engine: they are to be what networks of the internet are.
    private const string Hocon = "peers.admission.exempt = []";

    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private static IReadOnlyList<FloodRow> All { get; } =
    [
        new(0, "nothing: what a quiet second costs", "", MB, OneSecond, async scene =>
        {
            await Task.Delay(OneSecond);
            scene.Outcome = "so much the figures below may be wrong";
        }),
        new(40, "80 messages of 4 MB with a command that nobody knows", "another peer is served within 2 s", OneRemote, OneSecond, JunkAsync),
        new(63, "getdata of 50,000 unknown transactions, 40 times; no answer is read", "5 are read, RSS 69 -> 70 MB", OneRemote, OneSecond, GetDataAsync),
        new(64, "240,000 pings; no pong is read", "240,000 are taken, RSS +0 MB", 2 * MB, OneSecond, PingsAsync),
        new(81, "200 connections from one address that say nothing", "87 of 200 are closed, old peers stay", 4 * MB, OneSecond, scene => IdleAsync(scene, 200, _ => new IPAddress([127, 77, 0, 1]), PendingPerPrefix)),
        new(82, "140 handshakes from one address", "evicted by netgroup, protected peers stay", 24 * MB, OneSecond, HandshakesAsync),
        new(83, "1,000 connections from one /24 that say nothing", "(btcd: 8 pending for each /24)", 4 * MB, OneSecond, scene => IdleAsync(scene, 1_000, number => new IPAddress([127, 78, 0, (byte)(1 + (number % 250))]), PendingPerPrefix)),
        new(84, "1,000 connections from as many /24 that say nothing", "114 stay", 24 * MB, OneSecond, scene => IdleAsync(scene, 1_000, number => new IPAddress([127, (byte)(80 + (number / 250)), (byte)(number % 250), 1]), 117)),
        new(85, "20 peers hold 3.999 of 4 MB of a message", "RSS 71 -> 157 MB", 90 * MB, OneSecond, PartialMessagesAsync),
    ];

    public static bool Has(string row) => All.Any(one => one.Number.ToString(CultureInfo.InvariantCulture) == row);

    /// <returns>0 when every row holds, else 1.</returns>
    public static async Task<int> RunAsync(string[] chosen)
    {
        Console.WriteLine("Each row has an engine of its own, in a process of its own, with the default settings on regtest; only that addresses of loopback");
        Console.WriteLine("count as others do (peers.admission.exempt = []). Held: resident memory after a collection, while the attack stands. Peak: the most");
        Console.WriteLine("that was resident meanwhile, garbage and all. Ping: another peer's longest.");
        Console.WriteLine();
        Console.WriteLine("{0,3} {1,-70} {2,18} {3,10} {4,9} {5,8}  {6}", "row", "what", "held, MB", "more", "peak, MB", "ping, ms", "Bitcoin Core");
        var failed = 0;
        foreach (var row in All.Where(row => chosen.Length == 0 || chosen.Contains(row.Number.ToString(CultureInfo.InvariantCulture))))
        {
            failed += await RunAsync(row) ? 0 : 1;
        }

        Console.WriteLine("{0} of the rows {1} not hold", failed, failed == 1 ? "does" : "do");
        return failed == 0 ? 0 : 1;
    }

    private static async Task<bool> RunAsync(FloodRow row)
    {
        await using var engine = await EngineProcess.StartAsync(Hocon);
        await using var witness = await Witness.StartAsync(engine.Endpoint);
        await WarmUpAsync(engine);
        await witness.AnsweredAgainAsync(OneSecond);
        for (var turn = 0; turn < 3; turn++)
        {
            await engine.MeasureAsync(); // So that measuring costs nothing new.
        }

        var before = await engine.MeasureAsync();
        engine.ForgetPeak();
        using var scene = new FloodScene(engine);
        witness.Forget();
        await row.Attack(scene);
        var peak = engine.Figures.Peak;
        await witness.AnsweredAgainAsync(2 * OneSecond);
        var ping = witness.Longest; // Before a collection is asked for: that is not the engine's doing.
        var held = await engine.MeasureAsync();
        var more = held.Resident - before.Resident;
        scene.Expect(!witness.IsGone, "the old peer was disconnected");
        scene.Expect(ping <= row.MostPing, FormattableString.Invariant($"the old peer's ping took {ping.TotalSeconds:0.0} s, of at most {row.MostPing.TotalSeconds:0.0}"));
        scene.Expect(more <= row.MostHeld, FormattableString.Invariant($"{more / 1e6:0.0} MB more are held, of at most {row.MostHeld / 1e6:0.0}"));
        scene.Expect(held.Unhandled == 0, $"unhandled: {string.Join("; ", held.Lost)}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Number,3} {row.What,-70} {before.Resident / 1e6,7:0.0} -> {held.Resident / 1e6,7:0.0} {more / 1e6,10:+0.0;-0.0} {peak / 1e6,9:0.0} {ping.TotalMilliseconds,8:0}  {row.Core}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {scene.Outcome}; of it {(held.Heap - before.Heap) / 1e6:0.0} MB of managed objects"));
        foreach (var complaint in scene.Complaints)
        {
            Console.WriteLine("    FAIL: {0}", complaint);
        }

        return scene.Complaints.Count == 0;
    }

    /// <summary>What only the first time costs is nobody's attack: code is compiled, pools are filled a little.</summary>
    private static async Task WarmUpAsync(EngineProcess engine)
    {
        using var scene = new FloodScene(engine);
        for (var turn = 0; turn < 4; turn++)
        {
            if (await scene.DialAsync(new IPAddress([127, 201, (byte)turn, 1])) is { } remote)
            {
                var reading = remote.IsEndedAsync(OneSecond);
                for (var i = 0; i < 500; i++)
                {
                    await remote.SendAsync(remote.Encode(
                        new PingMessage(1), new GetDataMessage([InventoryVector.Transaction(Hash256.Zero)]), new UnknownMessage("warm", new byte[1000])));
                }

                await reading;
            }
        }
    }

    private static async Task JunkAsync(FloodScene scene)
    {
        var remote = await scene.DialAsync(Attacker(0));
        var sent = 0;
        for (; sent < 80 && remote is not null; sent++)
        {
            await remote.SendAsync(Header("nobodyknows", WireLimits.MessageBytes));
            await remote.SendAsync(new byte[WireLimits.MessageBytes]);
        }

        scene.Outcome = $"{sent} were taken";
        scene.Expect(sent == 80, "not all of it was taken");
    }

    private static async Task GetDataAsync(FloodScene scene)
    {
        var remote = await scene.DialAsync(Attacker(0), receiveBuffer: 4096);
        var frame = remote!.Encode(new GetDataMessage(
            Enumerable.Range(0, WireLimits.InventoryItems).Select(number => InventoryVector.Transaction(Hash256.OfDouble(BitConverter.GetBytes(number)))).ToWireArray()));
        scene.Outcome = $"{await PushAsync(remote, frame, 40) / (double)frame.Length:0.0} messages were taken";
    }

    private static async Task PingsAsync(FloodScene scene)
    {
        const int Pings = 240_000;
        var remote = await scene.DialAsync(Attacker(0), receiveBuffer: 4096);
        var ping = remote!.Encode(new PingMessage(7));
        var frames = Enumerable.Repeat(ping, 1_000).SelectMany(bytes => bytes).ToArray();
        var taken = await PushAsync(remote, frames, Pings / 1_000) / ping.Length;
        scene.Outcome = string.Create(CultureInfo.InvariantCulture, $"{taken:N0} were taken, what waits in the system among them");
    }

    private static async Task IdleAsync(FloodScene scene, int count, Func<int, IPAddress> from, int most)
    {
        for (var number = 0; number < count; number++)
        {
            await scene.DialAsync(from(number), handshake: false);
        }

        var open = await scene.OpenAsync(OneSecond);
        scene.Outcome = $"{open} of {count} stay, {count - open} are refused";
        scene.Expect(open <= most, $"{open} stay, of at most {most}");
    }

    private static async Task HandshakesAsync(FloodScene scene)
    {
        var ready = 0;
        for (var number = 0; number < 140; number++)
        {
            ready += await scene.DialAsync(Attacker(1)) is null ? 0 : 1;
        }

        scene.Outcome = $"{ready} handshakes were done, {await scene.OpenAsync(OneSecond)} of them are connected";
    }

    private static async Task PartialMessagesAsync(FloodScene scene)
    {
        const int Missing = 1_000;
        var ready = 0;
        for (var number = 0; number < 20; number++)
        {
            if (await scene.DialAsync(Attacker(number)) is { } remote)
            {
                ready++;
                await remote.SendAsync(Header("block", WireLimits.MessageBytes));
                await remote.SendAsync(new byte[WireLimits.MessageBytes - Missing]);
            }
        }

        await Task.Delay(OneSecond);
        scene.Outcome = $"{ready} peers hold their messages";
        scene.Expect(ready == 20, "not all of them were let in");
    }

    /// <summary>Sends so many times, until the system has taken nothing for three seconds.</summary>
    /// <returns>Bytes that it took.</returns>
    private static async Task<long> PushAsync(Remote remote, byte[] bytes, int times)
    {
        var taken = 0L;
        try
        {
            for (var time = 0; time < times; time++)
            {
                for (var rest = bytes.AsMemory(); !rest.IsEmpty;)
                {
                    var sent = await remote.SendWhatIsTakenAsync(rest, TimeSpan.FromSeconds(3));
                    if (sent == 0)
                    {
                        return taken;
                    }

                    taken += sent;
                    rest = rest[sent..];
                }
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It was ended.
        }

        return taken;
    }

    /// <summary>Each attacker is of a network of its own, unless it is the point that they are not.</summary>
    private static IPAddress Attacker(int number) => new([127, 100, (byte)number, 1]);

    private static byte[] Header(string command, int length)
    {
        var header = new byte[WireLimits.HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, BitcoinNetwork.Regtest.Magic);
        Encoding.ASCII.GetBytes(command).CopyTo(header, sizeof(uint));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), length);
        return header;
    }
}
