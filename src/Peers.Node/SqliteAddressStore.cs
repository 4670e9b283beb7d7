using Microsoft.Data.Sqlite;
using Peers.Wire;
using SQLitePCL;

namespace Peers.Node;

/// <summary>
/// Keeps the addresses that an engine knows in one file of SQLite (<see cref="PeerSettings.AddressStore"/>). A save is one transaction: when it fails, or
/// the process ends meanwhile, the file holds what it held before.
/// </summary>
/// <remarks>
/// A file that holds no address book of this version is put aside under its name with <c>.bak</c> behind it, in place of one that was put aside before, and
/// the engine starts with nothing. The file is open only while it is read or written; two engines must not share one.
/// </remarks>
public sealed class SqliteAddressStore : IAddressStore
{
    /// <summary>Bytes of the smallest page: no database is smaller.</summary>
    private const int LeastLength = 512;

    private readonly Lock _gate = new();
    private readonly string _connection;
    private readonly TimeSpan _patience;

    /// <param name="path">The file; it and its folder are made when they are not there.</param>
    public SqliteAddressStore(string path)
        : this(path, TimeSpan.FromSeconds(5))
    {
    }

    /// <param name="path">The file.</param>
    /// <param name="patience">How long another program may hold the file.</param>
    internal SqliteAddressStore(string path, TimeSpan patience)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
        _patience = patience;
        _connection = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = Math.Max(1, (int)patience.TotalSeconds) }.ToString();
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public string? Warning { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be read, for lack of rights or as another program holds it; the message says what to change.</exception>
    public AddressBookState? Load()
    {
        lock (_gate)
        {
            Warning = null;
            MakeFolder();
            if (!File.Exists(Path))
            {
                return null;
            }

            try
            {
                return WithFile(connection => AddressTables.Read(connection, Path));
            }
            catch (InvalidDataException damage)
            {
                PutAside(damage.Message);
                return null;
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written; the message says what to change.</exception>
    public void Save(AddressBookState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Secret is not { IsDefault: false, Length: AddressTables.SecretBytes } || state.Entries.IsDefault || state.Anchors.IsDefault)
        {
            throw new ArgumentException($"a secret of {AddressTables.SecretBytes} bytes, addresses and anchors are needed", nameof(state));
        }

        Save(state.Secret.AsSpan().ToArray(), state.Entries, state.Anchors);
    }

    /// <inheritdoc/>
    public override string ToString() => Path;

    internal void Save(byte[] secret, IEnumerable<AddressBookEntry> entries, IEnumerable<NetworkEndpoint> anchors)
    {
        lock (_gate)
        {
            MakeFolder();
            try
            {
                WithFile(Write);
            }
            catch (InvalidDataException damage)
            {
                PutAside(damage.Message); // Damaged since it was read: what is known is kept anew.
                WithFile(Write);
            }
        }

        object? Write(SqliteConnection connection)
        {
            AddressTables.Write(connection, secret, entries, anchors);
            return null;
        }
    }

    /// <exception cref="InvalidDataException">It is damaged, or not ours.</exception>
    /// <exception cref="IOException">It cannot be used.</exception>
    private T WithFile<T>(Func<SqliteConnection, T> use)
    {
        try
        {
            if (File.Exists(Path) && new FileInfo(Path).Length is < LeastLength)
            {
                throw new InvalidDataException("it is cut off"); // SQLite would take it for a new file.
            }

            using var connection = new SqliteConnection(_connection);
            connection.Open();
            AddressTables.Execute(connection, $"PRAGMA busy_timeout = {_patience.TotalMilliseconds:0}");
            return use(connection);
        }
        catch (SqliteException exception)
        {
            throw FaultOf(exception);
        }
    }

    private Exception FaultOf(SqliteException exception) => exception.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB => new InvalidDataException("it is no SQLite file", exception),
        raw.SQLITE_CORRUPT or raw.SQLITE_FORMAT => new InvalidDataException("it is damaged", exception),
        raw.SQLITE_FULL => new IOException($"no space is left for {Path}: free some, or give a file on another disk", exception),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new IOException($"{Path} is locked by another program: close it, or give another file", exception),
        raw.SQLITE_TOOBIG or raw.SQLITE_NOMEM => new IOException($"{Path} cannot take that: {exception.Message}", exception),

        // A file whose bytes are wrong may look to SQLite as one that must not be written: who may write it knows better.
        _ when MayBeWritten() => new InvalidDataException($"it cannot be used ({exception.Message.TrimEnd('.')})", exception),
        _ => new IOException(
            $"{Path} cannot be opened: give a file that this user may read and write, in a folder that this user may write to", exception),
    };

    private bool MayBeWritten()
    {
        try
        {
            using var file = File.Exists(Path) ? new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite) : null;
            return file is not null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void MakeFolder()
    {
        if (Directory.Exists(Path))
        {
            throw new IOException($"{Path} is a folder: give a file");
        }

        if (System.IO.Path.GetDirectoryName(Path) is { Length: > 0 } folder)
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"{folder} cannot be made: give a file in a folder that this user may write to", exception);
            }
        }
    }

    private void PutAside(string why)
    {
        var aside = Path + ".bak";
        try
        {
            // The file last: who is interrupted finds it again.
            foreach (var part in (string[])["-wal", "-shm", ""])
            {
                File.Delete(aside + part);
                if (File.Exists(Path + part))
                {
                    File.Move(Path + part, aside + part);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{Path} holds no address book ({why}) and cannot be put aside as {aside}: move it away, or give another file", exception);
        }

        Warning = $"{Path} holds no address book that can be read ({why}): it was put aside as {aside}, and a new one is begun";
    }
}
