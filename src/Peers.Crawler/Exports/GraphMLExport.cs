using System.Globalization;
using System.Text;
using System.Xml;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// Who told of whom in a snapshot, as a directed graph in GraphML (graphml.graphdrawing.org): a node for each node that was heard of, an edge from
/// each who told to each whom it told of. The same snapshot gives the same bytes.
/// </summary>
internal static class GraphMLExport
{
    private const string Namespace = "http://graphml.graphdrawing.org/xmlns";

    private static readonly (string Id, string For, string Name, string Type)[] Keys =
    [
        ("endpoint", "node", "endpoint", "string"),
        ("network", "node", "network", "string"),
        ("outcome", "node", "outcome", "string"),
        ("reachable", "node", "reachable", "boolean"),
        ("user_agent", "node", "user_agent", "string"),
        ("protocol_version", "node", "protocol_version", "int"),

        // GraphML's numbers have a sign, services have none.
        ("services", "node", "services", "string"),
        ("height", "node", "height", "int"),
        ("seen", "edge", "seen", "long"),
        ("told_services", "edge", "told_services", "string"),
    ];

    public static async Task WriteAsync(ICrawlReader reader, CrawlSnapshot snapshot, Stream output, CancellationToken cancellation)
    {
        var settings = new XmlWriterSettings
        {
            Async = true, Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), CloseOutput = false,
        };
        await using var writer = XmlWriter.Create(output, settings);
        await writer.WriteStartDocumentAsync();
        await writer.WriteStartElementAsync(null, "graphml", Namespace);
        foreach (var (id, kind, name, type) in Keys)
        {
            Start(writer, "key", ("id", id), ("for", kind), ("attr.name", name), ("attr.type", type));
            await writer.WriteEndElementAsync();
        }

        Start(writer, "graph", ("id", $"snapshot-{snapshot.Id}"), ("edgedefault", "directed"));
        await WriteNodesAsync(writer, reader, snapshot, cancellation);
        await foreach (var told in reader.ReadGossipAsync(snapshot.Id, cancellation))
        {
            if (IsKnown(told.Source) && IsKnown(told.Entry.Endpoint))
            {
                Start(writer, "edge", ("source", IdOf(told.Source)), ("target", IdOf(told.Entry.Endpoint)));
                Data(writer, "seen", told.Entry.Time.ToString(CultureInfo.InvariantCulture));
                Data(writer, "told_services", ((ulong)told.Entry.Services).ToString(CultureInfo.InvariantCulture));
                await writer.WriteEndElementAsync();
            }
        }

        await writer.WriteEndElementAsync();
        await writer.WriteEndElementAsync();
        await writer.WriteEndDocumentAsync();
    }

    private static async Task WriteNodesAsync(XmlWriter writer, ICrawlReader reader, CrawlSnapshot snapshot, CancellationToken cancellation)
    {
        var written = new HashSet<long>();
        await foreach (var node in reader.ReadNodesAsync(cancellation))
        {
            if (IsKnown(node.Endpoint) && written.Add(NodeId.Of(node.Endpoint).Value))
            {
                WriteNode(writer, node.Endpoint, node);
            }
        }

        // An edge needs both its ends, also those that the store did not keep as nodes.
        await foreach (var told in reader.ReadGossipAsync(snapshot.Id, cancellation))
        {
            foreach (var end in new[] { told.Source, told.Entry.Endpoint })
            {
                if (IsKnown(end) && written.Add(NodeId.Of(end).Value))
                {
                    WriteNode(writer, end, null);
                }
            }
        }
    }

    private static void WriteNode(XmlWriter writer, NetworkEndpoint endpoint, NodeRecord? node)
    {
        Start(writer, "node", ("id", IdOf(endpoint)));
        Data(writer, "endpoint", endpoint.ToString());
        Data(writer, "network", StoredAddress.NetworkOf(endpoint.Address));
        if (node?.LastVisit is { } visit)
        {
            Data(writer, "outcome", visit.Outcome.Text());
            Data(writer, "reachable", visit.Outcome.IsReachable() ? "true" : "false");
        }

        if (node?.LastVersion is { } version)
        {
            Data(writer, "user_agent", version.UserAgent.ToString());
            Data(writer, "protocol_version", version.ProtocolVersion.ToString(CultureInfo.InvariantCulture));
            Data(writer, "services", ((ulong)version.Services).ToString(CultureInfo.InvariantCulture));
            Data(writer, "height", version.StartHeight.ToString(CultureInfo.InvariantCulture));
        }

        writer.WriteEndElement();
    }

    /// <summary>Whether the address has a number: one of a network that we do not know may be too long for it.</summary>
    private static bool IsKnown(NetworkEndpoint endpoint) => StoredAddress.IsKept(endpoint.Address);

    private static string IdOf(NetworkEndpoint endpoint) => string.Create(CultureInfo.InvariantCulture, $"n{NodeId.Of(endpoint).Value:x16}");

    private static void Start(XmlWriter writer, string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        writer.WriteStartElement(element, Namespace);
        foreach (var (name, value) in attributes)
        {
            writer.WriteAttributeString(name, value);
        }
    }

    private static void Data(XmlWriter writer, string key, string value)
    {
        writer.WriteStartElement("data", Namespace);
        writer.WriteAttributeString("key", key);
        writer.WriteString(value);
        writer.WriteEndElement();
    }
}
