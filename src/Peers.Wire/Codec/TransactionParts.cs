namespace Peers.Wire;

/// <summary>Inputs and outputs to bytes and back. The bytes it reads have passed <see cref="TransactionLayout.Read"/>.</summary>
internal static class TransactionParts
{
    private static readonly WireProtocol Protocol = WireProtocol.Latest;

    public static TransactionInput[] ReadInputs(ReadOnlyMemory<byte> transaction, in TransactionLayout layout)
    {
        var reader = Reader(transaction[layout.InputsStart..]);
        var inputs = new TransactionInput[TransactionLayout.ReadInputCount(ref reader)];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = new TransactionInput(
                new OutPoint(reader.ReadHash("tx.input.previous"), reader.ReadUInt32("tx.input.previous")),
                reader.ReadVariableBytes(WireLimits.AnyCount, "tx.input.script"),
                reader.ReadUInt32("tx.input.sequence"),
                default);
        }

        if (layout.HasWitness)
        {
            var witnesses = Reader(transaction[layout.WitnessStart..]);
            foreach (ref var input in inputs.AsSpan())
            {
                input = input with { Witness = ReadWitness(ref witnesses) };
            }
        }

        return inputs;
    }

    public static TransactionOutput[] ReadOutputs(ReadOnlyMemory<byte> transaction, in TransactionLayout layout)
    {
        var reader = Reader(transaction[layout.InputsStart..]);
        TransactionLayout.SkipInputs(ref reader, TransactionLayout.ReadInputCount(ref reader));
        var outputs = new TransactionOutput[TransactionLayout.ReadOutputCount(ref reader)];
        foreach (ref var output in outputs.AsSpan())
        {
            output = new TransactionOutput(
                reader.ReadInt64("tx.output.value"), reader.ReadVariableBytes(WireLimits.AnyCount, "tx.output.script"));
        }

        return outputs;
    }

    public static byte[] Serialize(
        int version, WireArray<TransactionInput> inputs, WireArray<TransactionOutput> outputs, uint lockTime, out TransactionLayout layout)
    {
        var body = GetSize(inputs) + GetSize(outputs);
        var witness = GetWitnessSize(inputs);
        var bytes = new byte[sizeof(int) + body + witness + sizeof(uint) + (witness > 0 ? 2 : 0)];
        var writer = new WireWriter(bytes, Protocol);
        writer.WriteInt32(version);
        if (witness > 0)
        {
            writer.WriteByte(0);
            writer.WriteByte(1);
        }

        Write(ref writer, inputs);
        Write(ref writer, outputs);
        layout = new TransactionLayout(bytes.Length, writer.Position);
        if (witness > 0)
        {
            WriteWitnesses(ref writer, inputs);
        }

        writer.WriteUInt32(lockTime);
        return bytes;
    }

    private static WireReader Reader(ReadOnlyMemory<byte> bytes) => new(bytes, Protocol, StrictnessPolicy.Core, owned: true);

    private static WireArray<Bytes> ReadWitness(ref WireReader reader)
    {
        var items = new Bytes[TransactionLayout.ReadWitnessCount(ref reader)];
        foreach (ref var item in items.AsSpan())
        {
            item = reader.ReadVariableBytes(WireLimits.AnyCount, "tx.witness.item");
        }

        return WireArray.Own(items);
    }

    private static int SizeOf(Bytes bytes) => CompactSize.SizeOf(bytes.Length) + bytes.Length;

    private static int GetSize(WireArray<TransactionInput> inputs)
    {
        var size = CompactSize.SizeOf(inputs.Length);
        foreach (var input in inputs)
        {
            size = checked(size + OutPoint.Size + SizeOf(input.Script) + sizeof(uint));
        }

        return size;
    }

    private static int GetSize(WireArray<TransactionOutput> outputs)
    {
        var size = CompactSize.SizeOf(outputs.Length);
        foreach (var output in outputs)
        {
            size = checked(size + sizeof(long) + SizeOf(output.Script));
        }

        return size;
    }

    /// <summary>Bytes of all witnesses; none when every witness is empty, for then they are not written.</summary>
    private static int GetWitnessSize(WireArray<TransactionInput> inputs)
    {
        var (size, any) = (0, false);
        foreach (var input in inputs)
        {
            any |= input.Witness.Length > 0;
            size += CompactSize.SizeOf(input.Witness.Length);
            foreach (var item in input.Witness)
            {
                size = checked(size + SizeOf(item));
            }
        }

        return any ? size : 0;
    }

    private static void Write(ref WireWriter writer, WireArray<TransactionInput> inputs)
    {
        writer.WriteCompactSize((ulong)inputs.Length);
        foreach (var input in inputs)
        {
            writer.WriteHash(input.Previous.TransactionId);
            writer.WriteUInt32(input.Previous.Index);
            Write(ref writer, input.Script);
            writer.WriteUInt32(input.Sequence);
        }
    }

    private static void Write(ref WireWriter writer, WireArray<TransactionOutput> outputs)
    {
        writer.WriteCompactSize((ulong)outputs.Length);
        foreach (var output in outputs)
        {
            writer.WriteInt64(output.Value);
            Write(ref writer, output.Script);
        }
    }

    private static void WriteWitnesses(ref WireWriter writer, WireArray<TransactionInput> inputs)
    {
        foreach (var input in inputs)
        {
            writer.WriteCompactSize((ulong)input.Witness.Length);
            foreach (var item in input.Witness)
            {
                Write(ref writer, item);
            }
        }
    }

    private static void Write(ref WireWriter writer, Bytes bytes)
    {
        writer.WriteCompactSize((ulong)bytes.Length);
        writer.WriteBytes(bytes.Span);
    }
}
