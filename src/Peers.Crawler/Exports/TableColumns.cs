namespace Peers.Crawler;

/// <summary>The columns of <c>node</c>.</summary>
internal static class NodeTableColumns
{
    public static IReadOnlyList<ExportColumn<NodeRecord>> All { get; } =
    [
        new TextColumn<NodeRecord>("endpoint", node => node.Endpoint.ToString()),
        new TextColumn<NodeRecord>("network", node => StoredAddress.NetworkOf(node.Endpoint.Address)),
        new TextColumn<NodeRecord>("address", node => node.Endpoint.Address.ToString()),
        new ValueColumn<NodeRecord, int>("port", node => node.Endpoint.Port),
        new ValueColumn<NodeRecord, DateTime>("first_heard", node => ExportValues.Time(node.FirstHeard)),
        new ValueColumn<NodeRecord, DateTime>("heard_seen", node => ExportValues.Time(node.HeardSeen)),
        new ValueColumn<NodeRecord, long>("visits", node => node.Visits),
        new ValueColumn<NodeRecord, DateTime>("last_visit", node => ExportValues.Time(node.LastVisit?.At)),
        new TextColumn<NodeRecord>("last_outcome", node => node.LastVisit?.Outcome.Text()),
        new TextColumn<NodeRecord>("last_detail", node => node.LastVisit?.Detail),
        new ValueColumn<NodeRecord, double>("connect_ms", node => ExportValues.Milliseconds(node.LastVisit?.Durations.Connect)),
        new ValueColumn<NodeRecord, double>("handshake_ms", node => ExportValues.Milliseconds(node.LastVisit?.Durations.Handshake)),
        new ValueColumn<NodeRecord, DateTime>("last_reachable", node => ExportValues.Time(node.LastReachable)),
        new ValueColumn<NodeRecord, int>("protocol_version", node => node.LastVersion?.ProtocolVersion),
        new ValueColumn<NodeRecord, ulong>("services", node => (ulong?)node.LastVersion?.Services),
        new TextColumn<NodeRecord>("service_names", node => node.LastVersion is { } version ? ServiceNames.Of(version.Services) : null),
        new TextColumn<NodeRecord>("user_agent", node => node.LastVersion?.UserAgent.ToString()),
        new ValueColumn<NodeRecord, int>("height", node => node.LastVersion?.StartHeight),
        new ValueColumn<NodeRecord, double>("time_offset_s", node => node.LastVersion?.TimeOffset.TotalSeconds),
        new ValueColumn<NodeRecord, double>("uptime_2h", node => node.Uptime.TwoHours.Reliability),
        new ValueColumn<NodeRecord, double>("uptime_8h", node => node.Uptime.EightHours.Reliability),
        new ValueColumn<NodeRecord, double>("uptime_1d", node => node.Uptime.Day.Reliability),
        new ValueColumn<NodeRecord, double>("uptime_7d", node => node.Uptime.Week.Reliability),
        new ValueColumn<NodeRecord, double>("uptime_30d", node => node.Uptime.Month.Reliability),
    ];
}

/// <summary>The columns of <c>visit</c>.</summary>
internal static class VisitTableColumns
{
    public static IReadOnlyList<ExportColumn<Visit>> All { get; } =
    [
        new TextColumn<Visit>("endpoint", visit => visit.Endpoint.ToString()),
        new TextColumn<Visit>("network", visit => StoredAddress.NetworkOf(visit.Endpoint.Address)),
        new TextColumn<Visit>("address", visit => visit.Endpoint.Address.ToString()),
        new ValueColumn<Visit, int>("port", visit => visit.Endpoint.Port),
        new ValueColumn<Visit, DateTime>("started", visit => ExportValues.Time(visit.Started)),
        new TextColumn<Visit>("outcome", visit => visit.Outcome.Text()),
        new TextColumn<Visit>("detail", visit => visit.Detail),
        new FlagColumn<Visit>("reachable", visit => visit.Outcome.IsReachable()),
        new ValueColumn<Visit, double>("connect_ms", visit => ExportValues.Milliseconds(visit.Durations.Connect)),
        new ValueColumn<Visit, double>("handshake_ms", visit => ExportValues.Milliseconds(visit.Durations.Handshake)),
        new ValueColumn<Visit, double>("addresses_ms", visit => ExportValues.Milliseconds(visit.Durations.Addresses)),
        new ValueColumn<Visit, double>("total_ms", visit => ExportValues.Milliseconds(visit.Durations.Total)),
        new ValueColumn<Visit, int>("protocol_version", visit => visit.Version?.ProtocolVersion),
        new ValueColumn<Visit, ulong>("services", visit => (ulong?)visit.Version?.Services),
        new TextColumn<Visit>("service_names", visit => visit.Version is { } version ? ServiceNames.Of(version.Services) : null),
        new TextColumn<Visit>("user_agent", visit => visit.Version?.UserAgent.ToString()),
        new ValueColumn<Visit, int>("height", visit => visit.Version?.StartHeight),
        new ValueColumn<Visit, double>("time_offset_s", visit => visit.Version?.TimeOffset.TotalSeconds),
        new ValueColumn<Visit, int>("addresses_told", visit => visit.Addresses?.Entries.Count),
        new FlagColumn<Visit>("announced_itself", visit => visit.Addresses?.SelfAnnounced),
    ];
}

/// <summary>The columns of <c>gossip</c>.</summary>
internal static class GossipTableColumns
{
    public static IReadOnlyList<ExportColumn<GossipRecord>> All { get; } =
    [
        new TextColumn<GossipRecord>("source", told => told.Source.ToString()),
        new TextColumn<GossipRecord>("endpoint", told => told.Entry.Endpoint.ToString()),
        new TextColumn<GossipRecord>("network", told => StoredAddress.NetworkOf(told.Entry.Endpoint.Address)),
        new TextColumn<GossipRecord>("address", told => told.Entry.Endpoint.Address.ToString()),
        new ValueColumn<GossipRecord, int>("port", told => told.Entry.Endpoint.Port),
        new ValueColumn<GossipRecord, DateTime>("seen", told => ExportValues.Time(told.Entry.Time)),
        new ValueColumn<GossipRecord, ulong>("services", told => (ulong)told.Entry.Services),
        new TextColumn<GossipRecord>("service_names", told => ServiceNames.Of(told.Entry.Services)),
        new ValueColumn<GossipRecord, DateTime>("heard", told => ExportValues.Time(told.Heard)),
    ];
}
