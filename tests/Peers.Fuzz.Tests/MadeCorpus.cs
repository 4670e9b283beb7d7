using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Peers.Wire;
using Peers.Wire.Tests.Messages;

namespace Peers.Fuzz.Tests;

/// <summary>The inputs that fuzzers begin from: published vectors, and a recorded conversation with a real node.</summary>
internal static class MadeCorpus
{
    private const ulong FirstOf2026 = 1_767_225_600_000_000;

    private static readonly byte[] Magic = [0xFA, 0xBF, 0xB5, 0xDA];

    public static IEnumerable<(string Target, string Name, byte[] Bytes)> All =>
    [
        .. Payloads.Select(input => ("decode_any", input.Name, input.Bytes)),
        .. Streams.Select(input => ("v1_stream", input.Name, input.Bytes)),
        .. Sessions.Select(input => ("peer_session", input.Name, input.Script.ToArray())),
        .. Settings.Select(input => ("settings_file", input.Name, Encoding.UTF8.GetBytes(input.Text))),
        .. Captures.Select(input => ("capture_file", input.Name, input.Bytes)),
    ];

    private static IEnumerable<(string Name, byte[] Bytes)> Payloads =>
        GoldenVectors.All.Select((vector, index) => (
            string.Create(CultureInfo.InvariantCulture, $"{index:00}-{vector.Message.Command}"),
            DecodeAny.InputOf((DecodeAny.Choices)(index % 4), vector.Message.Command, Convert.FromHexString(vector.Payload))));

    private static IEnumerable<(string Name, byte[] Bytes)> Streams =>
    [
        ("node-says", V1Stream.InputOf(V1Stream.Choices.Checksum, 1_000, Said(fromNode: true))),
        ("node-hears", V1Stream.InputOf(V1Stream.Choices.Checksum, 25, Said(fromNode: false))),
        ("node-says-unhashed", V1Stream.InputOf(V1Stream.Choices.Small, 26, Said(fromNode: true))),
        ("node-says-btcd", V1Stream.InputOf(V1Stream.Choices.Btcd, 13, Said(fromNode: true))),
        ("node-says-raw", V1Stream.InputOf(V1Stream.Choices.Raw | V1Stream.Choices.NoWitness, 5, Said(fromNode: true))),
        ("two-pings", V1Stream.InputOf(V1Stream.Choices.None, 30, [.. Frame("ping", new byte[8]), .. Frame("ping", new byte[8])])),
        ("announced-only", V1Stream.InputOf(V1Stream.Choices.None, 3, Frame("block", new byte[90]).AsSpan(0, 60))),
        ("unknown-and-long", V1Stream.InputOf(V1Stream.Choices.None, 3, [.. Frame("nobodyknows", new byte[40]), .. Frame("verack", [])])),
        ("no-command", V1Stream.InputOf(V1Stream.Choices.None, 3, [.. Frame("a\u0001b", new byte[4]), .. Frame("verack", [])])),
        ("http", V1Stream.InputOf(V1Stream.Choices.None, 2, "GET / HTTP/1.1\r\nHost: example\r\n\r\n"u8)),
    ];

