using System.Diagnostics.CodeAnalysis;

namespace Peers.Wire;

/// <summary>
/// A warning signed with a key that is public since 2016: retired, and read for analysis only. Signatures are not checked, for they prove nothing.
/// </summary>
/// <param name="Payload">The signed bytes; see <see cref="TryReadAlert"/>.</param>
/// <param name="Signature">The signature (DER) of the payload's double SHA-256.</param>
public sealed record AlertMessage(Bytes Payload, Bytes Signature) : Message
{
    /// <inheritdoc/>
    public override string Command => "alert";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) =>
        CompactSize.SizeOf(Payload.Length) + Payload.Length + CompactSize.SizeOf(Signature.Length) + Signature.Length;

    /// <summary>Reads the fields of the payload, if that is what they are.</summary>
    /// <param name="alert">The fields; null when it is false.</param>
    public bool TryReadAlert([NotNullWhen(true)] out Alert? alert)
    {
        alert = null;
        try
        {
            var reader = new WireReader(Payload.Memory, WireProtocol.Latest, StrictnessPolicy.Core, owned: true);
            alert = Alert.Read(ref reader);
            return true;
        }
        catch (WireException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteVariableBytes(Payload, WireLimits.MessageBytes, "alert.payload");
        writer.WriteVariableBytes(Signature, WireLimits.MessageBytes, "alert.signature");
    }

    internal static AlertMessage Read(ref WireReader reader) => new(
        reader.ReadVariableBytes(WireLimits.MessageBytes, "alert.payload"),
        reader.ReadVariableBytes(WireLimits.MessageBytes, "alert.signature"));
}
