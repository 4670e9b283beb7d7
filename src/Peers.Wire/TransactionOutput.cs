namespace Peers.Wire;

/// <summary>What a transaction pays. Structure only: neither the value nor the script is validated.</summary>
/// <param name="Value">Satoshis; a hundred million are a bitcoin. The wire allows any number, also negative ones.</param>
/// <param name="Script">The script that says who may spend it.</param>
public readonly record struct TransactionOutput(long Value, Bytes Script)
{
    /// <summary>Bytes of the shortest output on the wire.</summary>
    public const int MinimumSize = sizeof(long) + 1;
}
