using System.Runtime.InteropServices;

namespace Peers.Wire;

/// <summary>Names one output of a transaction: what an input spends.</summary>
/// <param name="TransactionId">Id (txid) of the transaction.</param>
/// <param name="Index">Place of the output in it, from 0.</param>
/// <remarks>36 bytes with the layout of the wire.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 36)]
public readonly record struct OutPoint(Hash256 TransactionId, uint Index)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 36;

    /// <summary>No output: what the input of a coinbase names.</summary>
    public static OutPoint Null => new(Hash256.Zero, uint.MaxValue);

    /// <summary>Whether no output is named.</summary>
    public bool IsNull => this == Null;

    /// <summary>As in <c>4a5e…:0</c>.</summary>
    public override string ToString() => $"{TransactionId}:{Index}";
}
