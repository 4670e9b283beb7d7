namespace Peers.Wire;

/// <summary>Ascending indexes as BIP 152 has them: each as its distance from the one before, less one.</summary>
internal static class DifferentialIndexes
{
    /// <summary>Indexes of 16 bits: there can be no more without a repetition.</summary>
    public const int Maximum = ushort.MaxValue + 1;

    /// <summary>Reads the index after that one; -1 is before the first.</summary>
    public static ushort Read(ref WireReader reader, int previous, string field)
    {
        var start = reader.Position;
        var difference = reader.ReadCompactSize(field);
        if (difference > ushort.MaxValue || previous + 1 + (int)difference > ushort.MaxValue)
        {
            WireReader.Fail(WireError.InvalidValue, start, field, "above 16 bits");
        }

        return (ushort)(previous + 1 + (int)difference);
    }

    public static int GetSize(WireArray<ushort> indexes)
    {
        var size = 0;
        var previous = -1;
        foreach (var index in indexes)
        {
            // What does not ascend is refused when it is written; its size does not matter.
            size += CompactSize.SizeOf(Math.Max(0, index - previous - 1));
            previous = index;
        }

        return size;
    }

    /// <exception cref="WireException"><see cref="WireError.InvalidValue"/>: the indexes do not ascend.</exception>
    public static void Write(ref WireWriter writer, int previous, int index, string field)
    {
        if (index <= previous)
        {
            throw new WireException(WireError.InvalidValue, writer.Position, field, $"{index} after {previous}");
        }

        writer.WriteCompactSize((ulong)(index - previous - 1));
    }
}
