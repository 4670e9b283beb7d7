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
            var expected = SHA256.HashData(SHA256.HashData(input));
            Assert.Equal(expected, Hash256.OfDouble(input).ToArray());
            var portable = new byte[SHA256.HashSizeInBytes];
            DoubleSha256.HashPortably(input, portable);
            Assert.Equal(expected, portable);
        }
    }

    [SkippableFact(DisplayName = "OpenSSL's plain SHA-256 is that of the platform, for every length up to some blocks and for some thousands of bytes")]
    public void OpenSsl_hashes_as_the_platform_does()
    {
        Skip.IfNot(OpenSslSha256.IsAvailable, "there is no libcrypto.so.3 here");
        var random = new Random(2);
        foreach (var length in Enumerable.Range(0, 1_100).Append(4_096).Append(100_001))
        {
            var input = new byte[length];
            random.NextBytes(input);
            var digest = new byte[SHA256.HashSizeInBytes];
            OpenSslSha256.Hash(input, digest);
            Assert.Equal(SHA256.HashData(input), digest);
        }
    }

    [Fact(DisplayName = "A digest that has no room is refused, not written past")]
    public void No_room()
    {
        Assert.ThrowsAny<ArgumentException>(() => OpenSslSha256.Hash(new byte[1], new byte[31]));
    }
}
