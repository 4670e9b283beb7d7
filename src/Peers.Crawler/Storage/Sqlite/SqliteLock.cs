namespace Peers.Crawler;

/// <summary>
/// The right of one process to write a file: a lock on a small file beside it, which the system takes back however the process ends. SQLite's own
/// locks keep transactions apart, not crawls, whose frontiers would visit each node twice.
/// </summary>
internal sealed class SqliteLock : IDisposable
{
    /// <summary>What the systems call a file that another process holds.</summary>
    private const int Linux = 11;
    private const int MacOS = 35;
    private const int Windows = unchecked((int)0x80070020);

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
        catch (IOException exception) when (exception.HResult is Linux or MacOS or Windows)
        {
            throw new CrawlStoreException($"{path} is being written by another crawl: stop that one, or give another file", exception);
        }
        catch (IOException exception)
        {
            throw new CrawlStoreException($"{lockPath} cannot be made: {exception.Message}", exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
