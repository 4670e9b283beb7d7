using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Peers.Wire;

namespace Peers.Interop.Tests.Kit;

/// <summary>
/// A real node of somebody else's making: <c>litecoind -regtest</c> as its own process, in a folder and on ports of its own, apart from the
/// internet. It speaks Bitcoin's protocol with regtest's magic; its blocks are its own (scrypt for proof of work, another genesis).
/// </summary>
public sealed class LitecoinNode : IAsyncDisposable
{
    /// <summary>Shown for the tests that are skipped without it.</summary>
    public const string Missing = "litecoind is not on the PATH (Debian: apt-get install litecoind)";

    private const int Attempts = 5;

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private LitecoinNode(Process process, DirectoryInfo folder, IPEndPoint endpoint, NodeRpc rpc, BitcoinNetwork network)
    {
        _process = process;
        _folder = folder;
        Endpoint = endpoint;
        Rpc = rpc;
        Network = network;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>Whether the machine has the program.</summary>
    public static bool IsInstalled => Executable is not null;

    /// <summary>Where it listens for peers.</summary>
    public IPEndPoint Endpoint { get; }

    public NodeRpc Rpc { get; }

    /// <summary>Its network as one would define any network that Peers does not know: a plain record.</summary>
    public BitcoinNetwork Network { get; }

    public bool IsRunning => !_process.HasExited;

    private static string? Executable { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, "litecoind"))
        .FirstOrDefault(File.Exists);

