namespace Peers.Wire;

/// <summary>"I do not have these": the answer to a <c>getdata</c>.</summary>
/// <param name="Items">What is not there, at most 50,000.</param>
public sealed record NotFoundMessage(WireArray<InventoryVector> Items) : Message
{
    /// <inheritdoc/>
    public override string Command => "notfound";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => InventoryList.GetSize(Items);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer) => InventoryList.Write(ref writer, Items, "notfound.count");

    internal static NotFoundMessage Read(ref WireReader reader) => new(InventoryList.Read(ref reader, "notfound.count", "notfound.items"));
}
