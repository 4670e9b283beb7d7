using System.Security.Cryptography;

namespace Peers.Wire.Tests.Values;

public sealed class Sha256BlockTests
{
    [Fact(DisplayName = "SHA-256 of one block is that of the platform, for every length and many contents")]
    public void One_block_hashes_as_the_platform_does()
    {
        var random = new Random(1);
        for (var length = 0; length <= Sha256Block.MaximumInput; length++)
        {
            for (var round = 0; round < 40; round++)
            {
                var input = new byte[length];
                random.NextBytes(input);
                var digest = new byte[SHA256.HashSizeInBytes];
                Sha256Block.Hash(input, digest);
                Assert.Equal(SHA256.HashData(input), digest);
            }
        }
    }

    [Fact(DisplayName = "SHA-256 of \"abc\" is that of FIPS 180")]
    public void The_published_digest()
    {
        var digest = new byte[SHA256.HashSizeInBytes];
        Sha256Block.Hash("abc"u8, digest);
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Convert.ToHexStringLower(digest));
    }

    [Fact(DisplayName = "The double hash is that of the platform, on both sides of the block's size")]
    public void Double_hashes_are_those_of_the_platform()
    {
        for (var length = 0; length < 200; length++)
        {
            var input = Enumerable.Range(0, length).Select(i => (byte)(i * 37)).ToArray();
            Assert.Equal(SHA256.HashData(SHA256.HashData(input)), Hash256.OfDouble(input).ToArray());
        }
    }
}
