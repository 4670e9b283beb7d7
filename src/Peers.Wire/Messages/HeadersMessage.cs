namespace Peers.Wire;

/// <summary>Block headers: the answer to <c>getheaders</c>, or an announcement (BIP 130).</summary>
/// <param name="Headers">The headers, at most 2,000.</param>
public sealed record HeadersMessage(WireArray<BlockHeader> Headers) : Message
{
    /// <summary>Each header is followed by a count of transactions, which is zero.</summary>
    private const int EntrySize = BlockHeader.Size + 1;

    internal const int MaximumSize = 3 + (WireLimits.Headers * EntrySize);

    /// <inheritdoc/>
    public override string Command => "headers";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => CompactSize.SizeOf(Headers.Length) + (Headers.Length * EntrySize);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteCount(Headers.Length, WireLimits.Headers, "headers.count");
        foreach (ref readonly var header in Headers.Span)
        {
            writer.WriteHeader(header);
            writer.WriteByte(0);
        }
    }

    internal static HeadersMessage Read(ref WireReader reader)
    {
        var headers = new BlockHeader[reader.ReadCount(WireLimits.Headers, EntrySize, "headers.count")];
        for (var i = 0; i < headers.Length; i++)
        {
            headers[i] = reader.ReadHeader("headers.header");

            // Bitcoin Core reads the count and looks no further.
            if (reader.ReadCompactSize("headers.transactions") != 0 && !reader.Policy.TrailingBytesAllowed)
            {
                reader.Fail(WireError.InvalidValue, "headers.transactions", "a header comes without transactions");
            }
        }

        return new HeadersMessage(WireArray.Own(headers));
    }
}
