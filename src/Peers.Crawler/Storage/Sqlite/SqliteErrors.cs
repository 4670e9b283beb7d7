using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Peers.Crawler;

/// <summary>What SQLite complains of, as one line that names what to change.</summary>
internal static class SqliteErrors
{
    public static CrawlStoreException Of(string path, SqliteException exception) => new(
        exception.SqliteErrorCode switch
        {
            raw.SQLITE_NOTADB => $"{path} is not a SQLite file: give another file",
            raw.SQLITE_CANTOPEN => $"{path} cannot be opened: give a file in a folder that is there and that this user may write to",
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => $"{path} cannot be written: let this user write the file and its folder, or give another file",
            raw.SQLITE_FULL => $"no space is left for {path}: free some, or give a file on another disk",
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"{path} is locked by another program: close it",
            raw.SQLITE_CORRUPT => $"{path} is damaged: give another file (sqlite3's .recover saves what can be read)",
            raw.SQLITE_TOOBIG => $"{path} cannot take a row as large as this",
            raw.SQLITE_IOERR => $"the disk of {path} failed: {exception.Message}",
            _ => $"{path} cannot be used: {exception.Message}",
        },
        exception);
}
