namespace Peers.Interop.Tests.Kit;

/// <summary>A node with 300 blocks, shared by the tests of one class, which run one after another.</summary>
public sealed class LitecoinNodeFixture : IAsyncLifetime
{
    public const int Blocks = 300;

    private LitecoinNode? _node;

    public LitecoinNode Node
    {
        get
        {
            Skip.If(_node is null, LitecoinNode.Missing);
            return _node!;
        }
    }

    public async Task InitializeAsync()
    {
        if (LitecoinNode.IsInstalled)
        {
            _node = await LitecoinNode.StartAsync();
            await _node.MineWithWalletAsync(Blocks);
        }
    }

    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }
}
