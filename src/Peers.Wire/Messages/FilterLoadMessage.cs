namespace Peers.Wire;

/// <summary>"Announce what matches this bloom filter only" (BIP 37).</summary>
/// <param name="Filter">The filter's bits, the lowest of each byte first; at most 36,000 bytes.</param>
/// <param name="HashFunctions">How many hash functions it has, at most 50.</param>
/// <param name="Tweak">Goes into the seed of each hash function.</param>
/// <param name="Update">What is added when a transaction matches.</param>
public sealed record FilterLoadMessage(Bytes Filter, uint HashFunctions, uint Tweak, BloomUpdate Update) : Message
{
    private const int FixedSize = sizeof(uint) + sizeof(uint) + 1;

    internal const int MaximumSize = 3 + WireLimits.BloomFilterBytes + FixedSize;

    /// <inheritdoc/>
    public override string Command => "filterload";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => CompactSize.SizeOf(Filter.Length) + Filter.Length + FixedSize;

    /// <inheritdoc/>
    /// <exception cref="WireException"><see cref="WireError.TooMany"/>: too many bytes or hash functions.</exception>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteVariableBytes(Filter, WireLimits.BloomFilterBytes, "filterload.filter");
        CheckHashFunctions(HashFunctions, writer.Position);
        writer.WriteUInt32(HashFunctions);
        writer.WriteUInt32(Tweak);
        writer.WriteByte((byte)Update);
    }

    internal static FilterLoadMessage Read(ref WireReader reader)
    {
        var filter = reader.ReadVariableBytes(WireLimits.BloomFilterBytes, "filterload.filter");
        var start = reader.Position;
        var hashFunctions = reader.ReadUInt32("filterload.hashfunctions");
        var message = new FilterLoadMessage(
            filter, hashFunctions, reader.ReadUInt32("filterload.tweak"), (BloomUpdate)reader.ReadByte("filterload.update"));

        // A cap that is broken ends the connection: not before all the bytes are there.
        CheckHashFunctions(hashFunctions, start);
        return message;
    }

    private static void CheckHashFunctions(uint count, int offset)
    {
        if (count > WireLimits.BloomHashFunctions)
        {
            throw new WireException(WireError.TooMany, offset, "filterload.hashfunctions", $"{count} of at most {WireLimits.BloomHashFunctions}");
        }
    }
}
