using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Messages;

public sealed class GoldenTests
{
    public static TheoryData<int> Vectors => [.. Enumerable.Range(0, GoldenVectors.All.Count)];

    public static TheoryData<int> Captures => [.. Enumerable.Range(0, CapturedFrame.All.Count)];

    [Fact(DisplayName = "Every message type has a vector that others published or sent")]
    public void Every_message_type_has_a_vector() =>
        Assert.Equal(MessageCorpus.Commands, GoldenVectors.All.Select(vector => vector.Message.Command).Distinct().Order(StringComparer.Ordinal));

    [Theory(DisplayName = "A published payload is the message that it was published as, both ways")]
    [MemberData(nameof(Vectors))]
    public void Published_payloads_are_read_and_written(int index)
    {
        var vector = GoldenVectors.All[index];
        var payload = Convert.FromHexString(vector.Payload);
        foreach (var policy in new[] { StrictnessPolicy.Core, StrictnessPolicy.Btcd })
        {
            Assert.Equal(vector.Message, Payloads.Decode(vector.Message.Command, payload, policy));
        }

        Assert.Equal(vector.Payload, Convert.ToHexStringLower(Payloads.Encode(vector.Message)));
    }

    [Theory(DisplayName = "A frame of a real node's conversation is read by both policies and written as it came")]
    [MemberData(nameof(Captures))]
    public void Captured_frames_are_read_and_written(int index)
    {
        var captured = CapturedFrame.All[index];
        foreach (var policy in new[] { StrictnessPolicy.Core, StrictnessPolicy.Btcd })
        {
            using var codec = Codec(policy);
            codec.Append(captured.Frame);
            Assert.True(codec.TryRead(out var decoded));
            Assert.Null(decoded.Fault);
            Assert.Equal(captured.Command, decoded.Command);
            Assert.Equal(captured.Frame.Length, decoded.Length);
            Assert.Equal(MessageCatalog.Default.Find(captured.Command)!.Type, decoded.Message!.GetType());
            Assert.Equal(captured.Frame, codec.Encode(decoded.Message));
            Assert.False(codec.TryRead(out _));
        }
    }

    [Fact(DisplayName = "What a real node says holds together: chain, merkle roots, short ids, proofs and filters")]
    public void A_captured_conversation_holds_together()
    {
        var said = CapturedFrame.All.Where(frame => frame.FromNode).Select(frame => Read(frame.Frame)).ToList();

        var headers = said.OfType<HeadersMessage>().Single().Headers;
        Assert.Equal(3, headers.Length);
        Assert.Equal(headers[0].ComputeHash(), headers[1].Previous);
        Assert.Equal(headers[1].ComputeHash(), headers[2].Previous);

        var block = said.OfType<BlockMessage>().Single().Block;
        Assert.Equal(headers[1], block.Header);
        Assert.Equal(block.Header.MerkleRoot, block.ComputeMerkleRoot());

        var compact = said.OfType<CompactBlockMessage>().Single();
        var missing = said.OfType<BlockTransactionsMessage>().Single();
        Assert.Equal(compact.Header.ComputeHash(), missing.BlockHash);
        Assert.Equal(compact.GetShortIdKey().Compute(missing.Transactions.Single().WitnessId), compact.ShortIds[0]);

        var proof = said.OfType<MerkleBlockMessage>().Single();
        Assert.Equal(compact.Header, proof.Header);
        Assert.Equal((uint)compact.TransactionCount, proof.Tree.TransactionCount);
        Assert.Equal(proof.Header.MerkleRoot, proof.Tree.Extract().Root);

        var filter = said.OfType<CompactFilterMessage>().Single();
        var filterHeaders = said.OfType<CompactFilterHeadersMessage>().Single();
        Assert.Equal(block.Header.ComputeHash(), filter.Block);
        Assert.Equal(filterHeaders.FilterHashes[0], filter.GetFilterHash());
        Assert.Equal(headers[2].ComputeHash(), filterHeaders.Stop);
    }

    [Fact(DisplayName = "The final alert says what its publishers said it says")]
    public void The_final_alert_is_read()
    {
        var message = Payloads.Decode<AlertMessage>("alert", GoldenVectors.FinalAlertPayload);

        Assert.True(message.TryReadAlert(out var alert));
        Assert.Equal(
            new Alert(
                1, 0, int.MaxValue, int.MaxValue, int.MaxValue - 1, [int.MaxValue], 0, int.MaxValue, [], int.MaxValue, WireText.Empty,
                "URGENT: Alert key compromised, upgrade required", WireText.Empty),
            alert);
    }

    [Fact(DisplayName = "The alert for the sick versions of 2012 is read, user agents and all")]
    public void An_alert_with_user_agents_is_read()
    {
        // bitcoin-ex, alert_test: the alert 1012 about Bitcoin-Qt on Windows.
        var payload = Convert.FromHexString(
            "010000006ff2634f000000006b22455100000000f4030000f20300000060ea000060ea000003"
            + "11" + Hex("/Satoshi:0.6.0.3/") + "0f" + Hex("/Satoshi:0.6.0/") + "12" + Hex("/bitcoin-qt:0.6.0/")
            + "88130000" + "00" + "4a" + Hex("URGENT: security fix for Bitcoin-Qt on Windows: http://bitcoin.org/critfix") + "00");

        Assert.Equal(0xAC, payload.Length);
        Assert.True(new AlertMessage(payload, Bytes.Empty).TryReadAlert(out var alert));
        Assert.Equal((1012, 1010, 60000, 60000, 1331950191L, 1363485291L),
            (alert.Id, alert.Cancel, alert.MinimumVersion, alert.MaximumVersion, alert.RelayUntil, alert.Expiration));
        Assert.Equal(["/Satoshi:0.6.0.3/", "/Satoshi:0.6.0/", "/bitcoin-qt:0.6.0/"], alert.UserAgents);
        Assert.Equal(5000, alert.Priority);
    }

    [Fact(DisplayName = "What is no alert is no error: it is just not read, and costs no memory")]
    public void Other_alert_payloads_are_not_read()
    {
        Assert.False(new AlertMessage(Bytes.Empty, Bytes.Empty).TryReadAlert(out var alert));
        Assert.Null(alert);

        // A million cancelled ids, and the bytes for them: the old nodes fell to this.
        byte[] ids = [.. new byte[28], 0xFE, 0x40, 0x42, 0x0F, 0x00, .. new byte[4_000_000 - 33]];
        Assert.False(new AlertMessage(ids, Bytes.Empty).TryReadAlert(out _));
    }

    private static string Hex(string text) => Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(text));

    private static MessageCodec Codec(StrictnessPolicy policy)
    {
        var options = WireOptions.Protocol with { Policy = policy };
        return new MessageCodec(new V1Transport(BitcoinNetwork.Regtest, MessageCatalog.Default, options), options);
    }

    private static Message Read(byte[] frame)
    {
        using var codec = Codec(StrictnessPolicy.Core);
        codec.Append(frame);
        Assert.True(codec.TryRead(out var decoded));
        return decoded.Message!;
    }
}
