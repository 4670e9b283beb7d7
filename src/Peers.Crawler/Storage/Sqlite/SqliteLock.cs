namespace Peers.Crawler;

/// <summary>
/// The right of one process to write a file: a lock on a small file beside it, which the system takes back however the process ends. SQLite's own
/// locks keep transactions apart, not crawls, whose frontiers would visit each node twice.
/// </summary>
internal sealed class SqliteLock : IDisposable
{
    private readonly FileStream _file;

    private SqliteLock(FileStream file) => _file = file;

    /// <exception cref="CrawlStoreException">Another crawl has it, or the file cannot be made.</exception>
    public static SqliteLock Take(string path)
    {
        var lockPath = path + "-lock";
        try
        {
            // Nothing is deleted in the end: who came in between would hold the lock of a file that is gone.
            var file = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new SqliteLock(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new CrawlStoreException($"{path} cannot be written: let this user write the file and its folder, or give another file", exception);
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new CrawlStoreException($"the folder of {path} is not there: make it, or give another file", exception);
        }
        catch (IOException exception) when (IsHeld(lockPath))
        {
            throw new CrawlStoreException($"{path} is being written by another crawl: stop that one, or give another file", exception);
        }
        catch (IOException exception)
        {
            throw new CrawlStoreException($"{lockPath} cannot be made: {exception.Message}", exception);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Who may open the file without a lock but not with it, meets another's lock.</summary>
    private static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (IOException)
        {
            return OperatingSystem.IsWindows(); // There a lock shuts everybody out.
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
