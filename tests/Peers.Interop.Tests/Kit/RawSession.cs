using System.Net;
using System.Net.Sockets;
using Peers.Wire;

namespace Peers.Interop.Tests.Kit;

/// <summary>
/// A connection with the node without the engine: a socket and the codec. Each frame that comes is decoded, by the forgiving and by the
/// strict policy, and encoded again, and must come out as it came.
/// </summary>
internal sealed class RawSession : IDisposable
{
    private readonly TcpClient _client;
    private readonly MessageCodec _codec;
    private readonly V1Transport _incoming;
    private readonly List<Message> _overheard = [];
    private byte[] _unread = [];

    private RawSession(TcpClient client, BitcoinNetwork network)
    {
        _client = client;
        _codec = MessageCodec.For(network);
        _incoming = new V1Transport(network, MessageCatalog.Default, WireOptions.Protocol);
    }

    /// <summary>The commands that came.</summary>
    public SortedSet<string> Commands { get; } = [];

    /// <summary>Where a frame did not come out as it came in.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Connects to the node.</summary>
    public static async Task<RawSession> DialAsync(LitecoinNode node, int version = ProtocolVersion.Latest)
    {
        var client = new TcpClient();
        await client.ConnectAsync(node.Endpoint, Patience.Token);
        var session = new RawSession(client, node.Network);
        await session.ShakeHandsAsync(version);
        return session;
    }

    /// <summary>Has the node connect to us.</summary>
    public static async Task<RawSession> AcceptAsync(LitecoinNode node)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await node.Rpc.CallAsync("addnode", listener.LocalEndpoint.ToString()!, "onetry");
        var session = new RawSession(await listener.AcceptTcpClientAsync(Patience.Token), node.Network);
        await session.ShakeHandsAsync(ProtocolVersion.Latest);
        return session;
    }

    public async Task SayAsync(Message message) => await _client.GetStream().WriteAsync(_codec.Encode(message), Patience.Token);

    /// <summary>The first message of that command that was not taken before; pings are answered meanwhile.</summary>
    public async Task<Message> HearAsync(string command)
    {
        while (true)
        {
            if (_overheard.Find(message => message.Command == command) is { } wanted)
            {
                _overheard.Remove(wanted);
                return wanted;
            }

            await ReadAsync(command);
        }
    }

    /// <summary>Says something and waits for the answer of that command.</summary>
    public async Task<Message> AskAsync(Message question, string command)
    {
        await SayAsync(question);
        return await HearAsync(command);
    }

    public void Dispose()
    {
        _client.Dispose();
        _codec.Dispose();
        _incoming.Dispose();
    }

    private async Task ShakeHandsAsync(int version)
    {
        var nowhere = new VersionAddress(ServiceFlags.None, default);
        await SayAsync(new VersionMessage(
            version, ServiceFlags.Network | ServiceFlags.Witness, 1_800_000_000, nowhere, nowhere, Nonce: 1, "/raw:1.0/", StartHeight: 0, Relay: true));
        await HearAsync("version");
        if (version >= ProtocolVersion.AddressV2)
        {
            await SayAsync(WtxIdRelayMessage.Instance);
            await SayAsync(SendAddrV2Message.Instance);
        }

        await SayAsync(VerAckMessage.Instance);
        await HearAsync("verack");
    }

    private async Task ReadAsync(string awaited)
    {
        var buffer = new byte[64 * 1024];
        int length;
        try
        {
            length = await _client.GetStream().ReadAsync(buffer, Patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"waited {Patience.Limit.TotalSeconds} s in vain for {awaited}; heard: {string.Join(", ", Commands)}");
        }

        if (length == 0)
        {
            throw new EndOfStreamException($"the node hung up while {awaited} was awaited; heard: {string.Join(", ", Commands)}");
        }

        _unread = [.. _unread, .. buffer.AsSpan(0, length)];
        _incoming.Append(buffer.AsMemory(0, length));
        while (_incoming.TryReadFrame(out var frame))
        {
            var message = Decode(frame, StrictnessPolicy.Core);
            Check(frame, message);
            _unread = _unread[frame.Length..];
            _overheard.Add(message);
            if (message is PingMessage ping)
            {
                await SayAsync(new PongMessage(ping.Nonce));
            }
        }
    }

    private void Check(in WireFrame frame, Message message)
    {
        Commands.Add(frame.Command);
        var came = Convert.ToHexStringLower(_unread.AsSpan(0, frame.Length));
        var again = Convert.ToHexStringLower(_codec.Encode(message));
        if (frame.Fault is not null || came != again)
        {
            Differences.Add($"{frame.Command}: {frame.Fault?.Message}{Environment.NewLine}{came}{Environment.NewLine}{again}");
        }

        if (!message.Equals(Decode(frame, StrictnessPolicy.Btcd)))
        {
            Differences.Add($"{frame.Command} is not the same when read strictly: {came}");
        }
    }

    private static Message Decode(in WireFrame frame, StrictnessPolicy policy) => frame.Type is { } type
        ? MessageCodec.Decode(type, frame.Payload, WireProtocol.Latest, policy, owned: false)
        : new UnknownMessage(frame.Command, frame.Payload.ToArray());
}
