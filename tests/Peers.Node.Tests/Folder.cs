namespace Peers.Node.Tests;

/// <summary>A folder of a test's own, gone with it.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peers-node-");

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public IEnumerable<string> Names => _folder.EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal);

    public void Dispose() => _folder.Delete(recursive: true);
}