    /// <summary>Starts a node with nothing but the genesis block.</summary>
    public static async Task<LitecoinNode> StartAsync()
    {
        // Between the moment in which the ports are found free and the node's taking them, anybody may take them.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await StartOnFreePortsAsync();
            }
            catch (NodeEndedException) when (attempt < Attempts)
            {
                // Other ports next time.
            }
        }
    }

    /// <summary>Makes a wallet and mines blocks that pay to it.</summary>
    public async Task MineWithWalletAsync(int blocks)
    {
        await Rpc.CallAsync("createwallet", "miner");
        await MineAsync(blocks);
    }

    /// <summary>Mines blocks that pay to the node's wallet.</summary>
    /// <returns>Their hashes.</returns>
    public async Task<IReadOnlyList<Hash256>> MineAsync(int blocks)
    {
        var mined = await Rpc.CallAsync("generatetoaddress", blocks, await Rpc.TextAsync("getnewaddress"));
        return [.. mined.EnumerateArray().Select(hash => Hash256.Parse(hash.GetString()!))];
    }

    public async Task<Hash256> BestBlockAsync() => Hash256.Parse(await Rpc.TextAsync("getbestblockhash"));

    public Task<int> HeightAsync() => Rpc.NumberAsync("getblockcount");

    /// <summary>The bytes that the node has for each of these blocks, its own extensions with them.</summary>
    public async Task<IReadOnlyList<byte[]>> BlocksAsync(IEnumerable<Hash256> hashes)
    {
        var blocks = await Rpc.CallAllAsync("getblock", hashes.Select(hash => new object[] { hash.ToString(), 0 }));
        return [.. blocks.Select(block => Convert.FromHexString(block.GetString()!))];
    }

    /// <summary>What the node knows of the connection whose other end has that address.</summary>
    public async Task<JsonElement?> FindPeerAsync(IPEndPoint address)
    {
        foreach (var peer in (await Rpc.CallAsync("getpeerinfo")).EnumerateArray())
        {
            if (peer.GetProperty("addr").GetString() == address.ToString())
            {
                return peer;
            }
        }

        return null;
    }

    /// <summary>Waits until the node has no connection.</summary>
    public Task UntilAloneAsync() => Patience.UntilAsync(
        "the node has no connection left", async () => (await Rpc.CallAsync("getpeerinfo")).GetArrayLength() == 0);

    /// <summary>Its <c>debug.log</c> so far.</summary>
    public IReadOnlyList<string> ReadLog() => ReadLog(_folder);

    /// <summary>Asks it to stop and waits for its end.</summary>
    public async Task StopAsync()
    {
        await Rpc.CallAsync("stop");
        await _process.WaitForExitAsync(Patience.Token);
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        try
        {
            if (IsRunning)
            {
                await StopAsync();
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or NodeRpcException or OperationCanceledException)
        {
            await KillAsync();
        }
        finally
        {
            Rpc.Dispose();
            _process.Dispose();
            _folder.Delete(recursive: true);
        }
    }

    private static string[] ReadLog(DirectoryInfo folder)
    {
        // The node keeps it open for writing.
        using var stream = new FileStream(
            Path.Combine(folder.FullName, "regtest", "debug.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<LitecoinNode> StartOnFreePortsAsync()
    {
        var ports = FreePorts(3);
        var folder = Directory.CreateTempSubdirectory("peers-litecoin-");
        var process = Process.Start(new ProcessStartInfo(Executable!, Arguments(folder, ports[0], ports[1], ports[2]))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = folder.FullName }, // Debian's start script writes into the home directory.
        })!;
        try
        {
            // Unread, a full pipe would hold the node up.
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            var errors = process.StandardError.ReadToEndAsync();

            var rpc = await ReachAsync(process, folder, new IPEndPoint(IPAddress.Loopback, ports[1]), errors);
            if (!ReadLog(folder).Any(line => line.Contains($"Bound to 127.0.0.1:{ports[0]}", StringComparison.Ordinal)))
            {
                throw new NodeEndedException("its port for peers was taken, and it goes on without");
            }

            var genesis = Hash256.Parse(await rpc.TextAsync("getblockhash", 0));
            var network = new BitcoinNetwork("litecoin-regtest", BitcoinNetwork.Regtest.Magic, ports[0], genesis);
            return new LitecoinNode(process, folder, new IPEndPoint(IPAddress.Loopback, ports[0]), rpc, network);
        }
        catch
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync(Patience.Token);
            }

            process.Dispose();
            folder.Delete(recursive: true);
            throw;
        }
    }

    private static string[] Arguments(DirectoryInfo folder, int port, int rpcPort, int onionPort) =>
    [
        "-regtest",
        $"-datadir={folder.FullName}",
        "-listen=1",
        $"-port={port}",
        $"-bind=127.0.0.1:{port}",
        $"-bind=127.0.0.1:{onionPort}=onion", // Unless told, it takes a fixed port for Tor, whether it uses Tor or not.
        "-server=1",
        "-rpcbind=127.0.0.1",
        "-rpcallowip=127.0.0.1",
        $"-rpcport={rpcPort}",
        "-connect=0", // No connections of its own accord; addnode works none the less.
        "-dnsseed=0",
        "-dns=0",
        "-discover=0",
        "-listenonion=0",
        "-upnp=0",
        "-debug=net",
        "-printtoconsole=0",
        "-fallbackfee=0.001",
        "-peerbloomfilters=1",
        "-blockfilterindex=1",
        "-peerblockfilters=1",
        "-keypool=10",
        "-par=1",
    ];

    /// <summary>Waits until the node answers; it writes the password of the day into a file first.</summary>
    private static async Task<NodeRpc> ReachAsync(Process process, DirectoryInfo folder, IPEndPoint endpoint, Task<string> errors)
    {
        var cookie = Path.Combine(folder.FullName, "regtest", ".cookie");
        NodeRpc? rpc = null;
        await Patience.UntilAsync("the node answers", async () =>
        {
            if (process.HasExited)
            {
                throw new NodeEndedException(await errors);
            }

            if (!File.Exists(cookie))
            {
                return false;
            }

            rpc = new NodeRpc(endpoint, await File.ReadAllTextAsync(cookie));
            try
            {
                await rpc.CallAsync("getblockchaininfo");
                return true;
            }
            catch (Exception exception) when (exception is HttpRequestException or NodeRpcException { Code: NodeRpcException.WarmingUp })
            {
                rpc.Dispose();
                return false;
            }
        });
        return rpc!;
    }

    /// <summary>Ports that the system calls free, all asked for at once so that they differ.</summary>
    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            return [.. listeners.Select(listener =>
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            })];
        }
        finally
        {
            Array.ForEach(listeners, listener => listener.Dispose());
        }
    }

    /// <summary>A run of tests that is given up must not leave nodes behind.</summary>
    private void OnProcessExit(object? sender, EventArgs e)
    {
        if (IsRunning)
        {
            _process.Kill();
        }
    }

    private sealed class NodeEndedException(string errors) : Exception($"litecoind ended while it started: {errors}");
}
