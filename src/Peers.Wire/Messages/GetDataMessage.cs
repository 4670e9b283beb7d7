namespace Peers.Wire;

/// <summary>"Send me these": answered by <c>block</c>, <c>tx</c>, <c>merkleblock</c> or <c>cmpctblock</c>, or by <c>notfound</c>.</summary>
/// <param name="Items">What is asked for, at most 50,000.</param>
public sealed record GetDataMessage(WireArray<InventoryVector> Items) : Message
{
    /// <inheritdoc/>
    public override string Command => "getdata";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => InventoryList.GetSize(Items);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer) => InventoryList.Write(ref writer, Items, "getdata.count");

    internal static GetDataMessage Read(ref WireReader reader) => new(InventoryList.Read(ref reader, "getdata.count", "getdata.items"));
}
