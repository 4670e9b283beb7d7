using System.Net;
using System.Net.Sockets;

namespace Peers.Soak;

/// <summary>The engine that is attacked, and the attackers, who stay until the figures were taken.</summary>
internal sealed class FloodScene(EngineProcess engine) : IDisposable
{
    private readonly List<Remote> _remotes = [];
    private readonly List<string> _complaints = [];

    public IPEndPoint Engine => engine.Endpoint;

    public IReadOnlyList<Remote> Remotes => _remotes;

    /// <summary>What became of it, in words.</summary>
    public string Outcome { get; set; } = "";

    /// <summary>What should have been otherwise.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>A connection of an attacker; null when it is refused.</summary>
    public async Task<Remote?> DialAsync(IPAddress? from = null, bool handshake = true, int? receiveBuffer = null)
    {
        Remote? remote = null;
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            remote = await Remote.DialAsync(engine.Endpoint, from, receiveBuffer, patience.Token);
            _remotes.Add(remote);
            if (handshake)
            {
                await remote.HandshakeAsync(patience.Token);
            }

            return remote;
        }
        catch (Exception refused) when (refused is SocketException or EndOfStreamException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>How many of the attackers the engine has not ended after that time.</summary>
    public async Task<int> OpenAsync(TimeSpan after)
    {
        await Task.Delay(after);
        var ended = await Task.WhenAll(_remotes.Select(remote => remote.IsEndedAsync(TimeSpan.FromMilliseconds(500))));
        return ended.Count(isEnded => !isEnded);
    }

    /// <summary>Says that something should have been otherwise.</summary>
    public void Expect(bool holds, string what)
    {
        if (!holds)
        {
            _complaints.Add(what);
        }
    }

    public void Dispose() => _remotes.ForEach(remote => remote.Reset());
}
