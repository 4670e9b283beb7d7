using System.Text;

namespace Peers.Cli;

/// <summary>A file that a command writes; what goes wrong is said in one line.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private bool _closed;

    private OutputFile(string path, StreamWriter writer)
    {
        _path = path;
        Writer = writer;
    }

    public StreamWriter Writer { get; }

    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static OutputFile? Open(string? path)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            return new OutputFile(path, new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailedException($"cannot write '{path}': {(Directory.Exists(path) ? "it is a folder" : OneLine.Of(fault.Message))}");
        }
    }

    public void Write(Action<TextWriter> write)
    {
        Try(() => write(Writer));
        Close();
    }

    public void Close()
    {
        if (!_closed)
        {
            _closed = true;
            Try(Writer.Dispose);
        }
    }

    public void Dispose()
    {
        if (!_closed)
        {
            // Something else went wrong already, and that is what the user is told.
            _closed = true;
            try
            {
                Writer.Dispose();
            }
            catch (IOException)
            {
            }
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (IOException fault)
        {
            throw new CommandFailedException($"cannot write '{_path}': {OneLine.Of(fault.Message)}");
        }
    }
}
