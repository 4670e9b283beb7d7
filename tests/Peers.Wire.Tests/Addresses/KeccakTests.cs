using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace Peers.Wire.Tests.Addresses;

public sealed class KeccakTests
{
    [Theory(DisplayName = "SHA3-256 is that of FIPS 202: NIST's published values")]
    [InlineData("", "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a")]
    [InlineData("abc", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532")]
    [InlineData(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376")]
    [InlineData(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "916f6061fe879741ca6469b43971dfdb28b1a32dc36cb3254e812be27aad1d18")]
    public void Hashes_are_those_published(string message, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(Keccak.Sha3256(Encoding.ASCII.GetBytes(message))));

    [Fact(DisplayName = "SHA3-256 of 200 times a3 is NIST's, across two blocks")]
    public void A_longer_message_hashes_as_published()
    {
        var message = new byte[200];
        message.AsSpan().Fill(0xA3);
        Assert.Equal("79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787", Convert.ToHexStringLower(Keccak.Sha3256(message)));
    }

    [Fact(DisplayName = "SHA3-256 is the platform's, where it has one, for every length around a block")]
    public void Hashes_are_the_platforms()
    {
        if (!SHA3_256.IsSupported)
        {
            return;
        }

        for (var length = 0; length < 300; length++)
        {
            var message = new byte[length];
            new Random(length).NextBytes(message);
            Assert.Equal(SHA3_256.HashData(message), Keccak.Sha3256(message));
        }
    }

    [Fact(DisplayName = "Base 32 is RFC 4648's in lower case without padding, and has one text for each value")]
    public void Base32_is_unambiguous()
    {
        // The vectors of RFC 4648, section 10.
        foreach (var (plain, text) in new[] { ("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foob", "mzxw6yq"), ("fooba", "mzxw6ytb"), ("foobar", "mzxw6ytboi") })
        {
            Assert.Equal(text, Base32.Encode(Encoding.ASCII.GetBytes(plain)));
            Assert.Equal(Encoding.ASCII.GetBytes(plain), Base32.Decode(text));
        }

        foreach (var bad in new[] { "m", "mz", "mzx", "mzxw6y", "my======", "m1", "m y" })
        {
            Assert.Null(Base32.Decode(bad));
        }

        Gen.Byte.Array[0, 64].Sample(bytes => Base32.Decode(Base32.Encode(bytes))!.SequenceEqual(bytes), iter: 500);
    }
}
