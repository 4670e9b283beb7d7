namespace Peers.Wire;

/// <summary>The payload that <c>inv</c>, <c>getdata</c> and <c>notfound</c> share.</summary>
internal static class InventoryList
{
    /// <summary>Bytes of the longest list.</summary>
    public const int MaximumSize = 3 + (WireLimits.InventoryItems * InventoryVector.Size);

    public static int GetSize(WireArray<InventoryVector> items) => CompactSize.SizeOf(items.Length) + (items.Length * InventoryVector.Size);

    public static void Write(ref WireWriter writer, WireArray<InventoryVector> items, string count)
    {
        writer.WriteCount(items.Length, WireLimits.InventoryItems, count);
        writer.WritePacked(items.Span);
    }

    public static WireArray<InventoryVector> Read(ref WireReader reader, string count, string items) =>
        reader.ReadPacked<InventoryVector>(reader.ReadCount(WireLimits.InventoryItems, InventoryVector.Size, count), items);
}
