using Peers.Wire;

namespace Peers.Cli;

/// <summary>The first block of regtest, as every node of that network has it.</summary>
internal static class RegtestGenesis
{
    /// <summary>2 February 2011, 23:16:42 UTC.</summary>
    public const uint Time = 1296688602;

    // The coinbase is Bitcoin's own: "The Times 03/Jan/2009 Chancellor on brink of second bailout for banks".
    private const string Coinbase =
        "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e" +
        "2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000" +
        "434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d" +
        "5fac00000000";

    public static Block Block { get; } = Make();

    private static Block Make()
    {
        var coinbase = Transaction.Decode(Convert.FromHexString(Coinbase));
        var header = new BlockHeader(1, Hash256.Zero, coinbase.Id, Time, ProofOfWork.RegtestBits, 2);
        return Wire.Block.Create(header, [coinbase]);
    }
}
