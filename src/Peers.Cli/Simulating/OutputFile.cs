using System.Text;

namespace Peers.Cli;

/// <summary>A file that a command writes over a time, and that has its name when it is whole; what goes wrong is said in one line.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly UnfinishedFile _unfinished;
    private readonly LastingStream _stream;
    private bool _closed;

    private OutputFile(string path, UnfinishedFile unfinished, LastingStream stream)
    {
        _path = path;
        _unfinished = unfinished;
        _stream = stream;
        Writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
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
            var unfinished = UnfinishedFile.For(path);
            return new OutputFile(path, unfinished, new LastingStream(new FileStream(unfinished.Path, FileMode.Create, FileAccess.Write, FileShare.Read)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailedException($"cannot write '{path}': {OneLine.Of(fault.Message)}");
        }
    }

    public void Write(Action<TextWriter> write)
    {
        write(Writer);
        Close();
    }

    /// <summary>It is whole.</summary>
    /// <exception cref="CommandFailedException">Not all of it could be written.</exception>
    public void Close()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        Writer.Dispose();
        try
        {
            if ((_stream.Fault ?? Finish()) is { } fault)
            {
                throw new CommandFailedException($"cannot write '{_path}': {OneLine.Of(fault.Message)}");
            }
        }
        finally
        {
            _unfinished.Remove();
        }
    }

    /// <summary>Leaves nothing of a file that was not closed: the command has failed.</summary>
    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            Writer.Dispose();
            _unfinished.Remove();
        }
    }

    private Exception? Finish()
    {
        try
        {
            _unfinished.Finish();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault;
        }
    }

    /// <summary>Keeps the first fault instead of throwing it: what is written during a simulation is written by actors, who must not fail for it.</summary>
    private sealed class LastingStream(Stream inner) : Stream
    {
        public IOException? Fault { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => Try(inner.Flush);

        public override void Write(byte[] buffer, int offset, int count) => Try(() => inner.Write(buffer, offset, count));

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                Try(inner.Dispose);
            }

            base.Dispose(disposing);
        }

        private void Try(Action action)
        {
            if (Fault is not null)
            {
                return;
            }

            try
            {
                action();
            }
            catch (IOException fault)
            {
                Fault = fault;
            }
        }
    }
}
