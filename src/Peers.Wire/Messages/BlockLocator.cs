namespace Peers.Wire;

/// <summary>The payload that <c>getheaders</c> and <c>getblocks</c> share.</summary>
internal static class BlockLocator
{
    /// <summary>Bytes of the longest (as btcd).</summary>
    public const int MaximumSize = sizeof(uint) + 3 + (WireLimits.LocatorHashesBtcd * Hash256.Length) + Hash256.Length;

    public static int GetSize(WireArray<Hash256> locator) =>
        sizeof(uint) + CompactSize.SizeOf(locator.Length) + (locator.Length * Hash256.Length) + Hash256.Length;

    public static void Write(ref WireWriter writer, uint version, WireArray<Hash256> locator, Hash256 stop, string count)
    {
        writer.WriteUInt32(version);
        writer.WriteCount(locator.Length, WireLimits.LocatorHashesBtcd, count);
        writer.WriteHashes(locator);
        writer.WriteHash(stop);
    }

    public static (uint Version, WireArray<Hash256> Locator, Hash256 Stop) Read(ref WireReader reader, string field)
    {
        var version = reader.ReadUInt32(field);
        var locator = reader.ReadHashes(reader.ReadCount(reader.Policy.LocatorHashes, Hash256.Length, field), field);
        return (version, locator, reader.ReadHash(field));
    }
}
