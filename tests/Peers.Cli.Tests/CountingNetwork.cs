using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Peers.Wire;

namespace Peers.Cli.Tests;

/// <summary>
/// A network that counts who is visited when, and by whom. One socket listens for all of it: nodes differ by their addresses, spread over 250 netgroups, which
/// all lead to this machine. Of the dead ones nobody listens at the port.
/// </summary>
internal sealed class CountingNetwork : IAsyncDisposable
{
    private const int Netgroups = 250;
    private const int Known = 12;

    private readonly Socket _listener = Bound();
    private readonly Socket _deaf = Bound();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<NetworkEndpoint, AddressEntry[]> _books = [];
    private readonly HashSet<NetworkEndpoint> _told = [];
    private readonly uint _seen = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 3_600;
    private readonly byte _firstByte;
    private readonly int _first;
    private readonly TimeSpan _latency;
    private readonly Lock _lock = new();
    private readonly Random _random = new(1);
    private readonly List<NetworkEndpoint> _live;
    private bool _isGrowing;

    /// <param name="firstByte">Where the addresses begin: 127 for nodes that are reached over loopback alone.</param>
    /// <param name="live">Nodes that answer.</param>
    /// <param name="dead">Nodes that are told of.</param>
    /// <param name="latency">How long each message of theirs takes.</param>
    /// <param name="isGrowing">Whether each of them tells of one that nobody has heard of yet, until <see cref="Finish"/>: so a crawl lasts as long as a test wants.</param>
    public CountingNetwork(byte firstByte, int live, int dead, TimeSpan latency, bool isGrowing = false)
    {
        (_firstByte, _first, _latency, _isGrowing) = (firstByte, live, latency, isGrowing);
        _listener.Listen(4096);
        Dead = [.. Enumerable.Range(0, dead).Select(node => At(node, _deaf))];
        _live = [.. Enumerable.Range(0, live).Select(node => At(node, _listener))];
        for (var node = 0; node < live; node++)
        {
            // Each knows the next, so that all are found.
            NetworkEndpoint[] known = [_live[(node + 1) % live], .. Dead.Skip(node % Math.Max(1, dead)).Take(1), .. _random.GetItems(_live.ToArray(), Known)];
            _books[_live[node]] = Book(known);
        }

        _ = AcceptAsync();
    }

    /// <summary>Those that answer, as far as anybody was told of them.</summary>
    public IReadOnlyList<NetworkEndpoint> Live
    {
        get
        {
            lock (_lock)
            {
                return [.. _live];
            }
        }
    }

    public IReadOnlyList<NetworkEndpoint> Dead { get; }

    /// <summary>The visits that are over, in the order of their ends.</summary>
    public ConcurrentQueue<CountedVisit> Visits { get; } = new();

    /// <summary>From now on nobody tells of anybody new.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            _isGrowing = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        _deaf.Dispose();
    }

    /// <summary>A port of our own: who does not listen at it refuses.</summary>
    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return socket;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = SpeakAsync(await _listener.AcceptAsync(_stopping.Token));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task SpeakAsync(Socket socket)
    {
        using var connection = socket;
        using var codec = MessageCodec.For(BitcoinNetwork.Regtest);
        var node = NetworkEndpoint.From((IPEndPoint)socket.LocalEndPoint!);
        var visitor = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        var from = DateTimeOffset.UtcNow;
        try
        {
            for (var buffer = new byte[4_096]; ;)
            {
                var length = await socket.ReceiveAsync(buffer, _stopping.Token);
                if (length == 0)
                {
                    return;
                }

                codec.Append(buffer.AsMemory(0, length));
                while (codec.TryRead(out var decoded))
                {
                    if (Answer(node, decoded.Message) is { Length: > 0 } answer)
                    {
                        await Task.Delay(_latency, _stopping.Token);
                        await socket.SendAsync(answer.SelectMany(codec.Encode).ToArray(), _stopping.Token);
                    }
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The visit is over.
        }
        finally
        {
            Visits.Enqueue(new CountedVisit(node, visitor, from, DateTimeOffset.UtcNow));
        }
    }

    private Message[] Answer(NetworkEndpoint node, Message? message) => message switch
    {
        VersionMessage => [Version(), VerAckMessage.Instance],
        GetAddrMessage => [new AddrMessage([.. Told(node)])],
        _ => [],
    };

    /// <summary>What a node answers: the same whenever it is asked, so that an answer that was lost with a machine can be had again.</summary>
    private AddressEntry[] Told(NetworkEndpoint node)
    {
        lock (_lock)
        {
            var book = _books.GetValueOrDefault(node) ?? Book(_random.GetItems(_live.Take(_first).ToArray(), Known));
            if (_isGrowing && !_told.Contains(node))
            {
                var grown = At(_live.Count, _listener);
                _live.Add(grown);
                book = [.. book, .. Book([grown])];
            }

            _told.Add(node);
            return _books[node] = book;
        }
    }

    private AddressEntry[] Book(IEnumerable<NetworkEndpoint> known) => [.. known.Select(endpoint => new AddressEntry(_seen, ServiceFlags.Network, endpoint))];

    private NetworkEndpoint At(int node, Socket socket) => NetworkEndpoint.From(new IPEndPoint(
        new IPAddress([_firstByte, (byte)(1 + (node % Netgroups)), (byte)(1 + (node / Netgroups)), 1]), ((IPEndPoint)socket.LocalEndPoint!).Port));

    private static VersionMessage Version()
    {
        var nowhere = new VersionAddress(ServiceFlags.None, default);
        return new VersionMessage(
            70015, ServiceFlags.Network, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), nowhere, nowhere, (ulong)Random.Shared.NextInt64(), "/counting:1.0/", 1, true);
    }
}

/// <summary>A connection to a node of a <see cref="CountingNetwork"/>.</summary>
/// <param name="Node">Whose address was dialled.</param>
/// <param name="Visitor">The machine that dialled.</param>
/// <param name="From">When it was accepted.</param>
/// <param name="To">When it was closed.</param>
internal sealed record CountedVisit(NetworkEndpoint Node, IPAddress Visitor, DateTimeOffset From, DateTimeOffset To);
