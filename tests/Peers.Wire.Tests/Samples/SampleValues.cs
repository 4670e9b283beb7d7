using CsCheck;

namespace Peers.Wire.Tests.Samples;

/// <summary>Generators of the values that messages are made of.</summary>
internal static class SampleValues
{
    public static Gen<Hash256> Hash { get; } = Gen.Byte.Array[Hash256.Length].Select(bytes => new Hash256(bytes));

    public static Gen<BlockHeader> Header { get; } =
        Gen.Select(Gen.Int, Hash, Hash, Gen.UInt, Gen.UInt, Gen.UInt)
            .Select((version, previous, root, time, bits, nonce) => new BlockHeader(version, previous, root, time, bits, nonce));

    public static Gen<InventoryVector> Item { get; } =
        Gen.Select(Gen.OneOf(Gen.UInt[0, 5], Gen.UInt), Hash).Select((kind, hash) => new InventoryVector((InventoryKind)kind, hash));

    public static Gen<Bytes> BytesUpTo(int length) => Gen.Byte.Array[0, length].Select(bytes => new Bytes(bytes));

    public static Gen<WireArray<T>> ListOf<T>(Gen<T> items, int most) => items.Array[0, most].Select(list => list.ToWireArray());
}
