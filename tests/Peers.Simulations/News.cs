using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>Made-up news, and how a remote hears of it.</summary>
internal static class News
{
    /// <summary>A transaction whose ids differ; its output's script pushes those bytes.</summary>
    public static Transaction Transaction(int number, params byte[] pushed) => Transaction(number, new OutPoint(Hash(number), 0), pushed);

    public static Transaction Transaction(int number, OutPoint spends, params byte[] pushed) => Wire.Transaction.Create(
        2,
        [new TransactionInput(spends, Bytes.Empty, TransactionInput.FinalSequence, [new byte[] { 1, 2, 3 }])],
        [new TransactionOutput(number, (byte[])[(byte)pushed.Length, .. pushed])],
        0);

    public static Announcement Paying(int number, long? feeRate) => Announcement.Of(Transaction(number), feeRate);

    /// <summary>Headers that follow each other.</summary>
    public static BlockHeader[] Chain(int length)
    {
        var headers = new BlockHeader[length];
        for (var i = 0; i < length; i++)
        {
            headers[i] = new BlockHeader(1, i == 0 ? Hash(-1) : headers[i - 1].ComputeHash(), Hash(i), 1_700_000_000, 0x207fffff, (uint)i);
        }

        return headers;
    }

    public static InventoryVector ByTxId(Transaction transaction) => InventoryVector.Transaction(transaction.Id);

    public static InventoryVector ByWtxId(Transaction transaction) => InventoryVector.WitnessTransactionId(transaction.WitnessId);

    public static InventoryVector ById(BlockHeader header) => InventoryVector.Block(header.ComputeHash());

    public static InvMessage Inv(params InventoryVector[] items) => new(items.ToWireArray());

    public static Hash256 Hash(int number) => Hash256.OfDouble(BitConverter.GetBytes(number));

    /// <summary>Does the remote's part of a handshake, in which it may ask for announcements by wtxid (BIP 339).</summary>
    public static void Handshakes(this ScriptedPeer remote, bool wtxIds, VersionMessage? version = null)
    {
        var hello = version ?? ScriptedPeer.Version();
        if (!wtxIds)
        {
            remote.Handshakes(hello);
            return;
        }

        remote.Says(hello, WtxIdRelayMessage.Instance);
        remote.Expects<VersionMessage>();
        remote.Expects<WtxIdRelayMessage>();
        remote.Expects<SendAddrV2Message>();
        remote.Expects<VerAckMessage>();
        remote.Says(VerAckMessage.Instance);
    }
}
