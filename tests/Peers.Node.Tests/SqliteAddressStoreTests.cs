using CsCheck;
using Microsoft.Data.Sqlite;
using Peers.Wire;

namespace Peers.Node.Tests;

public sealed class SqliteAddressStoreTests : IDisposable
{
    private readonly Folder _folder = new();

    private string File => _folder.File("addresses.sqlite");

    private string Aside => File + ".bak";

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "Whatever is saved is loaded again, field by field, in place of what was there")]
    public void Round_trip() => States.Any.Sample(
        state =>
        {
            var store = new SqliteAddressStore(File);
            store.Save(state);
            States.AssertSame(state, new SqliteAddressStore(File).Load());
            Assert.Null(store.Warning);
            Assert.Equal([Path.GetFileName(File)], _folder.Names); // Nothing beside it once it is closed.
        },
        iter: 150, threads: 1);

    [Fact(DisplayName = "Where nothing was kept nothing is loaded, and the folder of the file is made")]
    public void Nothing_kept()
    {
        var store = new SqliteAddressStore(_folder.File("a/b/c.sqlite"));
        Assert.Null(store.Load());
        Assert.Null(store.Warning);
        store.Save(States.Of(3));
        States.AssertSame(States.Of(3), store.Load());
    }

    [Fact(DisplayName = "Addresses of networks that are not known are left out, so that they do not cost the rest")]
    public void Unknown_networks()
    {
        var unknown = new NetworkAddress((NetworkKind)77, [1, 2, 3]);
        var state = States.Of(4);
        var odd = state.Entries[0];
        var store = new SqliteAddressStore(File);
        store.Save(state with
        {
            Entries = [.. state.Entries, odd with { Source = unknown }, odd with { Address = odd.Address with { Endpoint = new(unknown, 1) } }],
            Anchors = [.. state.Anchors, new(unknown, 1)],
        });
        States.AssertSame(state, store.Load());
        Assert.Throws<ArgumentException>(() => store.Save(state with { Secret = [1] }));
        States.AssertSame(state, store.Load());
    }

    [Fact(DisplayName = "80,000 addresses are saved in about a second, in less than 8 MB")]
    public void Large()
    {
        var state = States.Of(80_000);
        var store = new SqliteAddressStore(File);
        store.Save(state);
        var began = TimeProvider.System.GetTimestamp();
        store.Save(state);
        var saved = TimeProvider.System.GetElapsedTime(began);
        began = TimeProvider.System.GetTimestamp();
        var loaded = store.Load();
        var read = TimeProvider.System.GetElapsedTime(began);
        States.AssertSame(state, loaded);
        var size = new FileInfo(File).Length;
        Console.WriteLine($"80,000 addresses: saved in {saved.TotalMilliseconds:0} ms, loaded in {read.TotalMilliseconds:0} ms, {size:N0} bytes");
        Assert.InRange(saved, TimeSpan.Zero, TimeSpan.FromSeconds(5)); // A busy machine takes its time.
        Assert.InRange(size, 1, 8_000_000);
    }

    [Fact(DisplayName = "A save that fails half way keeps what was, and so does a process that ends half way")]
    public void Half_a_save()
    {
        var (old, next) = (States.Of(500), States.Of(80_000, seed: 2)); // So much that SQLite writes some of it before the end.
        var store = new SqliteAddressStore(File);
        store.Save(old);

        Assert.Throws<NotSupportedException>(() => store.Save([.. next.Secret], HalfOf(next, copyTo: "killed.sqlite"), []));

        States.AssertSame(old, store.Load());
        Assert.Null(store.Warning);
        var killed = new SqliteAddressStore(_folder.File("killed.sqlite"));
        Assert.True(new FileInfo(killed.Path + "-wal").Length > 100_000);
        States.AssertSame(old, killed.Load());
        Assert.Null(killed.Warning);
    }

    [Fact(DisplayName = "A process that ends in its first save has kept nothing, and that is no damage")]
    public void Half_of_the_first_save()
    {
        var store = new SqliteAddressStore(File);
        var next = States.Of(100);
        Assert.Throws<NotSupportedException>(() => store.Save([.. next.Secret], HalfOf(next, copyTo: "killed.sqlite"), []));
        Assert.Null(store.Load());
        Assert.Null(store.Warning);
        var killed = new SqliteAddressStore(_folder.File("killed.sqlite"));
        Assert.Null(killed.Load());
        Assert.Null(killed.Warning);
        killed.Save(next);
        States.AssertSame(next, killed.Load());
    }

    [Fact(DisplayName = "A file that is no database is put aside in place of one that was before, one line names it, and saving goes on")]
    public void No_database()
    {
        System.IO.File.WriteAllText(Aside, "older");
        System.IO.File.WriteAllText(Aside + "-wal", "older");
        System.IO.File.WriteAllText(File, new string('x', 5_000));
        var store = new SqliteAddressStore(File);
        AssertPutAside(store, new string('x', 5_000));
        Assert.False(System.IO.File.Exists(Aside + "-wal")); // SQLite would take it for a part of the new one.

        store.Save(States.Of(10));
        States.AssertSame(States.Of(10), store.Load());
        Assert.Null(store.Warning);
        Assert.Equal(new string('x', 5_000), System.IO.File.ReadAllText(Aside));
    }

    [Fact(DisplayName = "A file that is damaged after it was loaded is put aside by the next save, which succeeds")]
    public void Damaged_between()
    {
        var store = new SqliteAddressStore(File);
        store.Save(States.Of(10));
        System.IO.File.WriteAllText(File, "not a database at all, but long enough to be looked at");
        store.Save(States.Of(11));
        States.AssertSame(States.Of(11), store.Load());
        Assert.StartsWith("not a database", System.IO.File.ReadAllText(Aside), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A file that is cut off anywhere is put aside with its log")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(511)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(8192)]
    [InlineData(-4097)]
    [InlineData(-4096)]
    [InlineData(-1)]
    public void Cut_off(int length)
    {
        new SqliteAddressStore(File).Save(States.Of(2_000));
        var whole = System.IO.File.ReadAllBytes(File);
        var rest = length > 0 ? whole[..length] : whole[..^-length];
        System.IO.File.WriteAllBytes(File, length == 0 ? [] : rest);
        System.IO.File.WriteAllText(File + "-wal", "of nobody");
        var store = new SqliteAddressStore(File);
        Assert.Null(store.Load());
        AssertWarning(store);
        Assert.False(System.IO.File.Exists(File));
        Assert.False(System.IO.File.Exists(File + "-wal"));
        Assert.Equal(length == 0 ? [] : rest, System.IO.File.ReadAllBytes(Aside));
    }

    [Fact(DisplayName = "A file of which half is left is put aside, wherever the half begins")]
    public void Any_cut() => Gen.Double[0.0, 1.0].Sample(
        share =>
        {
            new SqliteAddressStore(File).Save(States.Of(300));
            var whole = System.IO.File.ReadAllBytes(File);
            System.IO.File.WriteAllBytes(File, whole[..(int)(share * (whole.Length - 1))]);
            var store = new SqliteAddressStore(File);
            Assert.Null(store.Load());
            AssertWarning(store);
        },
        iter: 60, threads: 1);

    [Theory(DisplayName = "A file whose rows cannot be is put aside")]
    [InlineData("UPDATE address SET address = x'010203' WHERE rowid = 3")]
    [InlineData("UPDATE address SET network = 9 WHERE rowid = 3")]
    [InlineData("UPDATE address SET network = 260 WHERE rowid = 3")]
    [InlineData("UPDATE address SET network = 4 WHERE rowid = 1")]
    [InlineData("UPDATE address SET port = 65536 WHERE rowid = 3")]
    [InlineData("UPDATE address SET port = -1 WHERE rowid = 3")]
    [InlineData("UPDATE address SET time = 4294967296 WHERE rowid = 3")]
    [InlineData("UPDATE address SET time = -1 WHERE rowid = 3")]
    [InlineData("UPDATE address SET tried = 2 WHERE rowid = 3")]
    [InlineData("UPDATE address SET failures = -1 WHERE rowid = 3")]
    [InlineData("UPDATE address SET failures = 9999999999 WHERE rowid = 3")]
    [InlineData("UPDATE address SET last_try = 9223372036854775807 WHERE rowid = 3")]
    [InlineData("UPDATE address SET source = x'' WHERE rowid = 3")]
    [InlineData("UPDATE address SET source_network = 0 WHERE rowid = 3")]
    [InlineData("UPDATE address SET places = x'010203' WHERE rowid = 3")]
    [InlineData("UPDATE address SET places = zeroblob(1000) WHERE rowid = 3")]
    [InlineData("UPDATE anchor SET network = 0")]
    [InlineData("UPDATE book SET secret = x'00'")]
    [InlineData("DELETE FROM book")]
    [InlineData("INSERT INTO book SELECT * FROM book")]
    [InlineData("DROP TABLE address")]
    [InlineData("ALTER TABLE address DROP COLUMN failures")]
    [InlineData("PRAGMA user_version = 2")]
    [InlineData("PRAGMA user_version = 0")]
    [InlineData("PRAGMA application_id = 1")]
    [InlineData("PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'CREATE TABLE address (x)' WHERE name = 'address'")]
    public void Impossible_rows(string damage)
    {
        new SqliteAddressStore(File).Save(States.Of(20));
        Sql(damage);
        var store = new SqliteAddressStore(File);
        Assert.Null(store.Load());
        AssertWarning(store);
        Assert.True(System.IO.File.Exists(Aside));
        if (damage.EndsWith("user_version = 2", StringComparison.Ordinal))
        {
            Assert.Contains("newer", store.Warning, StringComparison.Ordinal);
            Assert.Equal(20, CountIn(Aside)); // All is still in it.
        }
    }

    [Fact(DisplayName = "A database of another program is put aside, not written to")]
    public void Of_another_program()
    {
        Sql("CREATE TABLE wallet (key TEXT); INSERT INTO wallet VALUES ('precious')");
        var before = System.IO.File.ReadAllBytes(File);
        var store = new SqliteAddressStore(File);
        store.Save(States.Of(5));
        States.AssertSame(States.Of(5), store.Load());
        Assert.Contains("precious", System.Text.Encoding.Latin1.GetString(System.IO.File.ReadAllBytes(Aside)), StringComparison.Ordinal);
        Assert.Equal(before.Length, new FileInfo(Aside).Length);
    }

    [Fact(DisplayName = "Bytes that are changed at random cost a state or put the file aside: loading never throws, and ends")]
    public void Random_damage()
    {
        new SqliteAddressStore(File).Save(States.Of(400));
        var whole = System.IO.File.ReadAllBytes(File);
        var (loaded, aside) = (0, 0);
        Gen.Select(Gen.Int[0, 1], Gen.Int[1, 20], Gen.Int).Sample(
            (where, count, seed) =>
            {
                var random = new Random(seed);
                var bytes = whole.ToArray();
                for (var i = 0; i < count; i++)
                {
                    bytes[random.Next(where == 0 ? 100 : bytes.Length)] = (byte)random.Next(256); // The header, or anywhere.
                }

                System.IO.File.WriteAllBytes(File, bytes);
                System.IO.File.Delete(File + "-wal");
                var store = new SqliteAddressStore(File);
                if (store.Load() is not null)
                {
                    Assert.Null(store.Warning);
                    loaded++;
                }
                else
                {
                    AssertWarning(store);
                    Assert.True(System.IO.File.Exists(Aside));
                    aside++;
                }
            },
            iter: 250, threads: 1);
        Assert.True(loaded > 20 && aside > 20, $"{loaded} loaded, {aside} put aside");
    }

    [Fact(DisplayName = "What cannot be opened is one clear line, for loading and for saving")]
    public void No_rights()
    {
        System.IO.File.WriteAllText(File, "a file, no folder");
        foreach (var path in (string[])[_folder.File("addresses.sqlite/a.sqlite"), Path.GetDirectoryName(File)!])
        {
            var store = new SqliteAddressStore(path);
            AssertLine(Assert.Throws<IOException>(() => store.Load()));
            AssertLine(Assert.Throws<IOException>(() => store.Save(States.Of(1))));
            Assert.Null(store.Warning);
        }

        Assert.Equal("a file, no folder", System.IO.File.ReadAllText(File));

        static void AssertLine(IOException exception)
        {
            Assert.DoesNotContain('\n', exception.Message);
            Assert.Contains("give a file", exception.Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact(DisplayName = "A folder that cannot be written is one clear line")]
    public void No_rights_in_the_folder()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "no such folder");
        var exception = Assert.Throws<IOException>(() => new SqliteAddressStore("/proc/addresses.sqlite").Save(States.Of(1))); // Not even root's.
        Assert.Matches("^/proc/addresses.sqlite cannot be opened: give a file .*$", exception.Message);
    }

    [Fact(DisplayName = "A file that another program holds is left where it is, and one line says so")]
    public void Locked()
    {
        new SqliteAddressStore(File).Save(States.Of(2));
        using var other = new SqliteConnection($"Data Source={File};Pooling=False");
        other.Open();
        Sql(other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
        var store = new SqliteAddressStore(File, TimeSpan.FromMilliseconds(50));
        Assert.Contains("locked by another program", Assert.Throws<IOException>(() => store.Save(States.Of(3))).Message, StringComparison.Ordinal);
        Assert.Contains("locked by another program", Assert.Throws<IOException>(() => store.Load()).Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Aside));
    }

    [Fact(DisplayName = "A file that somebody reads meanwhile is loaded all the same")]
    public void Read_by_another()
    {
        var store = new SqliteAddressStore(File);
        store.Save(States.Of(2));
        using var other = new SqliteConnection($"Data Source={File};Pooling=False");
        other.Open();
        Sql(other, "BEGIN");
        Assert.Equal(2, Number(other, "SELECT count(*) FROM address"));
        store.Save(States.Of(2_000));
        States.AssertSame(States.Of(2_000), new SqliteAddressStore(File, TimeSpan.FromMilliseconds(50)).Load());
        Assert.Equal(2, Number(other, "SELECT count(*) FROM address"));
        Assert.False(System.IO.File.Exists(Aside));
    }

    private void AssertPutAside(SqliteAddressStore store, string text)
    {
        Assert.Null(store.Load());
        AssertWarning(store);
        Assert.False(System.IO.File.Exists(File));
        Assert.Equal(text, System.IO.File.ReadAllText(Aside));
    }

    private void AssertWarning(SqliteAddressStore store)
    {
        Assert.NotNull(store.Warning);
        Assert.DoesNotContain('\n', store.Warning);
        Assert.Contains(Aside, store.Warning, StringComparison.Ordinal);
    }

    private static int CountIn(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return Number(connection, "SELECT count(*) FROM address");
    }

    private static int Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (int)(long)command.ExecuteScalar()!;
    }

    /// <summary>Half of the addresses; then the files are copied as they are, as a killed process leaves them, and it throws.</summary>
    private IEnumerable<AddressBookEntry> HalfOf(AddressBookState state, string copyTo)
    {
        foreach (var entry in state.Entries[..(state.Entries.Length / 2)])
        {
            yield return entry;
        }

        foreach (var part in (string[])["", "-wal"])
        {
            if (System.IO.File.Exists(File + part))
            {
                System.IO.File.Copy(File + part, _folder.File(copyTo) + part);
            }
        }

        throw new NotSupportedException();
    }

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        Sql(connection, sql);
    }

    private static void Sql(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
