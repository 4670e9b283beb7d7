using System.Security.Cryptography;
using System.Text;

namespace Peers.TestKit;

/// <summary>What happened, one line per event, each with its virtual time. Two runs with one seed have equal traces.</summary>
public sealed class SimulationTrace
{
    private readonly List<string> _lines = [];
    private readonly VirtualTimeScheduler _scheduler;

    internal SimulationTrace(VirtualTimeScheduler scheduler) => _scheduler = scheduler;

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The lines so far, as one text.</summary>
    public string Text => string.Join('\n', _lines);

    /// <summary>SHA-256 of <see cref="Text"/>, in hexadecimal: what to compare between processes and machines.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    /// <summary>Adds a line of the test's own, stamped with the virtual time.</summary>
    public void Write(string line) => _lines.Add($"{_scheduler.Elapsed:d\\.hh\\:mm\\:ss\\.fffffff} {line}");

    /// <inheritdoc />
    public override string ToString() => Text;
}
