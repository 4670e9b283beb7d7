using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;

namespace Peers;

/// <content>
/// Dials through a SOCKS5 proxy (<c>peers.proxy</c>, <c>peers.proxies</c>): the socket that was dialled is the proxy's, until that says that it is the remote's. Names are
/// resolved by the proxy, else the resolver would learn whom we dial. One deadline is over all of it: <c>peers.connection.connect-timeout</c>.
/// </content>
internal sealed partial class TcpConnectionActor
{
    private readonly Queue<byte[]> _toProxy = new();
    private EndPoint? _behindProxy;
    private IPEndPoint? _via;
    private SocksHandshake? _socks;
    private ConnectionSocket? _proxy;
    private IPEndPoint? _local;
    private byte[]? _behindReply;
    private bool _isWritingToProxy;

    private void DialProxy(EndPoint remote, IPEndPoint proxy)
    {
        try
        {
            _socks = new SocksHandshake(remote, _settings.ProxyStreamIsolation ? _settings.Random.NextNonce().ToString("x16") : null);
        }
        catch (ArgumentException fault)
        {
            Lose(new DisconnectReason.ProxyFailed(null, fault.Message));
            return;
        }

        (_behindProxy, _via) = (remote, proxy);
        _candidates.Enqueue(proxy);
        DialNext();
    }

    /// <summary>Ends a dial that has no address left to try.</summary>
    private DisconnectReason Unconnected() => _behindProxy is null
        ? new DisconnectReason.ConnectFailed(_lastFailure)
        : new DisconnectReason.ProxyFailed(null, $"{_via}: {_lastFailure}");

    private void Greet(ConnectionSocket socket, IPEndPoint local)
    {
        _proxy = socket;
        _local = local;
        socket.Attach(Context);
        Become(Proxying);
        SayToProxy(_socks!.Greeting);
        socket.Read();
    }

    /// <summary>Until the proxy has opened the connection.</summary>
    private void Proxying(object message)
    {
        switch (message)
        {
            case Tcp.Received received:
                OnProxySaid(received.Data.ToArray());
                break;
            case PlainSocket.Readable readable:
                OnProxyReadable(readable.Socket);
                break;
            case BatchWritten:
                _isWritingToProxy = false;
                WriteToProxy();
                break;
            case DialForgotten:
                LoseProxy(null, $"no answer within {Seconds} s");
                break;
            case Close close:
                LoseProxy(new DisconnectReason.Requested(close.Why));
                break;
            case Tcp.ConnectionClosed or PlainSocket.Broken or Terminated:
                LoseProxy(null, "it closed the connection");
                break;
            default:
                Common(message);
                break;
        }
    }

    private void OnProxyReadable(PlainSocket socket)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(_settings.Connection.FrameSize);
        var count = socket.Receive(buffer, out var fault);
        var said = fault == SocketError.Success ? buffer.AsSpan(0, count).ToArray() : null;
        ArrayPool<byte>.Shared.Return(buffer);
        if (fault == SocketError.WouldBlock)
        {
            socket.Read();
        }
        else if (said is { Length: > 0 })
        {
            OnProxySaid(said);
        }
        else
        {
            LoseProxy(null, "it closed the connection");
        }
    }

    private void OnProxySaid(byte[] bytes)
    {
        for (var from = 0; ;)
        {
            var step = _socks!.Take(bytes.AsSpan(from), out var taken);
            from += taken;
            switch (step)
            {
                case SocksStep.Say say:
                    SayToProxy(say.Bytes);
                    break;
                case SocksStep.Refused refused:
                    LoseProxy(refused.Code, refused.Why);
                    return;
                case SocksStep.Done:
                    _behindReply = bytes[from..];
                    WriteToProxy();
                    return;
                default:
                    _proxy!.Read();
                    return;
            }
        }
    }

    private void SayToProxy(byte[] bytes)
    {
        _toProxy.Enqueue(bytes); // Three at most, however fast the proxy answers.
        WriteToProxy();
    }

    /// <summary>One write at a time; when the last is done and the proxy is content, the socket is the remote's.</summary>
    private void WriteToProxy()
    {
        while (!_isWritingToProxy && _toProxy.TryDequeue(out var bytes))
        {
            _isWritingToProxy = !_proxy!.Write(bytes);
        }

        if (!_isWritingToProxy && _behindReply is { } rest)
        {
            var remote = _behindProxy is IPEndPoint address ? address.Normalized() : _via!.Normalized();
            var socket = _proxy!;
            _proxy = null;
            TakeOver(socket, remote, _local!, rest);
        }
    }

    private void LoseProxy(int? code, string why) => LoseProxy(new DisconnectReason.ProxyFailed(code, $"{_via}: {why}"));

    private void LoseProxy(DisconnectReason reason)
    {
        (_socket, _proxy) = (_proxy, null);
        Lose(reason);
    }
}
