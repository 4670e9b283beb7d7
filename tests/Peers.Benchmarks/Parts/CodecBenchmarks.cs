using BenchmarkDotNet.Attributes;
using Peers.Benchmarks.Load;
using Peers.Wire;

namespace Peers.Benchmarks.Parts;

/// <summary>Every message of the catalog from the bytes of its frame, and to them: framing, checksum and all that is validated.</summary>
[Config(typeof(ShortJob))]
public class CodecBenchmarks
{
    private MessageCodec _codec = null!;
    private Message _message = null!;
    private byte[] _frame = null!;

    [ParamsSource(nameof(Commands))]
    public string Command { get; set; } = "";

    public static IEnumerable<string> Commands => MessageCatalog.Default.Select(type => type.Command).Order(StringComparer.Ordinal);

    [GlobalSetup]
    public void Prepare()
    {
        _codec = MessageCodec.For(BitcoinNetwork.Regtest);
        _message = TypicalMessages.All[Command];
        _frame = _codec.Encode(_message);
    }

    [Benchmark]
    public Message? Decode()
    {
        _codec.Append(_frame);
        _codec.TryRead(out var decoded);
        var message = decoded.Message;
        _codec.TryRead(out _);
        return message;
    }

    /// <summary>Into a buffer that is there, as a connection does it.</summary>
    [Benchmark]
    public int Encode()
    {
        var size = _codec.GetFrameSize(_message);
        _codec.Write(_message, _frame.AsSpan(0, size));
        return size;
    }
}
