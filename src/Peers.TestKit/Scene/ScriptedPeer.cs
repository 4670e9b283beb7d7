using System.Net;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>The remote side of a connection, at a test's command: it says what it is told, and nothing of itself.</summary>
public sealed class ScriptedPeer : IDisposable
{
    private const ulong FirstBarrier = 0xBA221E2_0000_0000;

    private readonly Simulation _simulation;
    private readonly Func<RawPeer> _raw;
    private readonly MessageCodec _codec;
    private readonly List<Message> _heard = [];
    private readonly List<Func<Message, IEnumerable<Message>>> _answers = [];
    private RawPeer? _listenedTo;
    private int _taken;
    private ulong _barriers;

    private ScriptedPeer(Simulation simulation, Func<RawPeer> raw, BitcoinNetwork network)
    {
        _simulation = simulation;
        _raw = raw;
        Network = network;
        _codec = MessageCodec.For(network);
    }

    /// <summary>The network that it speaks on.</summary>
    public BitcoinNetwork Network { get; }

    /// <summary>The stream below.</summary>
    public RawPeer Stream => _raw();

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
        var raw = simulation.Network.Dial(from, to);
        simulation.Until(() => raw.IsConnected || raw.IsClosed, TimeSpan.FromSeconds(30));
        return new ScriptedPeer(simulation, () => raw, network ?? BitcoinNetwork.Regtest);
    }

    /// <summary>A remote that is dialled: the next connection that the listener accepts.</summary>
    public static ScriptedPeer Accept(Simulation simulation, RawListener listener, BitcoinNetwork? network = null)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        ArgumentNullException.ThrowIfNull(listener);
        var index = listener.Accepted.Count;
        return new ScriptedPeer(simulation, () =>
        {
            simulation.Until(() => listener.Accepted.Count > index, TimeSpan.FromSeconds(30));
            return listener.Accepted[index];
        }, network ?? BitcoinNetwork.Regtest);
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
        Hear();
        _listenedTo = Stream;
        _listenedTo.Arrived = Hear;
    }

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
        if (_listenedTo is not null)
        {
            _listenedTo.Arrived = null;
        }

        _codec.Dispose();
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
