namespace Peers.Wire.Tests.Codec;

public sealed class PayloadBufferTests
{
    [Theory(DisplayName = "However bytes arrive, the payload that is taken is all of them in order")]
    [InlineData(1, 1)]
    [InlineData(100, 7)]
    [InlineData(WireLimits.ReceiveAhead, 65_536)]
    [InlineData(WireLimits.ReceiveAhead + 1, 65_536)]
    [InlineData((3 * WireLimits.ReceiveAhead) - 5, 100_003)]
    [InlineData(2 * WireLimits.ReceiveAhead, 2 * WireLimits.ReceiveAhead)]
    public void Gathered_bytes_are_taken(int length, int run)
    {
        var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 31 >> 3)).ToArray();
        var buffer = new PayloadBuffer();
        foreach (var owned in new[] { true, false, true })
        {
            foreach (var part in bytes.Chunk(run))
            {
                buffer.Gather(part, length);
            }

            Assert.Equal(length, buffer.Gathered);
            Assert.True(bytes.AsSpan().SequenceEqual(buffer.Take(length, owned, skipped: false).Span));
            Assert.Equal(0, buffer.Gathered);
            buffer.Release();
        }
    }

    [Fact(DisplayName = "An owned payload is not given back with the buffers")]
    public void An_owned_payload_stays()
    {
        var buffer = new PayloadBuffer();
        buffer.Gather([1, 2, 3], 3);
        var taken = buffer.Take(3, owned: true, skipped: false);
        buffer.Clear();
        Assert.Equal([1, 2, 3], taken.ToArray());
    }

    [Fact(DisplayName = "Skipped bytes are counted and nothing else")]
    public void Skipped_bytes_are_counted()
    {
        var buffer = new PayloadBuffer();
        buffer.Skip(10);
        buffer.Skip(5);
        Assert.Equal(15, buffer.Gathered);
        Assert.True(buffer.Take(15, owned: true, skipped: true).IsEmpty);
        Assert.Equal(0, buffer.Gathered);
    }
}
