using Peers.Cli;
using Peers.Wire;

namespace Peers.Fuzz;

/// <summary>
/// A file that <c>peers decode</c> reads, the messages that Bitcoin Core captures among them: it ends with 0, or with 1 and one line that says
/// what is wrong. Input: the file.
/// </summary>
internal sealed class CaptureFile : FuzzTarget
{
    public override string Name => "capture_file";

    public override IReadOnlyList<string> Instrumented => ["Peers.Wire.dll", "Peers.Cli.dll"];

    public override IEnumerable<byte[]> Words =>
    [
        [0xFA, 0xBF, 0xB5, 0xDA],
        .. MessageCatalog.Default.Select(type => DecodeAny.InputOf(DecodeAny.Choices.None, type.Command, [])[1..]),
        .. WireWords.Counts,
    ];

    // A ping, captured on 1 January 2026.
    public override byte[] Sample =>
        [.. BitConverter.GetBytes(1_767_225_600_000_000UL), .. DecodeAny.InputOf(DecodeAny.Choices.None, "ping", [])[1..], 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];

    public override void Run(byte[] input)
    {
        Decode(input, "--json");
        Decode(input, "--all");
    }

    private static void Decode(byte[] input, string form)
    {
        using var error = new StringWriter();
        using var stream = new MemoryStream(input);
        var environment = new CommandEnvironment(stream, TextWriter.Null, error, IsInputTerminal: false, IsOutputTerminal: false, TimeProvider.System);
        var code = PeersCommandLine.RunAsync(["decode", "-", form], environment, CancellationToken.None).GetAwaiter().GetResult();
        var lines = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (code is not (0 or 1) || lines.Length != code || lines.Any(line => line.Contains("unexpected fault", StringComparison.Ordinal)))
        {
            throw new FindException($"peers decode {form} ends with {code} and {lines.Length} lines: {string.Join('\n', lines.Take(20))}");
        }
    }
}
