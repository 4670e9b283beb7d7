namespace Peers.Dashboard;

/// <summary>Who may see the live page of an engine, and who may act by it. Unless you say otherwise: this machine, and nobody.</summary>
public sealed class PeersDashboardOptions
{
    /// <summary>
    /// Whether others than this machine may see the page. It tells with whom a node speaks, so put authorization before it
    /// (<c>MapPeers(…).RequireAuthorization()</c>). Behind a proxy on this machine everybody comes from this machine: there authorization is all that keeps them out.
    /// </summary>
    public bool AllowRemote { get; set; }

    /// <summary>
    /// Names under which the page may be asked for, beside <c>localhost</c>, <c>127.0.0.1</c> and <c>[::1]</c>: a page of somebody else must not reach it by a name of
    /// his that leads here (DNS rebinding). With <see cref="AllowRemote"/> and none of them, any name.
    /// </summary>
    public IList<string> Hosts { get; } = [];

    /// <summary>
    /// The authorization policy of those who may connect, disconnect, ban and unban by the page; null: nobody may, and there are no buttons. It needs
    /// <c>AddAuthorization</c> and <c>AddAntiforgery</c>.
    /// </summary>
    public string? ActionsPolicy { get; set; }

    /// <summary>Pages that may be open at once, at least 1. One more is answered 503.</summary>
    public int MostWatchers { get; set; } = 16;
}
