using Peers.Wire;

namespace Peers.Tests.Core;

/// <summary>Made-up hashes, transactions and chains of headers.</summary>
internal static class Samples
{
    public static Hash256 Hash(int number) => Hash256.OfDouble(BitConverter.GetBytes(number));

    public static InventoryVector Tx(int number) => InventoryVector.Transaction(Hash(number));

    public static Announcement.OfTransaction News(int number, long? feeRate = null) => new(Hash(number), Hash(-number)) { FeeRate = feeRate };

    /// <summary>A transaction that pays to the script of those bytes, with a witness, so that its two ids differ.</summary>
    public static Transaction Transaction(int number, params byte[] pushed) => Wire.Transaction.Create(
        2,
        [new TransactionInput(new OutPoint(Hash(number), 0), Bytes.Empty, TransactionInput.FinalSequence, [new byte[] { 1, 2, 3 }])],
        [new TransactionOutput(1_000, (byte[])[(byte)pushed.Length, .. pushed])],
        0);

    /// <summary>Headers that follow each other; the first follows the block before.</summary>
    public static BlockHeader[] Chain(int length, Hash256 before = default)
    {
        var headers = new BlockHeader[length];
        for (var i = 0; i < length; i++)
        {
            headers[i] = new BlockHeader(1, i == 0 ? before : headers[i - 1].ComputeHash(), Hash(i), 1_700_000_000, 0x207fffff, (uint)i);
        }

        return headers;
    }
}
