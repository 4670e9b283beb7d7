using System.Buffers.Binary;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Hashes of addresses under a secret of the engine (SipHash-2-4): who chooses his addresses can neither make a table slow nor know which netgroup is
/// protected. The secret is drawn when it is first used, so an engine that never needs it draws nothing.
/// </summary>
internal sealed class AddressHash(Random random) : IEqualityComparer<Subnet>
{
    private (ShortIdKey First, ShortIdKey Second)? _secret;

    /// <summary>Two hashes of 48 bits that know nothing of each other.</summary>
    public (ulong First, ulong Second) Of(NetworkAddress address)
    {
        var (first, second) = Secret();
        var image = ImageOf(NetworkIdentity.Of(address));
        return (first.Compute(image).Value, second.Compute(image).Value);
    }

    /// <summary>The hash of a netgroup.</summary>
    public ulong Of(ulong netgroup)
    {
        Span<byte> image = stackalloc byte[Hash256.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(image, netgroup);
        return Secret().First.Compute(new Hash256(image)).Value;
    }

    public bool Equals(Subnet x, Subnet y) => x == y;

    public int GetHashCode(Subnet obj) => (int)Secret().First.Compute(ImageOf(obj.Address)).Value ^ obj.PrefixLength;

    private static Hash256 ImageOf(NetworkAddress address)
    {
        if (address.Length > Hash256.Length)
        {
            return Hash256.OfDouble(address.ToArray());
        }

        Span<byte> image = stackalloc byte[Hash256.Length];
        image.Clear();
        address.CopyTo(image);
        image[^1] ^= (byte)address.Kind; // Short addresses leave it free; two networks of long keys differ in more than this.
        return new Hash256(image);
    }

    private (ShortIdKey First, ShortIdKey Second) Secret() => _secret ??= (Draw(), Draw());

    private ShortIdKey Draw()
    {
        Span<byte> bytes = stackalloc byte[2 * sizeof(ulong)];
        random.NextBytes(bytes);
        return new ShortIdKey(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
    }
}
