using System.Net.Sockets;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>btcd's TestUnsupportedVersionPeer.</summary>
public sealed class UnsupportedVersionTests : OverTcp
{
    [Theory(DisplayName = "A remote that answers with an old or a negative version is left, and hears nothing but our version and the end of the stream")]
    [InlineData(1)]
    [InlineData(208)]
    [InlineData(-1)]
    public async Task Nothing_more_is_said(int version)
    {
        using var listener = new TcpListener(AnyPort);
        listener.Start();
        await using var engine = Start("engine");
        var connecting = engine.ConnectAsync(listener.LocalEndpoint);
        using var remote = await RawRemote.AcceptAsync(listener);
        var ours = await remote.HearAsync<VersionMessage>();
        await remote.SayAsync(RawRemote.Version(version));
        var left = await Assert.ThrowsAsync<PeerUnreachableException>(() => connecting).WaitAsync(Patience);
        Assert.Equal(new DisconnectReason.Obsolete(version, 209), left.Reason);
        Assert.Empty(await remote.HearToTheEndAsync());
        Assert.Equal(remote.Encode(ours), remote.BytesHeard);
    }
}