    private static IEnumerable<(string Name, SessionWriter Script)> Sessions =>
    [
        ("node-dials", Conversation(new SessionWriter(PeerSession.Choices.None), fromNode: true)),
        ("node-is-dialled", Conversation(new SessionWriter(PeerSession.Choices.Outbound | PeerSession.Choices.Hooks), fromNode: true)),
        ("client-dials", Conversation(new SessionWriter(PeerSession.Choices.Hooks | PeerSession.Choices.Btcd), fromNode: false)),
        ("every-message", EveryMessage(PeerSession.Choices.Ready)),
        ("every-message-btcd", EveryMessage(PeerSession.Choices.Ready | PeerSession.Choices.Btcd | PeerSession.Choices.Reject | PeerSession.Choices.Outbound)),
        ("every-message-unconsumed", EveryMessage(PeerSession.Choices.Ready | PeerSession.Choices.Unconsumed)),
        ("asks-and-answers", new SessionWriter(PeerSession.Choices.Ready | PeerSession.Choices.Outbound)
            .Act(PeerSession.Deed.AskHeaders).Say("headers", [0]).Act(PeerSession.Deed.AskBlock).Say("notfound", Payload("notfound"))
            .Act(PeerSession.Deed.AskAddresses).Say("addr", Payload("addr")).Act(PeerSession.Deed.Statistics).Wait(100)),
        ("stalls", new SessionWriter(PeerSession.Choices.Ready | PeerSession.Choices.Outbound).Act(PeerSession.Deed.AskBlock).Say("ping", new byte[8]).Wait(40)),
        ("stalls-and-is-paused", new SessionWriter(PeerSession.Choices.Ready | PeerSession.Choices.Outbound | PeerSession.Choices.Pause)
            .Act(PeerSession.Deed.AskHeaders).Wait(100).Act(PeerSession.Deed.AskBlock).Wait(120)),
        ("announcements", new SessionWriter(PeerSession.Choices.Ready).Act(PeerSession.Deed.AnnounceTransaction).Act(PeerSession.Deed.AnnounceBlock)
            .Act(PeerSession.Deed.Know).Say("sendheaders", []).Act(PeerSession.Deed.AnnounceBlock).Wait(20).Say("feefilter", Payload("feefilter")).Wait(20)),
        ("slow-reader", new SessionWriter(PeerSession.Choices.Ready).Do(SessionStep.Hang).Act(PeerSession.Deed.Flood).Act(PeerSession.Deed.Flood).Wait(60)),
        ("hangs-and-goes-on", new SessionWriter(PeerSession.Choices.Ready).Do(SessionStep.Hang).Act(PeerSession.Deed.Flood).Wait(30).Do(SessionStep.GoOn).Wait(30)),
        ("drips", new SessionWriter(PeerSession.Choices.None).Say(Magic).Wait(10).Say([0x76]).Wait(10).Say([0x65]).Wait(20)),
        ("half-a-frame", new SessionWriter(PeerSession.Choices.Ready).Say(Frame("inv", Payload("inv")).AsSpan(0, 30)).Do(SessionStep.Finish).Wait(5)),
        ("resets", new SessionWriter(PeerSession.Choices.Ready).Say(Frame("ping", new byte[8])).Do(SessionStep.Reset)),
        ("silence", new SessionWriter(PeerSession.Choices.Ready).Wait(400)),
        ("pings-on", new SessionWriter(PeerSession.Choices.Ready).Wait(250).Say("ping", new byte[8]).Wait(250).Say("pong", new byte[8]).Act(PeerSession.Deed.Ping).Wait(250)),
        ("early-and-twice", new SessionWriter(PeerSession.Choices.None).Say("ping", new byte[8]).Say("verack", []).Say("version", Payload("version"))
            .Say("version", Payload("version")).Say("verack", []).Say("verack", []).Say("wtxidrelay", [])),
        ("early-and-twice-btcd", new SessionWriter(PeerSession.Choices.Btcd).Say("version", Payload("version")).Say("version", Payload("version")).Say("verack", [])),
        ("another-network", new SessionWriter(PeerSession.Choices.None).Say([0xF9, 0xBE, 0xB4, 0xD9]).Wait(1)),
        ("http", new SessionWriter(PeerSession.Choices.None).Say("GET / HTTP/1.1\r\n\r\n"u8)),
        ("left-alone", new SessionWriter(PeerSession.Choices.Ready).Act(PeerSession.Deed.SendAddresses).Act(PeerSession.Deed.Reject).Act(PeerSession.Deed.Disconnect).Say("ping", new byte[8])),
    ];

