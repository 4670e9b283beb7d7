namespace Peers.Wire;

/// <summary>Asks for the headers after the first block of the locator that the remote has; answered by <c>headers</c>.</summary>
/// <param name="Version">The protocol version; nobody reads it.</param>
/// <param name="Locator">Hashes of our chain from the tip down, ever farther apart; Bitcoin Core takes at most 101.</param>
/// <param name="Stop">The last one wanted; zero for as many as come.</param>
public sealed record GetHeadersMessage(uint Version, WireArray<Hash256> Locator, Hash256 Stop) : Message
{
    /// <summary>Asks for as many as come.</summary>
    public GetHeadersMessage(WireArray<Hash256> locator)
        : this(ProtocolVersion.Latest, locator, Hash256.Zero)
    {
    }

    /// <inheritdoc/>
    public override string Command => "getheaders";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => BlockLocator.GetSize(Locator);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer) => BlockLocator.Write(ref writer, Version, Locator, Stop, "getheaders.locator");

    internal static GetHeadersMessage Read(ref WireReader reader)
    {
        var (version, locator, stop) = BlockLocator.Read(ref reader, "getheaders.locator");
        return new GetHeadersMessage(version, locator, stop);
    }
}
