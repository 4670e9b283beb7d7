using BenchmarkDotNet.Attributes;
using Peers.Wire;

namespace Peers.Benchmarks.Parts;

/// <summary>SHA-256 twice, which every checksum and every id is.</summary>
[Config(typeof(ShortJob))]
public class HashBenchmarks
{
    private byte[] _bytes = null!;

    [Params(8, 226, 1_000_000)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _bytes = new byte[Length];
        new Random(1).NextBytes(_bytes);
    }

    [Benchmark]
    public Hash256 DoubleSha256() => Wire.DoubleSha256.Hash(_bytes);
}
