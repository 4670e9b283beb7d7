using System.Buffers;

namespace Peers.Wire;

/// <summary>Where the parts of a serialised transaction lie, found in one pass that allocates nothing.</summary>
/// <param name="Length">Bytes of the whole transaction.</param>
/// <param name="WitnessStart">Where the outputs end: there the witnesses begin, or the lock time when there are none.</param>
internal readonly record struct TransactionLayout(int Length, int WitnessStart)
{
    /// <summary>Bytes of the shortest transaction: it has neither inputs nor outputs.</summary>
    public const int MinimumSize = sizeof(int) + 1 + 1 + sizeof(uint);

    private const int MarkerAndFlag = 2;
    private const byte WitnessFlag = 1;
    private const int StackBytes = 1024;

    public bool HasWitness => WitnessStart + sizeof(uint) != Length;

    /// <summary>Where the count of inputs lies.</summary>
    public int InputsStart => sizeof(int) + (HasWitness ? MarkerAndFlag : 0);

    public int StrippedSize => HasWitness ? WitnessStart - MarkerAndFlag + sizeof(uint) : Length;

    /// <summary>Whether transactions are read with witnesses from this remote.</summary>
    public static bool IsWitnessRead(in WireReader reader) => reader.Protocol.Witness || reader.Policy.WitnessAlwaysDecoded;

    /// <summary>Reads past one transaction.</summary>
    /// <param name="reader">Stands at its first byte.</param>
    /// <param name="witness">Whether the form of BIP 144 is recognised; else a count of no inputs means just that.</param>
    /// <exception cref="WireException">It is none.</exception>
    public static TransactionLayout Read(ref WireReader reader, bool witness)
    {
        var start = reader.Position;
        reader.Skip(sizeof(int), "tx.version");
        var inputs = ReadInputCount(ref reader);
        var flag = 0;
        if (inputs > 0 || !witness)
        {
            SkipInputs(ref reader, inputs);
            SkipOutputs(ref reader);
        }
        else if ((flag = reader.ReadByte("tx.flag")) != 0)
        {
            // No inputs and a flag that is not zero: the marker of BIP 144. With a zero it is a transaction without outputs, too.
            if (flag != WitnessFlag)
            {
                reader.Fail(WireError.InvalidValue, "tx.flag", $"{flag}, only {WitnessFlag} is known");
            }

            inputs = ReadInputCount(ref reader);
            SkipInputs(ref reader, inputs);
            SkipOutputs(ref reader);
        }

        var witnessStart = reader.Position - start;

        // A second form of the same transaction would be a way to change its bytes; Bitcoin Core refuses it, too.
        if (flag != 0 && !SkipWitnesses(ref reader, inputs))
        {
            reader.Fail(WireError.InvalidValue, "tx.witness", "superfluous: every witness is empty");
        }

        reader.Skip(sizeof(uint), "tx.lockTime");
        return new TransactionLayout(reader.Position - start, witnessStart);
    }

    public static int ReadInputCount(ref WireReader reader) =>
        reader.ReadCount(WireLimits.AnyCount, TransactionInput.MinimumSize, "tx.inputs");

    public static int ReadOutputCount(ref WireReader reader) =>
        reader.ReadCount(WireLimits.AnyCount, TransactionOutput.MinimumSize, "tx.outputs");

    public static int ReadWitnessCount(ref WireReader reader) => reader.ReadCount(WireLimits.AnyCount, 1, "tx.witness");

    public static void SkipInputs(ref WireReader reader, int count)
    {
        for (; count > 0; count--)
        {
            reader.Skip(OutPoint.Size, "tx.input.previous");
            reader.SkipVariableBytes("tx.input.script");
            reader.Skip(sizeof(uint), "tx.input.sequence");
        }
    }

    /// <summary>The id (txid): the hash of the transaction without marker, flag and witnesses.</summary>
    public Hash256 ComputeId(ReadOnlySpan<byte> transaction)
    {
        if (!HasWitness)
        {
            return DoubleSha256.Hash(transaction);
        }

        // A copy and one call cost less than three calls of an incremental hash.
        var size = StrippedSize;
        var rented = size > StackBytes ? ArrayPool<byte>.Shared.Rent(size) : null;
        var stripped = rented is null ? stackalloc byte[StackBytes] : rented;
        stripped = stripped[..size];
        CopyStripped(transaction, stripped);
        var id = DoubleSha256.Hash(stripped);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return id;
    }

    /// <summary>Copies the transaction without marker, flag and witnesses.</summary>
    public void CopyStripped(ReadOnlySpan<byte> transaction, Span<byte> destination)
    {
        var body = transaction[InputsStart..WitnessStart];
        transaction[..sizeof(int)].CopyTo(destination);
        body.CopyTo(destination[sizeof(int)..]);
        transaction[^sizeof(uint)..].CopyTo(destination[(sizeof(int) + body.Length)..]);
    }

    /// <summary>Writes the transaction as that protocol has it.</summary>
    public void Write(ref WireWriter writer, ReadOnlySpan<byte> transaction)
    {
        if (writer.Protocol.Witness || !HasWitness)
        {
            writer.WriteBytes(transaction);
        }
        else
        {
            CopyStripped(transaction, writer.Reserve(StrippedSize));
        }
    }

    private static void SkipOutputs(ref WireReader reader)
    {
        for (var count = ReadOutputCount(ref reader); count > 0; count--)
        {
            reader.Skip(sizeof(long), "tx.output.value");
            reader.SkipVariableBytes("tx.output.script");
        }
    }

    private static bool SkipWitnesses(ref WireReader reader, int inputs)
    {
        var any = false;
        for (; inputs > 0; inputs--)
        {
            for (var items = ReadWitnessCount(ref reader); items > 0; items--)
            {
                any = true;
                reader.SkipVariableBytes("tx.witness.item");
            }
        }

        return any;
    }
}
