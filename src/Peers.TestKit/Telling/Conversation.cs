using System.Net;
using System.Runtime.CompilerServices;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// Who said what, to whom, when: every message that was handed to a simulated socket, decoded, in order. It is what a simulation prints when
/// it fails. Off unless it is switched on, because every message is then decoded once more.
/// </summary>
public sealed class Conversation : IWireTap
{
    private readonly VirtualTimeScheduler _scheduler;
    private readonly SimulatedNetwork _network;
    private readonly ConditionalWeakTable<SimulatedSocket, Speaker> _speakers = [];
    private readonly Queue<Utterance> _utterances = new();
    private bool _isOn;

    internal Conversation(VirtualTimeScheduler scheduler, SimulatedNetwork network)
    {
        _scheduler = scheduler;
        _network = network;
    }

    /// <summary>Whether it listens. Off at first.</summary>
    public bool IsOn
    {
        get => _isOn;
        set
        {
            if (value == _isOn)
                return;
            _isOn = value;
            if (value)
                _network.Taps.Add(this);
            else
                _network.Taps.Remove(this);
        }
    }

    /// <summary>How many messages are kept, the latest; 1,000 at first.</summary>
    public int Kept { get; set; } = 1000;

    /// <summary>What was said, oldest first, as much as is kept.</summary>
    public IReadOnlyCollection<Utterance> Utterances => _utterances;

    /// <summary>What was said, one line each.</summary>
    public override string ToString() => string.Join('\n', _utterances);

    void IWireTap.Sent(SimulatedSocket socket, byte[] bytes) =>
        _speakers.GetValue(socket, speaking => new Speaker(speaking.Local, speaking.Remote)).Said(bytes, this);

    void IWireTap.Read(SimulatedSocket socket, byte[] bytes)
    {
        // What was said is told when it is said.
    }

    private void Add(IPEndPoint from, IPEndPoint to, string command, int length, Message? message, string? fault)
    {
        _utterances.Enqueue(new Utterance(_scheduler.Elapsed, from, to, command, length, message, fault));
        while (_utterances.Count > Kept)
            _utterances.Dequeue();
    }

    /// <summary>One direction of one connection.</summary>
    private sealed class Speaker(IPEndPoint from, IPEndPoint to)
    {
        private readonly List<byte> _first = [];
        private MessageCodec? _codec;
        private bool _unreadable;

        public void Said(byte[] bytes, Conversation conversation)
        {
            if (_unreadable || !Knows(ref bytes, conversation))
                return;
            try
            {
                _codec!.Append(bytes);
                while (_codec.TryRead(out var decoded))
                    conversation.Add(from, to, decoded.Command, decoded.Length, decoded.Message, decoded.Fault?.Message);
            }
            catch (WireException fault)
            {
                Unreadable(conversation, bytes.Length, fault.Message);
            }
        }

        // The network is known by the first bytes, whoever's they are: a remote of another one is heard as well.
        private bool Knows(ref byte[] bytes, Conversation conversation)
        {
            if (_codec is not null)
                return true;
            _first.AddRange(bytes);
            if (_first.Count < sizeof(uint))
                return false;
            bytes = [.. _first];
            if (BitcoinNetwork.WithMagic(BitConverter.ToUInt32(bytes)) is { } network)
                _codec = MessageCodec.For(network);
            else
                Unreadable(conversation, bytes.Length, "begins with no known network's magic");
            return !_unreadable;
        }

        private void Unreadable(Conversation conversation, int length, string why)
        {
            _unreadable = true;
            conversation.Add(from, to, "?", length, null, $"{why}; nothing of this stream is told any more");
        }
    }
}
