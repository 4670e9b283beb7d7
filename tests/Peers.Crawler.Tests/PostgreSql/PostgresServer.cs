using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Peers.Crawler.Tests.PostgreSql;

/// <summary>
/// A PostgreSQL server of the test's own: in a temporary folder, on a port of its own, apart from any other server of the machine. It writes nothing
/// through to the disk, for nobody will read it again. PostgreSQL does not run as root: root starts it as the user <c>postgres</c>, whom Debian's
/// package makes.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Shown for the tests that are skipped without it.</summary>
    public const string Missing = "PostgreSQL is not installed (Debian: apt-get install postgresql)";

    private const string User = "peers";
    private const int Attempts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder;
    private readonly int _port;
    private Process _process;
    private int _databases;

    private PostgresServer(DirectoryInfo folder, int port, Process process)
    {
        _folder = folder;
        _port = port;
        _process = process;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>Whether the machine has the programs.</summary>
    public static bool IsInstalled => Programs is not null;

    /// <summary>How to connect to the database that every server has.</summary>
    public string ConnectionString => ConnectionStringOf("postgres");

    /// <summary>The processor time of the server's processes that run, and of those that have ended.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            // /proc/PID/stat, in hundredths of a second after the name in brackets: 1 parent, 11 user, 12 system, 13 and 14 those of ended children.
            long Ticks(int process, bool withChildren) =>
                Stat(process) is { } stat ? stat[11..(withChildren ? 15 : 13)].Sum(text => long.Parse(text, CultureInfo.InvariantCulture)) : 0;
            var children = Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit))
                .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Where(process => Stat(process)?[1] == $"{_process.Id}");
            return TimeSpan.FromMilliseconds(10 * (Ticks(_process.Id, withChildren: true) + children.Sum(process => Ticks(process, withChildren: false))));
        }
    }

    private static string? Programs { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Concat(DebianFolders())
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));

    /// <summary>Makes a server and starts it, in about two seconds.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("peers-postgres-");
        try
        {
            if (Environment.IsPrivilegedProcess)
            {
                await RunAsync(new ProcessStartInfo("chown", ["postgres", folder.FullName]));
            }

            await RunAsync(Program(
                "initdb", "-D", DataOf(folder), "-U", User, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"));

            // Between the moment in which the port is found free and the server's taking it, anybody may take it.
            for (var attempt = 1; ; attempt++)
            {
                var port = FreePort();
                if (await TryStartAsync(folder, port) is { } process)
                {
                    return new PostgresServer(folder, port, process);
                }

                if (attempt == Attempts)
                {
                    throw new InvalidOperationException($"postgres ended while it started: {await File.ReadAllTextAsync(LogOf(folder))}");
                }
            }
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Makes an empty database, so that tests do not see each other's rows.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionStringOf(name);
    }

    /// <summary>The same way over a socket in the file system, which every network namespace of the machine sees.</summary>
    public string OverSocket(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Host = _folder.FullName }.ConnectionString;

    /// <summary>Runs a statement in the database that every server has.</summary>
    public async Task ExecuteAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Ends it as a crash would; every connection breaks.</summary>
    public Task KillAsync() => StopAsync("immediate");

    /// <summary>Starts it again on its port with its data.</summary>
    public async Task StartAgainAsync()
    {
        _process.Dispose();
        _process = await TryStartAsync(_folder, _port) ?? throw new InvalidOperationException(await File.ReadAllTextAsync(LogOf(_folder)));
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        await StopAsync("immediate");
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string DataOf(DirectoryInfo folder) => Path.Combine(folder.FullName, "data");

    private static string LogOf(DirectoryInfo folder) => Path.Combine(folder.FullName, "log");

    private static IEnumerable<string> DebianFolders()
    {
        const string versions = "/usr/lib/postgresql";
        return Directory.Exists(versions)
            ? Directory.GetDirectories(versions).OrderByDescending(VersionOf).Select(folder => Path.Combine(folder, "bin"))
            : [];

        static double VersionOf(string folder) =>
            double.TryParse(Path.GetFileName(folder), NumberStyles.Float, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    private static ProcessStartInfo Program(string name, params string[] arguments)
    {
        var path = Path.Combine(Programs!, name);
        return Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments]) { WorkingDirectory = "/" }
            : new ProcessStartInfo(path, arguments);
    }

    private static async Task<Process?> TryStartAsync(DirectoryInfo folder, int port)
    {
        var start = Program(
            "postgres", "-D", DataOf(folder), "-k", folder.FullName, "-h", "127.0.0.1", "-p", $"{port}", "-c", "fsync=off", "-c", "full_page_writes=off",
            "-c", "max_connections=200", "-c", "deadlock_timeout=100ms");
        start.RedirectStandardError = true;
        var process = Process.Start(start)!;

        // Unread, a full pipe would hold the server up; what it says goes to a file so that a failed start can be explained.
        var log = new StreamWriter(LogOf(folder), append: true) { AutoFlush = true };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                log.Dispose();
            }
            else
            {
                log.WriteLine(line.Data);
            }
        };
        process.BeginErrorReadLine();

        using var deadline = new CancellationTokenSource(Patience);
        while (!process.HasExited)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionStringOf(folder, "postgres", port) + ";Pooling=false");
                await connection.OpenAsync(deadline.Token);

                // Somebody else's server on that port would not be in our folder.
                await using var command = new NpgsqlCommand("SELECT current_setting('data_directory')", connection);
                if ((string?)await command.ExecuteScalarAsync(deadline.Token) == DataOf(folder))
                {
                    return process;
                }
            }
            catch (NpgsqlException)
            {
                // Not there yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
        }

        process.Dispose();
        return null;
    }

    private static async Task RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(deadline.Token);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)}: {await output}{await errors}");
        }
    }

    private static string[]? Stat(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // It has ended.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string ConnectionStringOf(DirectoryInfo folder, string database, int port) =>
        $"Host=127.0.0.1;Port={port};Username={User};Database={database};Application Name={folder.Name}";

    private string ConnectionStringOf(string database) => ConnectionStringOf(_folder, database, _port);

    private async Task StopAsync(string how)
    {
        if (!_process.HasExited)
        {
            await RunAsync(Program("pg_ctl", "-D", DataOf(_folder), "stop", "-m", how, "-w"));
            await _process.WaitForExitAsync();
        }
    }

    /// <summary>A run of tests that is given up must not leave servers behind.</summary>
    private void OnProcessExit(object? sender, EventArgs e)
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }
}