    private static IEnumerable<(string Name, string Text)> Settings =>
    [
        ("node", "peers {\n  network = signet\n  services = [network, witness]\n  listen { endpoints = [\"0.0.0.0:38333\", \"[::]:38333\"], max-inbound = 20 }\n  ping.interval = 10s\n}\n"),
        ("crawler", "peers.profile = crawler\npeers.profiles.crawler.connection.frame-size = 8KiB\npeers.crawler { limit = 500, share = 0.5, revisit-after = 1h, seeds = [\"127.0.0.1:8333\"], proxy.tor = \"127.0.0.1:9050\" }\n"),
        ("akka", "akka { loglevel = DEBUG, actor.provider = cluster }\npeers.log.wire = on\n"),
        ("overlay", "peers.idle { enabled = off, timeout = 1.5m } // quiet\npeers.idle.enabled = on # not so\n"),
        ("substitution", "akka.x = 10s\npeers { user-agent = \"\"\"/a \"quoted\" one/\"\"\", ping { interval = ${akka.x}, timeout = ${akka.x} } }\n"),
        ("sizes", "peers.connection { frame-size = 1.5MiB, read-window = 512b, write-limit = 4kB, write-batch = 1MB, max-message-size = 4000000b, message-overhead = 1B }\n"),
        ("faults", "peers { netwrok = mainnet, ping.interval = 30, ping.timeout = never, listen.max-inbound = -1, services = network, strictness = lax, proxy = \"localhost:1\" }\n"),
        ("lists", "peers { user-agent-comments = [a, b], raw-commands = [block, tx], stall.exempt = [], stall.report-only = [getaddr] }\npeers.services += network\n"),
        ("signet", "peers { network = signet, signet-challenge = \"51\" }\n"),
        ("long-times", "peers { ping.interval = 90d, idle.timeout = 24h, stop-timeout = 250ms, stall.pause = 0.5s }\n"),
        ("odd", "peers.\"ping\".\"interval\" : 10 s\npeers.log { wire : yes }\n{}\n"),
        ("no-hocon", "peers { network = ]\n"),
        ("json", "{\"peers\":{\"network\":\"regtest\",\"ping\":{\"enabled\":false,\"interval\":\"1h\"},\"crawler\":{\"politeness\":{\"jitter\":0.25,\"rate\":5}}}}"),
    ];

    private static IEnumerable<(string Name, byte[] Bytes)> Captures =>
    [
        ("node-says", Captured(fromNode: true)),
        ("node-hears", Captured(fromNode: false)),
        ("stream", Said(fromNode: true)),
        ("hex", Encoding.ASCII.GetBytes(string.Join('\n', CapturedFrame.All.Take(4).Select(frame => Convert.ToHexStringLower(frame.Frame))))),
        ("cut-short", Captured(fromNode: true)[..^7]),
        ("cut-in-a-header", Captured(fromNode: false)[..40]),
        ("text", "peers { network = regtest }"u8.ToArray()),
        ("odd-digits", "fabfb5d"u8.ToArray()),
    ];

    private static byte[] Said(bool fromNode) => [.. CapturedFrame.All.Where(frame => frame.FromNode == fromNode).SelectMany(frame => frame.Frame)];

    private static byte[] Captured(bool fromNode) =>
        [.. CapturedFrame.All.Where(frame => frame.FromNode == fromNode).SelectMany((frame, index) => (byte[])
        [
            .. BitConverter.GetBytes(FirstOf2026 + ((ulong)index * 1_250_000)),
            .. DecodeAny.InputOf(DecodeAny.Choices.None, frame.Command, [])[1..],
            .. BitConverter.GetBytes(frame.Frame.Length - WireLimits.HeaderBytes),
            .. frame.Frame[WireLimits.HeaderBytes..],
        ])];

    private static byte[] Payload(string command) =>
        Convert.FromHexString(GoldenVectors.All.First(vector => vector.Message.Command == command && vector.Payload.Length > 0).Payload);

    private static SessionWriter Conversation(SessionWriter script, bool fromNode)
    {
        foreach (var frame in CapturedFrame.All.Where(frame => frame.FromNode == fromNode))
        {
            script.Say(frame.Command, frame.Frame.AsSpan(WireLimits.HeaderBytes));
        }

        return script.Wait(130);
    }

    private static SessionWriter EveryMessage(PeerSession.Choices choices)
    {
        var script = new SessionWriter(choices);
        foreach (var type in MessageCatalog.Default.OrderBy(type => type.Command, StringComparer.Ordinal).Where(type => type.Command is not ("version" or "sendaddrv2" or "wtxidrelay")))
        {
            script.Say(type.Command, Convert.FromHexString(GoldenVectors.All.First(vector => vector.Message.Command == type.Command).Payload));
        }

        return script.Act(PeerSession.Deed.Statistics).Wait(10);
    }

    private static byte[] Frame(string command, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[WireLimits.HeaderBytes + payload.Length];
        Magic.CopyTo(frame, 0);
        Encoding.ASCII.GetBytes(command).CopyTo(frame, Magic.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(16), payload.Length);
        payload.CopyTo(frame.AsSpan(WireLimits.HeaderBytes));
        Hash256.OfDouble(payload).ToArray().AsSpan(0, sizeof(uint)).CopyTo(frame.AsSpan(20));
        return frame;
    }
}
