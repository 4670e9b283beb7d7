using System.Collections.Immutable;
using Peers.Wire;

namespace Peers;

/// <summary>The connections that an engine keeps by itself, once it was told to (<see cref="KeepOutbound"/>): a part of <c>peers.outbound</c>.</summary>
/// <param name="Target">Full-relay connections.</param>
/// <param name="BlockRelayOnly">Connections beside them that relay blocks only.</param>
/// <param name="Services">What everybody must offer to whom it keeps a connection.</param>
/// <param name="Attempts">Its dials that are under way at once.</param>
/// <param name="Pace">The time between two of its dials at least.</param>
/// <param name="Anchors">Block-relay-only peers that are remembered, for the next start to return to.</param>
/// <param name="SaveInterval">How often what it knows is given to <see cref="PeerSettings.AddressStore"/>.</param>
public sealed record KeepingSettings(
    int Target, int BlockRelayOnly, ServiceFlags Services, int Attempts, TimeSpan Pace, int Anchors, TimeSpan SaveInterval)
{
    /// <summary>Parts of the target that must offer more, by names of your own: <c>peers.outbound.roles</c>.</summary>
    public required ImmutableArray<OutboundRole> Roles { get; init; }

    /// <summary>When what failed is dialled again: <c>peers.outbound.retry</c>.</summary>
    public required RetrySettings Retry { get; init; }

    /// <summary>How often somebody is felt for; null for never: <c>peers.outbound.feelers</c>.</summary>
    public required TimeSpan? FeelerInterval { get; init; }

    /// <summary>Where addresses come from while none are known: <c>peers.outbound.seeds</c>.</summary>
    public required SeedSettings Seeds { get; init; }

    internal static KeepingSettings Read(SettingsReader reader) => new(
        reader.Number("outbound.target"),
        reader.Number("outbound.block-relay-only"),
        PeerSettings.ReadServices(reader, "outbound.services"),
        reader.Number("outbound.attempts", least: 1),
        reader.Duration("outbound.pace"),
        reader.Number("outbound.anchors"),
        reader.Duration("outbound.save-interval"))
    {
        Roles = [.. reader.Names("outbound.roles").Select(name => new OutboundRole(
            name, reader.Number($"outbound.roles.{name}.count", least: 1), PeerSettings.ReadServices(reader, $"outbound.roles.{name}.services")))],
        Retry = new RetrySettings(reader.Duration("outbound.retry.floor"), reader.Duration("outbound.retry.ceiling"), reader.Fraction("outbound.retry.jitter")),
        FeelerInterval = reader.Duration("outbound.feelers.interval") is var interval && reader.Switch("outbound.feelers.enabled") ? interval : null,
        Seeds = new SeedSettings(
            [.. reader.List("outbound.seeds.fixed").Select(text => reader.Endpoint("outbound.seeds.fixed", text)).OfType<NetworkEndpoint>()],
            [.. reader.List("outbound.seeds.nodes")],
            reader.Duration("outbound.seeds.wait")),
    };
}

/// <summary>A part of the target that must offer more: <c>peers.outbound.roles</c>.</summary>
/// <param name="Name">Your name for it.</param>
/// <param name="Count">How many of the target.</param>
/// <param name="Services">What they must offer.</param>
public sealed record OutboundRole(string Name, int Count, ServiceFlags Services);

/// <summary>When what failed is dialled again: <c>peers.outbound.retry</c>.</summary>
/// <param name="Floor">After the first failure.</param>
/// <param name="Ceiling">At most, however often it failed.</param>
/// <param name="Jitter">Which share of it is more or less by chance, 0 to 1, so that those who lost somebody at once do not come back at once.</param>
public sealed record RetrySettings(TimeSpan Floor, TimeSpan Ceiling, double Jitter);

/// <summary>Where addresses come from while none are known: <c>peers.outbound.seeds</c>.</summary>
/// <param name="Fixed">Addresses that are taken when nobody else tells any.</param>
/// <param name="Nodes">Nodes that are asked for addresses and left again, by name or address (as Bitcoin Core's <c>-seednode</c>).</param>
/// <param name="Wait">How long a book that is not empty is tried before anybody is asked.</param>
public sealed record SeedSettings(ImmutableArray<NetworkEndpoint> Fixed, ImmutableArray<string> Nodes, TimeSpan Wait);
