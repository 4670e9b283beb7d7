using Peers.Wire;

namespace Peers.Benchmarks.Load;

/// <summary>The block that targets serve: a file that somebody has, or one that is made for the run and deleted after it.</summary>
internal sealed class ServedBlock : IDisposable
{
    private readonly bool _isMade;

    public ServedBlock(FileInfo? file)
    {
        _isMade = file is null;
        File = file ?? new FileInfo(Path.GetTempFileName());
        if (_isMade)
        {
            var frame = LoadPeer.Encode(new BlockMessage(TypicalMessages.Block));
            System.IO.File.WriteAllBytes(File.FullName, frame[WireLimits.HeaderBytes..]);
        }

        try
        {
            Block = Block.Decode(System.IO.File.ReadAllBytes(File.FullName));
        }
        catch (Exception fault) when (fault is WireException or IOException or UnauthorizedAccessException)
        {
            throw new BenchmarkException($"{File} is no serialized block: {fault.Message}");
        }
    }

    public FileInfo File { get; }

    public Block Block { get; }

    public void Dispose()
    {
        if (_isMade)
        {
            File.Delete();
        }
    }
}
