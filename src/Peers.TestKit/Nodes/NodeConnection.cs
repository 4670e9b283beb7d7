using System.Net;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>One connection of a <see cref="ModelNode"/>: a stream, its codec, and the handshake of an ordinary node.</summary>
internal sealed class NodeConnection
{
    private readonly ModelNode _node;
    private readonly RawPeer _raw;
    private readonly MessageCodec _codec = MessageCodec.For(BitcoinNetwork.Regtest);
    private readonly bool _dialled;
    private bool _ended;

    public NodeConnection(ModelNode node, RawPeer raw, bool dialled)
    {
        _node = node;
        _raw = raw;
        _dialled = dialled;
        raw.Taker = Hear;
        raw.Ended += End;
        if (dialled)
        {
            raw.Connected = Begin;
        }
        else
        {
            Hear(raw.Take()); // What came with the connection itself.
        }
    }

    public IPAddress Remote => _raw.Remote.Address;

    /// <summary>Whether both have said <c>version</c> and <c>verack</c>.</summary>
    public bool IsReady { get; private set; }

    public void Say(Message message) => SayBytes(_codec.Encode(message));

    public void SayBytes(byte[] bytes)
    {
        if (!_ended)
        {
            _raw.Send(bytes);
        }
    }

    public byte[] Encode(Message message) => _codec.Encode(message);

    public void PauseReading() => _raw.PauseReading();

    public void ResumeReading() => _raw.ResumeReading();

    public void Close()
    {
        _raw.Close();
        End();
    }

    private void Begin()
    {
        if (_node.Handshakes)
        {
            Say(_node.Version(_raw));
        }
    }

    private void Hear(byte[] bytes)
    {
        if (_ended)
        {
            return;
        }

        _codec.Append(bytes);
        while (!_ended && _codec.TryRead(out var decoded))
        {
            if (decoded.Message is { } message)
            {
                Hear(message);
            }
        }

        _node.HasRead(this);
    }

    private void Hear(Message message)
    {
        if (_node.Handshakes && message is VersionMessage)
        {
            if (!_dialled)
            {
                Say(_node.Version(_raw));
            }

            Say(VerAckMessage.Instance);
        }
        else if (_node.Handshakes && message is VerAckMessage)
        {
            IsReady = true;
            _node.IsReady(this);
        }
        else if (IsReady)
        {
            _node.Hear(this, message);
        }
    }

    private void End()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        IsReady = false;
        _codec.Dispose();
        _node.Lost(this);
    }
}
