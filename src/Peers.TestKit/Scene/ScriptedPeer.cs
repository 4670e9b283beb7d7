using System.Net;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>The remote side of a connection, at a test's command: it says what it is told, and nothing of itself.</summary>
public sealed class ScriptedPeer : IDisposable
{
    private const ulong FirstBarrier = 0xBA221E2_0000_0000;

    private readonly Simulation _simulation;
    private readonly MessageCodec _codec;
    private readonly List<Message> _heard = [];
    private readonly List<Func<Message, IEnumerable<Message>>> _answers = [];
    private RawPeer? _raw;
    private int _taken;
    private ulong _barriers;

    private ScriptedPeer(Simulation simulation, BitcoinNetwork? network)
    {
        _simulation = simulation;
        Network = network ?? BitcoinNetwork.Regtest;
        _codec = MessageCodec.For(Network);
    }

    /// <summary>The network that it speaks on.</summary>
    public BitcoinNetwork Network { get; }

    /// <summary>Where it waits to be dialled; <c>null</c> when it has dialled itself.</summary>
    public IPEndPoint? Endpoint { get; private init; }

    /// <summary>The stream below; it waits for it to begin.</summary>
    /// <exception cref="SimulationException">Nobody dials within half a minute.</exception>
    public RawPeer Stream
    {
        get
        {
            if (_raw is null)
            {
                _simulation.Until(() => _raw is not null, TimeSpan.FromSeconds(30), $"somebody dials {Endpoint}");
            }

            return _raw!;
        }
    }

    /// <summary>Everything that it has heard.</summary>
    public IReadOnlyList<Message> Heard
    {
        get
        {
            Hear();
            return _heard;
        }
    }

    /// <summary>A remote that dials.</summary>
    public static ScriptedPeer Dial(Simulation simulation, IPAddress from, IPEndPoint to, BitcoinNetwork? network = null)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        var peer = new ScriptedPeer(simulation, network);
        peer.Use(simulation.Network.Dial(from, to));
        simulation.Until(() => peer.Stream.IsConnected || peer.Stream.IsClosed, TimeSpan.FromSeconds(30));
        return peer;
    }

    /// <summary>A remote that is dialled: the next connection that the listener accepts.</summary>
    public static ScriptedPeer Accept(Simulation simulation, RawListener listener, BitcoinNetwork? network = null)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        ArgumentNullException.ThrowIfNull(listener);
        var peer = new ScriptedPeer(simulation, network) { Endpoint = listener.Endpoint };
        listener.OnNext(peer.Use);
        return peer;
    }

    /// <summary>Says messages, in one write.</summary>
    public void Says(params Message[] messages) => SaysBytes([.. messages.SelectMany(_codec.Encode)]);

    /// <summary>Says bytes that are no message, or part of one.</summary>
    public void SaysBytes(params byte[] bytes) => Stream.Send(bytes);

    /// <summary>Lies: says a message with a fault in it.</summary>
    /// <exception cref="ArgumentException">The message has no payload that could be cut short.</exception>
    public void Forges(Message message, Forgery forgery) => Stream.Send(ForgedFrame.Of(_codec.Encode(message), forgery));

    /// <summary>From now on answers each message of that type as soon as it comes; before, it only listens.</summary>
    /// <param name="answer">What to say to it; nothing for silence.</param>
    public void Answers<T>(Func<T, IEnumerable<Message>> answer)
        where T : Message
    {
        _answers.Add(message => message is T asked ? answer(asked) : []);
        if (_raw is not null)
        {
            Use(_raw);
        }
    }

    /// <summary>Does its part of the handshake as soon as it is dialled.</summary>
    /// <param name="version">What it says of itself; an ordinary node when <c>null</c>.</param>
    public void AnswersHandshake(VersionMessage? version = null) =>
        Answers<VersionMessage>(_ => [version ?? Version(), VerAckMessage.Instance]);

    /// <summary>Hangs: reads nothing any more, so that the other side can fill the window and then waits.</summary>
    public void Hangs() => Stream.PauseReading();

    /// <summary>Reads again.</summary>
    public void GoesOn() => Stream.ResumeReading();

    /// <summary>Ends its stream behind all that was said, and reads no more.</summary>
    public void Leaves() => Stream.Close();

    /// <summary>Resets the connection.</summary>
    public void Resets() => Stream.Reset();

    /// <summary>The bytes of a message.</summary>
    public byte[] Encode(Message message) => _codec.Encode(message);

    /// <summary>Waits for the next message that it has not been asked for yet, which must be of that type.</summary>
    public T Expects<T>(TimeSpan? within = null)
        where T : Message
    {
        _simulation.Until(() => Heard.Count > _taken, within ?? TimeSpan.FromSeconds(10), $"the remote hears {typeof(T).Name}");
        var message = _heard[_taken++];
        return message as T ?? throw new SimulationException($"The remote expected {typeof(T).Name} and heard {message}.\n{_simulation.Account()}");
    }

    /// <summary>Lets the time pass; it must hear nothing in it.</summary>
    public void ExpectsNothing(TimeSpan during)
    {
        _simulation.Advance(during);
        if (Heard.Count > _taken)
        {
            throw new SimulationException($"The remote expected nothing and heard {_heard[_taken]}.\n{_simulation.Account()}");
        }
    }

    /// <summary>Forgets what it has heard so far.</summary>
    public void Forgets() => _taken = Heard.Count;

    /// <summary>A version as an ordinary node says it.</summary>
    public static VersionMessage Version(ulong nonce = 0x1234, int version = 70016) => new(
        version, ServiceFlags.Network | ServiceFlags.Witness, 1_767_225_600, new VersionAddress(ServiceFlags.None, default),
        new VersionAddress(ServiceFlags.Network, default), nonce, "/scripted:1.0/", 100, true);

    /// <summary>Does its part of a handshake, whoever dialled, and takes what the other side says in it.</summary>
    public void Handshakes(VersionMessage? version = null)
    {
        Says(version ?? Version());
        _simulation.Until(() => Heard.OfType<VerAckMessage>().Any(), TimeSpan.FromSeconds(10));
        Says(VerAckMessage.Instance);
        _simulation.Run();
        Forgets();
    }

    /// <summary>Waits until everything said before was taken: a ping and its pong.</summary>
    public void Barrier()
    {
        var nonce = FirstBarrier + ++_barriers;
        Says(new PingMessage(nonce));
        _simulation.Until(() => Heard.OfType<PongMessage>().Any(pong => pong.Nonce == nonce), TimeSpan.FromSeconds(10));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_raw is not null)
        {
            _raw.Arrived -= Hear;
        }

        _codec.Dispose();
    }

    // Who only listens hears when it is asked; who answers has to hear at once.
    private void Use(RawPeer raw)
    {
        _raw = raw;
        if (_answers.Count > 0)
        {
            raw.Arrived -= Hear; // It may answer another kind of message already.
            raw.Arrived += Hear;
            Hear();
        }
    }

    private void Hear()
    {
        _codec.Append(Stream.Take());
        while (_codec.TryRead(out var decoded))
        {
            var message = decoded.Message ?? throw new SimulationException($"The remote heard what it cannot read: {decoded.Fault}\n{_simulation.Account()}");
            _heard.Add(message);
            var answers = _answers.SelectMany(answer => answer(message)).ToArray();
            if (answers.Length > 0)
            {
                Says(answers);
            }
        }
    }
}
