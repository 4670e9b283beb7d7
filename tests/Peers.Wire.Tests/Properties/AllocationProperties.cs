using System.Buffers.Binary;
using CsCheck;
using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Properties;

/// <summary>Nothing that a remote sends makes a decode allocate more than twice its bytes and 64 KiB.</summary>
public sealed class AllocationProperties
{
    private const int Allowance = 64 * 1024;
    private const int HostileSize = 128 * 1024;

    private static readonly byte[][] HostileCounts =
    [
        [0xFD, 0xE8, 0x03], [0xFD, 0xD0, 0x07], [0xFD, 0x50, 0xC3], [0xFD, 0xFF, 0xFF], [0xFE, 0x00, 0x00, 0x01, 0x00],
        [0xFE, 0x40, 0x0D, 0x03, 0x00], [0xFE, 0x00, 0x00, 0x00, 0x02], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ];

    public static TheoryData<string> Commands => MessageCorpus.CommandData;

    [Theory(DisplayName = "A message costs at most twice its payload and 64 KiB")]
    [MemberData(nameof(Commands))]
    public void Messages_are_decoded_within_the_bound(string command) =>
        MessageCorpus.Of(command).Sample(message => AssertBounded(command, Payloads.Encode(message)), iter: 50, threads: 1);

    [Theory(DisplayName = "A hostile count, wherever it stands, costs at most twice the payload and 64 KiB")]
    [MemberData(nameof(Commands))]
    public void Hostile_counts_are_bounded(string command) => MessageCorpus.Of(command).Sample(
        message =>
        {
            var sample = Payloads.Encode(message);
            var hostile = new byte[HostileSize];
            foreach (var filler in new byte[] { 0, 1 })
            {
                for (var position = 0; position <= Math.Min(sample.Length, 120); position++)
                {
                    foreach (var count in HostileCounts)
                    {
                        hostile.AsSpan().Fill(filler);
                        sample.AsSpan(0, position).CopyTo(hostile);
                        count.CopyTo(hostile, position);
                        AssertBounded(command, hostile);
                    }
                }
            }
        },
        iter: 1, threads: 1);

    [Theory(DisplayName = "A hostile count at the end of a short payload costs next to nothing")]
    [MemberData(nameof(Commands))]
    public void Hostile_counts_in_short_payloads_are_bounded(string command) => MessageCorpus.Of(command).Sample(
        message =>
        {
            var sample = Payloads.Encode(message);
            for (var position = 0; position <= Math.Min(sample.Length, 300); position++)
            {
                foreach (var count in HostileCounts)
                {
                    AssertBounded(command, [.. sample.AsSpan(0, position), .. count]);
                }
            }
        },
        iter: 1, threads: 1);

    [Fact(DisplayName = "400,000 transactions of ten bytes are decoded within the bound, in each message that carries transactions")]
    public void Smallest_transactions_are_decoded_within_the_bound()
    {
        AssertBounded("block", Filled(new byte[BlockHeader.Size], 399_990, TransactionLayout.MinimumSize));
        AssertBounded("blocktxn", Filled(new byte[Hash256.Length], 399_990, TransactionLayout.MinimumSize));
        AssertBounded("cmpctblock", Filled(new byte[BlockHeader.Size + sizeof(ulong) + 1], 65_535, 1 + TransactionLayout.MinimumSize));
        AssertBounded("cmpctblock", Filled(new byte[BlockHeader.Size + sizeof(ulong)], 65_535, ShortTransactionId.Size));
        AssertBounded("getblocktxn", Filled(new byte[Hash256.Length], 65_536, 1));
        AssertBounded("merkleblock", Filled(new byte[BlockHeader.Size + sizeof(uint)], 124_000, Hash256.Length));
    }

    [Theory(DisplayName = "A thousand addresses of an unknown network, however long, are decoded within the bound")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(512)]
    public void Addresses_of_unknown_networks_are_decoded_within_the_bound(int length)
    {
        var count = length < 0xFD ? [(byte)length] : new byte[] { 0xFD, (byte)length, (byte)(length >> 8) };
        byte[] entry = [0, 0, 0, 0, 0, 200, .. count, .. new byte[length], 0, 0];
        byte[] payload = [0xFD, 0xE8, 0x03, .. Enumerable.Repeat(entry, 1_000).SelectMany(bytes => bytes)];
        Assert.Equal(payload, Payloads.Encode(Payloads.Decode("addrv2", payload)));
        AssertBounded("addrv2", payload);
    }

    /// <summary>A payload with that many items of zeros, and a zero for what may follow.</summary>
    private static byte[] Filled(byte[] start, int count, int itemSize)
    {
        var size = new byte[5];
        size[0] = 0xFE;
        BinaryPrimitives.WriteInt32LittleEndian(size.AsSpan(1), count);
        return [.. start, .. count > ushort.MaxValue ? size : [0xFD, size[1], size[2]], .. new byte[count * itemSize], 0];
    }

    private static void AssertBounded(string command, byte[] payload)
    {
        if (Measure(command, payload) > (2 * payload.Length) + Allowance)
        {
            // Once more: the first time may have made types and code.
            Assert.InRange(Measure(command, payload), 0, (2 * payload.Length) + Allowance);
        }
    }

    private static long Measure(string command, byte[] payload)
    {
        var type = MessageCorpus.TypeOf(command);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            MessageCodec.Decode(type, payload, WireProtocol.Latest, StrictnessPolicy.Core, owned: false);
        }
        catch (WireException)
        {
            // Refusing has a price, too.
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
