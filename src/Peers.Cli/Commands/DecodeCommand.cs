using System.CommandLine;
using System.Globalization;

namespace Peers.Cli;

/// <summary><c>peers decode</c>: bytes of the wire as text or JSON.</summary>
internal sealed class DecodeCommand(CommandEnvironment environment, CommonValues common, bool all)
{
    private readonly CommandOutput _output = new(environment, common.Json);
    private int _messages;
    private int _faults;

    public static Command Create(CommonOptions common, CommandEnvironment environment)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "The file to decode; - or nothing for standard input.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var all = new Option<bool>("--all") { Description = "Show long lists and long runs of bytes in full." };
        var command = new Command(
            "decode",
            "Decodes a message or a captured stream: hexadecimal digits or binary, also what Bitcoin Core writes with -capturemessages.")
        {
            file,
            all,
        };
        command.SetAction((parsed, stopping) =>
            new DecodeCommand(environment, common.Read(parsed), parsed.GetValue(all)).RunAsync(parsed.GetValue(file), stopping));
        return command;
    }

    private async Task<int> RunAsync(string? file, CancellationToken stopping)
    {
        var source = SettingsSource.Read(common);
        var settings = source.Settings();
        var input = CapturedInput.Detect(await ReadAsync(file, stopping), source.IsNetworkChosen ? settings.Network : null);
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{input.Bytes.Length:#,0} bytes, {input.Form}"));
        DecodingFault? fatal = null;
        foreach (var item in input.Items)
        {
            stopping.ThrowIfCancellationRequested();
            Show(item);
            fatal = item.Fault is { Fatal: true } fault ? fault : null;
        }

        _output.Tell("end", new { messages = _messages, faults = _faults }, $"{_messages} message{(_messages == 1 ? "" : "s")}, {_faults} fault{(_faults == 1 ? "" : "s")}");
        return fatal is null
            ? ExitCode.Success
            : throw new CommandFailedException(string.Create(CultureInfo.InvariantCulture, $"byte {fatal.Offset}: {fatal.Text}"));
    }

    private async Task<byte[]> ReadAsync(string? file, CancellationToken stopping)
    {
        if (file is null && environment.IsInputTerminal)
        {
            throw new UsageException("name a FILE, or pipe something in (see 'peers decode --help')");
        }

        if (file is null or "-")
        {
            using var gathered = new MemoryStream();
            await environment.Input.CopyToAsync(gathered, stopping);
            return gathered.ToArray();
        }

        try
        {
            return await File.ReadAllBytesAsync(file, stopping);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot read '{file}': {(Directory.Exists(file) ? "it is a folder" : OneLine.Of(fault.Message))}");
        }
    }

    private void Show(DecodedItem item)
    {
        if (item.Fault is { } fault)
        {
            _faults++;
            _output.Tell(
                fault.Fatal ? "error" : "fault",
                new { item.Offset, item.Length, item.Command, item.Time, fault = new { fault.Offset, fault.Error, fault.Text } },
                fault.Fatal ? null : $"{Heading(item)}  dropped: byte {fault.Offset}: {fault.Text}");
            return;
        }

        _messages++;
        _output.Tell("message", new { item.Offset, item.Length, item.Command, item.Time, message = (object)item.Message! }, Heading(item));
        if (!common.Json)
        {
            new MessageText(environment.Output, all).Write(item.Message!);
        }
    }

    private static string Heading(DecodedItem item)
    {
        var time = item.Time is { } captured ? $"  {captured.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"byte {item.Offset}{time}  {Escaped(item.Command)}  {item.Length:#,0} bytes");
    }

    /// <summary>A command is printable by the codec's own rule; one that is not has no name.</summary>
    private static string Escaped(string command) => command.Length == 0 ? "?" : command;
}
