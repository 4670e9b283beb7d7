namespace Peers.Wire;

/// <summary>What goes into a compact filter (BIP 157). Other values may come to exist.</summary>
public enum CompactFilterType : byte
{
    /// <summary>The scripts of outputs that a block creates and spends (BIP 158).</summary>
    Basic = 0,
}
