namespace Peers.Wire;

/// <summary>"I have these": announces blocks and transactions.</summary>
/// <param name="Items">What is announced, at most 50,000.</param>
public sealed record InvMessage(WireArray<InventoryVector> Items) : Message
{
    /// <inheritdoc/>
    public override string Command => "inv";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => InventoryList.GetSize(Items);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer) => InventoryList.Write(ref writer, Items, "inv.count");

    internal static InvMessage Read(ref WireReader reader) => new(InventoryList.Read(ref reader, "inv.count", "inv.items"));
}
