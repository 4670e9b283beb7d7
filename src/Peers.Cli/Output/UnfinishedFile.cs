namespace Peers.Cli;

/// <summary>
/// A file that is being written. It has its name only when it is whole: until then it stands beside it under another, so that who is killed while
/// writing leaves the old file or none, and never half a one. A link is written to where it points; a device keeps its place.
/// </summary>
internal sealed class UnfinishedFile
{
    private readonly string _target;
    private readonly bool _isDevice;

    private UnfinishedFile(string target, bool isDevice) => (_target, _isDevice) = (target, isDevice);

    /// <summary>Where it is written.</summary>
    public string Path => _isDevice ? _target : _target + ".unfinished";

    /// <exception cref="IOException">A link points to itself.</exception>
    /// <exception cref="CommandFailedException">It is a folder.</exception>
    public static UnfinishedFile For(string path)
    {
        var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        return Directory.Exists(target)
            ? throw new CommandFailedException($"cannot write '{path}': it is a folder")
            : new UnfinishedFile(target, target.StartsWith("/dev/", StringComparison.Ordinal) || target.StartsWith("/proc/", StringComparison.Ordinal));
    }

    /// <summary>Gives it its name.</summary>
    public void Finish()
    {
        if (!_isDevice)
        {
            File.Move(Path, _target, overwrite: true);
        }
    }

    /// <summary>Leaves nothing of it, when it has not got its name.</summary>
    public void Remove()
    {
        if (_isDevice)
        {
            return;
        }

        try
        {
            File.Delete(Path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What could not be made cannot be removed either; why was said.
        }
    }
}
