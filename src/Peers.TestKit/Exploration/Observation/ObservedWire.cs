using Peers.Wire;

namespace Peers.TestKit;

/// <summary>What an engine said and took at one socket; decoded when it is known which connection, and so which engine, that is.</summary>
internal sealed class ObservedWire(SimulatedSocket socket) : IDisposable
{
    private readonly Queue<(byte[] Bytes, bool Said)> _fresh = new();
    private Direct? _said;
    private Direct? _heard;

    public SimulatedSocket Socket => socket;

    public ObservedConnection? Connection { get; private set; }

    public void Said(byte[] bytes) => _fresh.Enqueue((bytes, true));

    public void Heard(byte[] bytes) => _fresh.Enqueue((bytes, false));

    public void BelongTo(ObservedConnection connection)
    {
        Connection = connection;
        _said = new Direct(connection.Engine.Settings);
        _heard = new Direct(connection.Engine.Settings);
    }

    /// <summary>Shows the messages that are new, in the order of the wire.</summary>
    public void Show(Action<Message, bool> show)
    {
        while (_fresh.TryDequeue(out var part))
            (part.Said ? _said! : _heard!).Take(part.Bytes, message => show(message, part.Said));
    }

    public void Dispose()
    {
        _said?.Dispose();
        _heard?.Dispose();
    }

    private sealed class Direct(PeerSettings settings) : IDisposable
    {
        private readonly MessageCodec _codec = new(new V1Transport(settings.Network, settings.Catalog, settings.WireOptions), settings.WireOptions);
        private bool _broken;

        public void Take(byte[] bytes, Action<Message> take)
        {
            if (_broken)
                return;
            try
            {
                _codec.Append(bytes);
                while (_codec.TryRead(out var decoded))
                {
                    if (decoded.Message is { } message)
                        take(message);
                }
            }
            catch (WireException)
            {
                _broken = true; // No stream of messages any more: the engine has noticed, too.
            }
        }

        public void Dispose() => _codec.Dispose();
    }
}
