using BenchmarkDotNet.Attributes;
using Peers.Benchmarks.Load;
using Peers.Wire;

namespace Peers.Benchmarks.Parts;

/// <summary>The transport alone: 1,000 frames in reads of several sizes, without their payloads being decoded.</summary>
[Config(typeof(ShortJob))]
public class FramingBenchmarks : IDisposable
{
    private const int Frames = 1_000;

    private byte[] _stream = null!;
    private V1Transport _transport = null!;

    /// <summary>What the frames hold: 8 bytes, 226 bytes, 16 KB.</summary>
    [Params("ping", "tx", "addrv2")]
    public string Command { get; set; } = "";

    /// <summary>Bytes of a read; frames that span two are gathered.</summary>
    [Params(1_460, 65_536)]
    public int Read { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var frame = MessageCodec.For(BitcoinNetwork.Regtest).Encode(TypicalMessages.All[Command]);
        _stream = [.. Enumerable.Repeat(frame, Frames).SelectMany(bytes => bytes)];
        _transport = new V1Transport(BitcoinNetwork.Regtest, MessageCatalog.Default, WireOptions.Protocol);
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public int ReadFrames()
    {
        var (frames, stream) = (0, _stream.AsMemory());
        while (!stream.IsEmpty)
        {
            var read = Math.Min(Read, stream.Length);
            _transport.Append(stream[..read]);
            stream = stream[read..];
            while (_transport.TryReadFrame(out _))
            {
                frames++;
            }
        }

        return frames == Frames ? frames : throw new InvalidOperationException($"{frames} frames");
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _transport.Dispose();
        GC.SuppressFinalize(this);
    }
}
