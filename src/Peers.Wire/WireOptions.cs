using System.Collections.Frozen;

namespace Peers.Wire;

/// <summary>What a codec does with what it reads.</summary>
/// <param name="Policy">What is forgiven.</param>
/// <param name="MaximumMessageSize">Bytes of the largest payload that is read or written.</param>
/// <param name="VerifyChecksum">Whether payloads are hashed to see that they arrived whole.</param>
/// <param name="RawCommands">Commands that are left undecoded, as <see cref="UnknownMessage"/>.</param>
public sealed record WireOptions(StrictnessPolicy Policy, int MaximumMessageSize, bool VerifyChecksum, FrozenSet<string> RawCommands)
{
    /// <summary>What the protocol itself says, with Bitcoin Core's forgiveness.</summary>
    public static WireOptions Protocol { get; } =
        new(StrictnessPolicy.Core, WireLimits.MessageBytes, VerifyChecksum: true, FrozenSet<string>.Empty);
}
