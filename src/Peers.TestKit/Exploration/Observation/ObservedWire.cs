using Peers.Wire;

namespace Peers.TestKit;

/// <summary>What an engine said and took at one socket, decoded.</summary>
internal sealed class ObservedWire(SimulatedSocket socket, SimulatedEngine engine) : IDisposable
{
    private readonly Direct _said = new(engine);
    private readonly Direct _heard = new(engine);

    public SimulatedSocket Socket => socket;

    public SimulatedEngine Engine => engine;

    public ObservedConnection? Connection { get; set; }

    /// <summary>Messages that nobody was shown yet, in the order of the wire.</summary>
    public Queue<(Message Message, bool Said)> Fresh { get; } = new();

    public void Said(byte[] bytes) => _said.Take(bytes, message => Fresh.Enqueue((message, true)));

    public void Heard(byte[] bytes) => _heard.Take(bytes, message => Fresh.Enqueue((message, false)));

    public void Dispose()
    {
        _said.Dispose();
        _heard.Dispose();
    }

    private sealed class Direct(SimulatedEngine engine) : IDisposable
    {
        private readonly MessageCodec _codec =
            new(new V1Transport(engine.Settings.Network, engine.Settings.Catalog, engine.Settings.WireOptions), engine.Settings.WireOptions);

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
