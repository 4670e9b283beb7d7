using Peers.Wire;

namespace Peers.Crawler;

/// <summary>One attempt at one node, as it ended.</summary>
/// <param name="Endpoint">The node.</param>
/// <param name="Started">When the dial began, to the millisecond.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">What the outcome alone does not say, in our words; empty for nothing. Never text of the remote's choosing.</param>
/// <param name="Durations">How long its parts took.</param>
/// <param name="Version">What the remote said of itself; null when it said nothing.</param>
/// <param name="Addresses">What it answered; null when it was not asked, or had not answered.</param>
public sealed record Visit(
    NetworkEndpoint Endpoint, DateTimeOffset Started, VisitOutcome Outcome, string Detail, VisitDurations Durations, NodeVersion? Version,
    AddressAnswer? Addresses);

/// <summary>How long the parts of a visit took; null for those that it did not come to the end of.</summary>
/// <param name="Connect">From the dial to the open connection.</param>
/// <param name="Handshake">From the open connection to the end of the handshake.</param>
/// <param name="Addresses">From <c>getaddr</c> to the last of the answer.</param>
/// <param name="Total">The whole visit.</param>
public readonly record struct VisitDurations(TimeSpan? Connect, TimeSpan? Handshake, TimeSpan? Addresses, TimeSpan Total);

/// <summary>What a node says of itself in its <c>version</c>.</summary>
/// <param name="ProtocolVersion">The protocol version that it offers.</param>
/// <param name="Services">What it offers.</param>
/// <param name="UserAgent">What it calls itself (BIP 14): text of its choosing.</param>
/// <param name="StartHeight">The height of its best block.</param>
/// <param name="TimeOffset">Its clock less ours, to the second.</param>
public sealed record NodeVersion(int ProtocolVersion, ServiceFlags Services, WireText UserAgent, int StartHeight, TimeSpan TimeOffset);

/// <summary>What came for <c>getaddr</c>.</summary>
/// <param name="Entries">The addresses of other nodes, each once.</param>
/// <param name="SelfAnnounced">Whether the node also, or only, announced itself.</param>
public sealed record AddressAnswer(IReadOnlyList<AddressEntry> Entries, bool SelfAnnounced);
