namespace Peers.Tests.Loopback;

/// <summary><see cref="LoopbackTests"/> over plain sockets.</summary>
public sealed class LoopbackOverSockets() : LoopbackTests(NetworkIo.Sockets);

/// <summary><see cref="StopTests"/> over plain sockets.</summary>
public sealed class StopOverSockets() : StopTests("sockets");

/// <summary><see cref="RequestTests"/> over plain sockets.</summary>
public sealed class RequestOverSockets() : RequestTests("sockets");
