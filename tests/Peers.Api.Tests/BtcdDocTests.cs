using System.Reflection;
using System.Text.RegularExpressions;

namespace Peers.Api.Tests;

/// <summary>The page that stands this engine next to btcd: every name of btcd's package is on it, and every test that it names exists.</summary>
public sealed partial class BtcdDocTests
{
    private const string Page = "docs/btcd.md";
    private const string OutOfScope = "out of scope: ";

    /// <summary>What btcd's <c>peer</c> package exports, and its constants, as of July 2026 (2c67bc29).</summary>
    private static readonly string[] Exported =
    [
        // Constants, those that are not exported among them.
        "MaxProtocolVersion", "MinAcceptableProtocolVersion", "DefaultTrickleInterval", "outputBufferSize", "maxInvTrickleSize", "maxKnownInventory",
        "pingInterval", "negotiateTimeout", "idleTimeout", "stallTickInterval", "stallResponseTimeout", "sentNonces",
        "MaxProtocolMessageLength", "MaxMessagePayload",

        // Fields of Config.
        "NewestBlock", "HostToNetAddress", "Proxy", "UserAgentName", "UserAgentVersion", "UserAgentComments", "ChainParams", "Services",
        "ProtocolVersion", "DisableRelayTx", "Listeners", "TrickleInterval", "AllowSelfConns", "DisableStallHandler", "UsingV2Conn",
        "V2HandshakeAdmission",

        // Fields of MessageListeners.
        "OnGetAddr", "OnAddr", "OnAddrV2", "OnPing", "OnPong", "OnMemPool", "OnTx", "OnBlock", "OnCFilter", "OnCFHeaders", "OnCFCheckpt", "OnInv",
        "OnHeaders", "OnNotFound", "OnGetData", "OnGetBlocks", "OnGetHeaders", "OnGetCFilters", "OnGetCFHeaders", "OnGetCFCheckpt", "OnFeeFilter",
        "OnFilterAdd", "OnFilterClear", "OnFilterLoad", "OnMerkleBlock", "OnVersion", "OnVerAck", "OnReject", "OnSendHeaders", "OnSendAddrV2",
        "OnRead", "OnWrite",

        // Types and functions.
        "Peer", "Config", "MessageListeners", "StatsSnap", "HashFunc", "AddrFunc", "HostToNetAddrFunc", "P2PDowngrader", "NewInboundPeer",
        "NewOutboundPeer", "NewP2PDowngrader", "MarkForDowngrade", "ShouldDowngrade", "UseLogger", "DisableLog",

        // Fields of StatsSnap that are no method of Peer, too.
        "BytesRecv", "ConnTime", "Version", "V2Connection",

        // Methods of Peer, and its one field.
        "String", "ID", "Addr", "Inbound", "NA", "UserAgent", "VersionKnown", "VerAckReceived", "LastBlock", "StartingHeight",
        "UpdateLastBlockHeight", "LastAnnouncedBlock", "UpdateLastAnnouncedBlock", "TimeOffset", "TimeConnected", "LastSend", "LastRecv", "BytesSent",
        "BytesReceived", "LastPingNonce", "LastPingTime", "LastPingMicros", "WantsHeaders", "IsWitnessEnabled", "WantsAddrV2", "LocalAddr",
        "Connected", "StatsSnapshot", "AddKnownInventory", "QueueInventory", "QueueMessage", "QueueMessageWithEncoding", "PushAddrMsg",
        "PushAddrV2Msg", "PushGetBlocksMsg", "PushGetHeadersMsg", "PushRejectMsg", "AssociateConnection", "Disconnect", "WaitForDisconnect", "Done",
        "ShouldDowngradeToV1", "V2Transport",
    ];

    private static string Text { get; } = Repository.Read(Page);

    private static IReadOnlyList<Row> Rows { get; } =
        [.. Text.Split('\n').Where(line => line.StartsWith('|') && !line.StartsWith("| ---", StringComparison.Ordinal)).Select(Row.Of)
            .Where(row => row.ShownBy != "shown by")];

    [Fact(DisplayName = "Every row is whole: what btcd does, what is here, and the tests that show it or why there are none")]
    public void Every_row_is_whole()
    {
        Assert.True(Rows.Count > 200, $"{Rows.Count} rows");
        Violations.None(Rows.Where(row => row.Cells.Length != 3 || row.Cells.Any(cell => cell.Length == 0)).Select(row => row.Line), $"{Page} has rows that are not whole");
        Violations.None(
            Rows.Where(row => row.ShownBy.StartsWith(OutOfScope, StringComparison.Ordinal) ? row.ShownBy.Length < OutOfScope.Length + 10 : !TestName().IsMatch(row.ShownBy))
                .Select(row => row.Line),
            $"{Page} has rows that neither a test shows nor a reason excuses");
        Violations.None(
            Rows.Where(row => TestList().Match(row.ShownBy).Length != row.ShownBy.Length && !row.ShownBy.StartsWith(OutOfScope, StringComparison.Ordinal))
                .Select(row => row.Line),
            $"{Page} shows by something else than tests");
    }

    [Fact(DisplayName = "Every test that the page names exists")]
    public void Every_named_test_exists()
    {
        var tests = Tests();
        Violations.None(
            Rows.SelectMany(row => TestName().Matches(row.ShownBy)).Select(match => match.Groups["test"].Value).Distinct().Where(name => !tests.Contains(name)),
            $"{Page} names tests that are not there");
    }

