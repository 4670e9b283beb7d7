namespace Peers.Wire;

/// <summary>What both sides agreed on and what the bytes of a message depend on.</summary>
/// <param name="Version">The lower of the two protocol versions.</param>
/// <param name="Witness">Whether the remote offers <see cref="ServiceFlags.Witness"/>, so that transactions go out with witnesses.</param>
public readonly record struct WireProtocol(int Version, bool Witness)
{
    /// <summary>What is spoken before a <c>version</c> has been heard, and by tools that read captured messages.</summary>
    public static WireProtocol Latest => new(ProtocolVersion.Latest, Witness: true);
}
