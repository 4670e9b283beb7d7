namespace Peers.Soak;

/// <summary>One row of hostile load.</summary>
/// <param name="Number">The number that it has in the matrix (docs/hostile.md).</param>
/// <param name="What">What is done to the engine.</param>
/// <param name="Core">What Bitcoin Core 30.99 was measured to do, where it was.</param>
/// <param name="MostHeld">Bytes that the engine may hold more while it lasts, after a collection.</param>
/// <param name="MostPing">The longest that the answer to another peer's ping may take.</param>
/// <param name="Attack">Does it, and leaves it standing.</param>
internal sealed record FloodRow(int Number, string What, string Core, long MostHeld, TimeSpan MostPing, Func<FloodScene, Task> Attack);
