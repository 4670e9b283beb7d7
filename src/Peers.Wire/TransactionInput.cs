namespace Peers.Wire;

/// <summary>What a transaction spends. Structure only: scripts are neither read nor run.</summary>
/// <param name="Previous">The output that is spent.</param>
/// <param name="Script">The signature script.</param>
/// <param name="Sequence">Sequence number; below 0xFFFFFFFE it signals replaceability (BIP 125), and it may hold a relative lock time (BIP 68).</param>
/// <param name="Witness">The witness stack, bottom first (BIP 141); empty when there is none.</param>
public readonly record struct TransactionInput(OutPoint Previous, Bytes Script, uint Sequence, WireArray<Bytes> Witness)
{
    /// <summary>Bytes of the shortest input on the wire, witness not counted.</summary>
    public const int MinimumSize = OutPoint.Size + 1 + sizeof(uint);

    /// <summary>The sequence number of an input that uses none of its meanings.</summary>
    public const uint FinalSequence = uint.MaxValue;
}