    [Fact(DisplayName = "Every exported name of btcd's package is on the page")]
    public void Every_exported_name_is_on_the_page()
    {
        var named = Rows.SelectMany(row => Quoted().Matches(row.Cells[0])).Select(match => match.Groups["text"].Value)
            .Concat(Heading().Matches(Text).Select(match => match.Groups["text"].Value)).ToHashSet();
        Violations.None(Exported.Where(name => !named.Contains(name)), $"{Page} must name, in the first cell of a row");
    }

    [Fact(DisplayName = "Each of the defects W1 to W12 and each of the 36 families of tests has its row, in order")]
    public void Every_defect_and_family_has_its_row()
    {
        Assert.Equal(
            Enumerable.Range(1, 12).Select(number => $"W{number}:"),
            Rows.Select(row => row.Cells[0].Split(' ')[0]).Where(word => Defect().IsMatch(word)));
        Assert.Equal(
            Enumerable.Range(1, 36).Select(number => $"{number}."),
            Rows.Select(row => row.Cells[0].Split(' ')[0]).Where(word => Family().IsMatch(word)));
    }

    [Fact(DisplayName = "Every setting and every type of ours that the page mentions is there")]
    public void Everything_of_ours_is_there()
    {
        var reference = HoconReference.Parse(Repository.Read("hocon/peers.conf"));
        var settings = reference.Keys.Select(key => key.Path).SelectMany(path => path.Split('.').Select((_, index) => string.Join('.', path.Split('.').Take(index + 1)))).ToHashSet();
        var types = new[] { "Peers", "Peers.Wire", "Peers.Serilog" }.SelectMany(name => Assembly.Load(name).GetTypes()).ToList();
        var known = types.Select(type => type.Name)
            .Concat(types.SelectMany(type => type.GetMembers().Select(member => $"{type.Name}.{member.Name}")))
            .Concat(types.Where(type => type.DeclaringType is not null).Select(type => $"{type.DeclaringType!.Name}.{type.Name}"))
            .Append("Peers.Serilog").ToHashSet();
        var mentioned = Rows.SelectMany(row => Quoted().Matches(row.Cells[1])).Select(match => match.Groups["text"].Value).Distinct().ToList();
        Violations.None(
            mentioned.Where(text => text.StartsWith("peers.", StringComparison.Ordinal)).Where(text => !settings.Contains(text.Split(' ')[0])),
            $"{Page} mentions settings that are not there");
        Violations.None(
            mentioned.Where(text => Identifier().IsMatch(text) && !known.Contains(text)), $"{Page} mentions types or members that are not there");
    }

    [Fact(DisplayName = "btcd's settings are quoted as the example has them")]
    public void The_example_is_quoted()
    {
        const string Example = "hocon/examples/btcd.conf";
        var block = Quotation().Match(Text);
        Assert.True(block.Success, $"{Page} quotes no {Example}");
        var quoted = Text[..block.Groups["code"].Index] + Repository.Read(Example) + Text[(block.Groups["code"].Index + block.Groups["code"].Length)..];
        if (quoted == Text)
            return;
        if (!Repository.Approving)
            Assert.Fail($"{Page} quotes {Example} as it was. To quote it as it is: {Repository.ApproveCommand}");
        Repository.Write(Page, quoted);
    }

    /// <summary>Every test of the solution as <c>Class.Method</c>: a test is of the class whose head stands above it.</summary>
    private static HashSet<string> Tests()
    {
        HashSet<string> tests = [];
        foreach (var file in Repository.Files("tests", "*.cs"))
        {
            var owner = "";
            foreach (var match in ClassOrTest().Matches(Repository.Read(file)).AsEnumerable())
            {
                if (match.Groups["class"].Success)
                    owner = match.Groups["class"].Value;
                else
                    tests.Add($"{owner}.{match.Groups["test"].Value}");
            }
        }

        return tests;
    }

    private sealed record Row(string Line, string[] Cells)
    {
        public string ShownBy => Cells[^1];

        public static Row Of(string line) => new(line, [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())]);
    }

    [GeneratedRegex("`(?<text>[^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("^## `(?<text>[^`\n]+)`$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"`(?<test>[A-Z]\w+\.[A-Z]\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^`[A-Z]\w+\.[A-Z]\w+`(, `[A-Z]\w+\.[A-Z]\w+`)*$")]
    private static partial Regex TestList();

    [GeneratedRegex(@"^W\d+:$")]
    private static partial Regex Defect();

    [GeneratedRegex(@"^\d+\.$")]
    private static partial Regex Family();

    [GeneratedRegex(@"^[A-Z]\w*(\.[A-Z]\w*)*$")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"<!-- quoted: hocon/examples/btcd\.conf -->\n```hocon\n(?<code>[\s\S]*?)^```$", RegexOptions.Multiline)]
    private static partial Regex Quotation();

    [GeneratedRegex(@"^[ ]*(?:(?:public|internal|private|static|sealed|abstract|partial) )+class (?<class>\w+)|\[(?:Fact|Theory|SkippableFact|SkippableTheory)\b[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public (?:async )?(?:void|Task) (?<test>\w+)\(", RegexOptions.Multiline)]
    private static partial Regex ClassOrTest();
}
