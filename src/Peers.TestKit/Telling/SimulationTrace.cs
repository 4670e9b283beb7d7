using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Peers.TestKit;

/// <summary>
/// What happened, one line per event, each with its virtual time. Two runs with one seed have equal traces, byte for byte, on any machine
/// and in any process.
/// </summary>
public sealed class SimulationTrace
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Queue<string> _lines = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly VirtualTimeScheduler _scheduler;
    private TextWriter? _writer;
    private string? _digest;

    internal SimulationTrace(VirtualTimeScheduler scheduler) => _scheduler = scheduler;

    /// <summary>Whether events are noted at all; off, the trace costs nothing. On at first.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>How many lines <see cref="Lines"/> keeps, the latest: what is older only <see cref="Digest"/> and a writer still know. No limit at first.</summary>
    public int KeptLines { get; set; } = int.MaxValue;

    /// <summary>How many events were noted so far, those no longer kept included.</summary>
    public long Count { get; private set; }

    /// <summary>The lines so far, as many as are kept.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>The lines so far, as one text.</summary>
    public string Text => string.Join('\n', _lines);

    /// <summary>SHA-256 of every line so far, each with a line feed behind it, in hexadecimal: what to compare between processes and machines.</summary>
    public string Digest => _digest ?? Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>
    /// Writes each event from now on as one line of JSON (NDJSON): <c>at</c> (seconds of virtual time), <c>event</c>, and what belongs to it:
    /// <c>from</c>, <c>to</c>, <c>bytes</c>, <c>hash</c> (of the bytes, FNV-1a), <c>command</c>, <c>text</c>.
    /// </summary>
    /// <param name="writer">Where to; it is flushed and closed by its owner. <c>null</c> writes no more.</param>
    public void WriteTo(TextWriter? writer) => _writer = writer;

    /// <summary>Adds a line of the test's own, stamped with the virtual time.</summary>
    public void Write(string line)
    {
        if (!IsOn)
            return;
        Add(line);
        _writer?.Write($"{{\"at\":{Seconds},\"event\":\"note\",\"text\":{JsonSerializer.Serialize(line, Json)}}}\n");
    }

    /// <inheritdoc />
    public override string ToString() => Text;

    /// <summary>Ends the trace; it can still be read.</summary>
    internal void Close()
    {
        if (_digest is not null)
            return;
        _digest = Digest;
        IsOn = false;
        _hash.Dispose();
    }

    internal void Network(string what, IPEndPoint from, IPEndPoint to)
    {
        if (!IsOn)
            return;
        Add($"{what} {from} > {to}");
        _writer?.Write($"{{\"at\":{Seconds},\"event\":\"{what}\",\"from\":\"{from}\",\"to\":\"{to}\"}}\n");
    }

    internal void Data(IPEndPoint from, IPEndPoint to, ReadOnlySpan<byte> bytes)
    {
        if (!IsOn)
            return;
        var hash = Seeds.Hash(bytes);
        Add($"data {from} > {to} {bytes.Length} {hash:x8}");
        _writer?.Write($"{{\"at\":{Seconds},\"event\":\"data\",\"from\":\"{from}\",\"to\":\"{to}\",\"bytes\":{bytes.Length},\"hash\":\"{hash:x8}\"}}\n");
    }

    private string Seconds => $"{_scheduler.Elapsed.Ticks / TimeSpan.TicksPerSecond}.{_scheduler.Elapsed.Ticks % TimeSpan.TicksPerSecond:0000000}";

    private void Add(string line)
    {
        var stamped = $"{_scheduler.Elapsed:d\\.hh\\:mm\\:ss\\.fffffff} {line}";
        Count++;
        _hash.AppendData(Encoding.UTF8.GetBytes(stamped + "\n"));
        _lines.Enqueue(stamped);
        while (_lines.Count > KeptLines)
            _lines.Dequeue();
    }
}
