namespace Peers.Cli;

/// <summary>A folder that is gone with the command.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder;

    private TemporaryFolder(DirectoryInfo folder) => _folder = folder;

    public static TemporaryFolder Create() => new(Directory.CreateTempSubdirectory("peers-"));

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Somebody looks into it: the system clears its temporary files by itself.
        }
    }
}
