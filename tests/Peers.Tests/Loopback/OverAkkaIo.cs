namespace Peers.Tests.Loopback;

/// <summary><see cref="LoopbackTests"/> over the sockets of Akka.IO.</summary>
public sealed class LoopbackOverAkkaIo() : LoopbackTests(NetworkIo.AkkaIo);

/// <summary><see cref="StopTests"/> over the sockets of Akka.IO.</summary>
public sealed class StopOverAkkaIo() : StopTests("akka-io");

/// <summary><see cref="RequestTests"/> over the sockets of Akka.IO.</summary>
public sealed class RequestOverAkkaIo() : RequestTests("akka-io");
