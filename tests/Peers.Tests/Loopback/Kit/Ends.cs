namespace Peers.Tests.Loopback.Kit;

/// <summary>The ends that an engine tells of, in order.</summary>
internal sealed class Ends : IDisposable
{
    private readonly List<PeerStopped> _all = [];
    private readonly SemaphoreSlim _more = new(0);
    private readonly IDisposable _subscription;

    public Ends(PeerEngine engine) => _subscription = engine.Subscribe(happened =>
    {
        if (happened is PeerStopped stopped)
        {
            lock (_all)
            {
                _all.Add(stopped);
            }

            _more.Release();
        }
    });

    public IReadOnlyList<PeerStopped> All
    {
        get
        {
            lock (_all)
            {
                return [.. _all];
            }
        }
    }

    public async Task<PeerStopped> Next()
    {
        Assert.True(await _more.WaitAsync(TimeSpan.FromSeconds(30)), "no connection ended");
        return All[^1];
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _more.Dispose();
    }
}
