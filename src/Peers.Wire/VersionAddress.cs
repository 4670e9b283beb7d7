namespace Peers.Wire;

/// <summary>One of the two addresses of <c>version</c>.</summary>
/// <param name="Services">What the node there is thought to offer.</param>
/// <param name="Endpoint">Where it is.</param>
public sealed record VersionAddress(ServiceFlags Services, NetworkEndpoint Endpoint)
{
    internal const int Size = sizeof(ulong) + NetworkEndpoint.V1Size;

    internal static VersionAddress Read(ref WireReader reader, string field) =>
        new((ServiceFlags)reader.ReadUInt64(field), NetworkEndpoint.ReadV1(ref reader, field));

    internal void Write(ref WireWriter writer)
    {
        writer.WriteUInt64((ulong)Services);
        Endpoint.WriteV1(ref writer);
    }
}
