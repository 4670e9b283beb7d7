namespace Peers.Benchmarks;

/// <summary>A benchmark cannot be run, or its result would not be true: one line that says why.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
