using System.Text.RegularExpressions;
using Peers.Wire;

namespace Peers.Interop.Tests.Kit;

/// <summary>
/// Tests with a real node: their engines are stopped, then neither the node's log nor ours may hold a complaint.
/// </summary>
public abstract partial class InteropTests(LitecoinNodeFixture fixture) : IClassFixture<LitecoinNodeFixture>, IAsyncLifetime
{
    private readonly List<EngineUnderTest> _engines = [];
    private readonly List<(LitecoinNode Node, int Line)> _nodes = [];
    private readonly List<LitecoinNode> _own = [];
    private readonly List<string> _provoked = [];

    /// <summary>The node of the class.</summary>
    protected LitecoinNode Node => fixture.Node;

    public Task InitializeAsync()
    {
        if (LitecoinNode.IsInstalled)
        {
            _nodes.Add((Node, Node.ReadLog().Count));
        }

        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var engine in _engines)
        {
            await engine.DisposeAsync();
        }

        try
        {
            foreach (var (node, line) in _nodes)
            {
                await AssertNoComplaintAsync(node, line);
            }

            AssertNothingUnprovoked(_engines.SelectMany(engine => engine.Complaints));
        }
        finally
        {
            foreach (var node in _own)
            {
                await node.DisposeAsync();
            }
        }
    }

    /// <summary>Says that this test makes a side complain, and of what.</summary>
    protected void Provoke(string complaint) => _provoked.Add(complaint);

    /// <summary>Starts an engine on the node's network.</summary>
    protected EngineUnderTest StartEngine(string settings = "", int height = 0) => StartEngine(Node.Network, settings, height);

    /// <summary>Starts an engine.</summary>
    protected EngineUnderTest StartEngine(BitcoinNetwork network, string settings = "", int height = 0)
    {
        var engine = new EngineUnderTest(network, settings, height);
        _engines.Add(engine);
        return engine;
    }

    /// <summary>Starts a node that is this test's own, with nothing but the genesis block.</summary>
    protected async Task<LitecoinNode> StartNodeAsync()
    {
        Skip.IfNot(LitecoinNode.IsInstalled, LitecoinNode.Missing);
        var node = await LitecoinNode.StartAsync();
        _own.Add(node);
        _nodes.Add((node, node.ReadLog().Count));
        return node;
    }

    /// <summary>
    /// Words with which Bitcoin Core 0.21 and its descendants complain of a peer. Its every farewell, "disconnecting peer=1", is none of them,
    /// nor is "socket recv error" or "socket send error": so it notes that we hung up while one of us had yet something to say.
    /// </summary>
    [GeneratedRegex(
        "Misbehaving|(?<!socket (recv|send) )ERROR|PROCESSMESSAGE|MESSAGESTART|CHECKSUM|invalid|unknown command|unsupported|non-version message|redundant|" +
        "disconnecting(?! peer=[0-9]+$)|timeout|exception|oversized|dropped|exceed|reject|unrequested|wrong|too many|ignoring|bad-",
        RegexOptions.IgnoreCase)]
    private static partial Regex Complaint();

    private async Task AssertNoComplaintAsync(LitecoinNode node, int line)
    {
        if (node.IsRunning)
        {
            await node.UntilAloneAsync(); // What it says at the end of a connection is in its log, too.
        }

        AssertNothingUnprovoked(node.ReadLog().Skip(line).Where(said => Complaint().IsMatch(said)));
    }

    private void AssertNothingUnprovoked(IEnumerable<string> complaints)
    {
        var unprovoked = complaints.Where(complaint => !_provoked.Any(complaint.Contains)).ToArray();
        Assert.True(unprovoked.Length == 0, string.Join(Environment.NewLine, unprovoked));
    }
}
