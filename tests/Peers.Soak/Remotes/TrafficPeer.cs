using System.Net;
using System.Net.Sockets;
using Peers.Cli;
using Peers.Wire;

namespace Peers.Soak;

/// <summary>What all traffic of a run did.</summary>
internal sealed class TrafficCounters
{
    private long _connections;
    private long _sent;
    private long _received;
    private long _refused;

    public long Connections => _connections;

    public long Sent => _sent;

    public long Received => _received;

    public long Refused => _refused;

    public void Connected() => Interlocked.Increment(ref _connections);

    public void Said() => Interlocked.Increment(ref _sent);

    public void Heard(int messages) => Interlocked.Add(ref _received, messages);

    public void WasRefused() => Interlocked.Increment(ref _refused);
}

/// <summary>
/// A peer as there are many: it connects from a network of its own, pings, announces, asks for blocks, sends transactions and addresses, at times
/// reads slowly, and is gone in the middle of it: by a reset, by an end, in half a message. Then it connects again.
/// </summary>
internal sealed class TrafficPeer(int number, int seed, IPEndPoint engine, DemoChain chain, TrafficCounters counters)
{
    private const double MeanLifeSeconds = 25;
    private const double SlowShare = 0.1;
    private const int SlowReadBytes = 512;

    private readonly Random _random = new(HashCode.Combine(seed, number));
    private readonly IReadOnlyList<Transaction> _transactions = chain.MakeUnconfirmed(EngineUnderTest.Transactions);

    /// <summary>The address that it dials from: each /24 of loopback has one of them, as each of the internet may have.</summary>
    public IPAddress Address { get; } = new([127, (byte)(1 + (number / 250)), (byte)(number % 250), 1]);

    /// <summary>Dials again and again.</summary>
    public async Task DialAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var remote = await Remote.DialAsync(engine, Address, receiveBuffer: _random.Next(4) == 0 ? 4096 : null, stopping);
                await LiveAsync(remote, stopping);
            }
            catch (Exception ended) when (ended is SocketException or OperationCanceledException)
            {
                counters.WasRefused();
            }

            await Task.WhenAny(Task.Delay(_random.Next(50, 1_500), stopping));
        }
    }

    /// <summary>Lives one life on a connection, until the engine or chance ends it.</summary>
    public async Task LiveAsync(Remote remote, CancellationToken stopping)
    {
        var life = TimeSpan.FromSeconds(Math.Min(120, -Math.Log(1 - _random.NextDouble()) * MeanLifeSeconds));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        ending.CancelAfter(life);
        try
        {
            await remote.HandshakeAsync(ending.Token);
            counters.Connected();
            await Task.WhenAll(TalkAsync(remote, ending), ListenAsync(remote, ending));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or EndOfStreamException or ObjectDisposedException)
        {
            // So ends every life.
        }

        await EndAsync(remote);
    }

    private async Task TalkAsync(Remote remote, CancellationTokenSource ending)
    {
        try
        {
            while (!ending.IsCancellationRequested)
            {
                await remote.SendAsync(Something(), ending.Token);
                counters.Said();
                await Task.Delay(_random.Next(20, 1_500), ending.Token);
            }
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    private async Task ListenAsync(Remote remote, CancellationTokenSource ending)
    {
        var isSlow = _random.NextDouble() < SlowShare;
        try
        {
            while (true)
            {
                var received = await remote.ReceiveAsync(isSlow ? SlowReadBytes : 64 * 1024, ending.Token);
                if (received.IsEmpty)
                {
                    return;
                }

                var messages = remote.Read(received);
                counters.Heard(messages.Count);
                foreach (var message in messages)
                {
                    if (Answer(message) is { } answer)
                    {
                        await remote.SendAsync(answer, ending.Token);
                    }
                }

                if (isSlow)
                {
                    await Task.Delay(200, ending.Token);
                }
            }
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    private Message? Answer(Message message) => message switch
    {
        PingMessage ping when _random.Next(20) > 0 => new PongMessage(ping.Nonce),
        InvMessage inv when _random.Next(3) == 0 => new GetDataMessage(inv.Items),
        GetDataMessage asked when _random.Next(2) == 0 => new NotFoundMessage(asked.Items),
        GetDataMessage => new TransactionMessage(_transactions[_random.Next(_transactions.Count)]),
        GetHeadersMessage => new HeadersMessage([]),
        _ => null,
    };

    private Message Something() => _random.Next(12) switch
    {
        0 or 1 or 2 => new PingMessage((ulong)_random.NextInt64()),
        3 => new InvMessage(Enumerable.Range(0, _random.Next(1, 60)).Select(_ => InventoryVector.Transaction(SomeHash())).ToWireArray()),
        4 => new AddrMessage(Enumerable.Range(0, _random.Next(1, 10)).Select(_ => SomeAddress()).ToWireArray()),
        5 or 6 => new GetDataMessage(Enumerable.Range(0, _random.Next(1, 16)).Select(_ => InventoryVector.WitnessBlock(SomeBlock().Hash)).ToWireArray()),
        7 => new GetDataMessage([InventoryVector.Transaction(SomeHash())]),
        8 => new TransactionMessage(_transactions[_random.Next(_transactions.Count)]),
        9 => new BlockMessage(SomeBlock()),
        10 => new GetHeadersMessage([SomeBlock().Hash]),
        _ => new UnknownMessage("nobodyknows", new byte[_random.Next(2_000)]),
    };

    private Block SomeBlock() => chain.Blocks[_random.Next(chain.Blocks.Count)];

    private Hash256 SomeHash()
    {
        Span<byte> bytes = stackalloc byte[Hash256.Length];
        _random.NextBytes(bytes);
        return new Hash256(bytes);
    }

    private AddressEntry SomeAddress() => new(
        1_767_225_600, ServiceFlags.Network, NetworkEndpoint.From(new IPEndPoint(new IPAddress([8, (byte)_random.Next(256), (byte)_random.Next(256), 1]), 8333)));

    private async Task EndAsync(Remote remote)
    {
        switch (_random.Next(3))
        {
            case 0:
                remote.Reset();
                break;
            case 1:
                try
                {
                    using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
                    var frame = remote.Encode(new BlockMessage(SomeBlock()));
                    await remote.SendAsync(frame.AsMemory(0, frame.Length / 2), patience.Token);
                }
                catch (Exception gone) when (gone is OperationCanceledException or SocketException or ObjectDisposedException)
                {
                    // It was ended already.
                }

                remote.Dispose();
                break;
            default:
                remote.Dispose();
                break;
        }
    }
}
