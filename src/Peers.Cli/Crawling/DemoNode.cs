using System.Net;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>One node of the demo network.</summary>
/// <param name="Endpoint">Where it listens, or does not.</param>
/// <param name="Kind">What it does.</param>
/// <param name="UserAgent">What it calls itself.</param>
/// <param name="Height">The height of its best block.</param>
internal sealed record DemoNode(IPEndPoint Endpoint, DemoKind Kind, string UserAgent, int Height)
{
    /// <summary>What it tells who asks for addresses.</summary>
    public IReadOnlyList<AddressEntry> Book { get; set; } = [];
}
