using System.Net;

namespace Peers.TestKit;

/// <summary>A connection of the <see cref="SimulatedNetwork"/>, as the network in the middle sees it: here a test breaks it.</summary>
public sealed class SimulatedConnection
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedPath _forth;
    private readonly SimulatedPath _back;
    private long _resetAfter = long.MaxValue;

    internal SimulatedConnection(SimulatedNetwork network, SimulatedPath forth, SimulatedPath back, LinkProfile profile)
    {
        _network = network;
        _forth = forth;
        _back = back;
        InitiatorSocket = new SimulatedSocket(this, forth, profile, network.RandomFor($"{forth.From}>{forth.To}"), network.Trace);
        AcceptorSocket = new SimulatedSocket(this, back, profile, network.RandomFor($"{back.From}>{back.To}"), network.Trace);
        InitiatorSocket.Peer = AcceptorSocket;
        AcceptorSocket.Peer = InitiatorSocket;
    }

    /// <summary>The end that dialled.</summary>
    public IPEndPoint Initiator => _forth.From;

    /// <summary>The end that listened.</summary>
    public IPEndPoint Acceptor => _forth.To;

    /// <summary>Whether neither end has closed it completely.</summary>
    public bool IsOpen => !InitiatorSocket.IsClosed && !AcceptorSocket.IsClosed;

    /// <summary>Bytes that have arrived, both ways together.</summary>
    public long Carried { get; private set; }

    internal SimulatedSocket InitiatorSocket { get; }

    internal SimulatedSocket AcceptorSocket { get; }

    internal List<IWireTap> Taps => _network.Taps;

    /// <summary>Resets the connection now: both ends hear of it at this instant, what is on its way is lost.</summary>
    public void Reset()
    {
        InitiatorSocket.ResetArrives();
        AcceptorSocket.ResetArrives();
        _resetAfter = 0;
    }

    /// <summary>Resets the connection when this many more bytes have arrived, both ways together: in the middle of a message, if the count says so.</summary>
    public void ResetAfter(long bytes) => _resetAfter = bytes;

    /// <inheritdoc />
    public override string ToString() => $"{Initiator} > {Acceptor}";

    internal int Carry(int bytes)
    {
        var allowed = (int)Math.Min(bytes, _resetAfter);
        _resetAfter -= _resetAfter == long.MaxValue ? 0 : allowed;
        Carried += allowed;
        return allowed;
    }

    internal void Forget()
    {
        if (InitiatorSocket.IsClosed && AcceptorSocket.IsClosed)
            _network.Forget(this);
    }
}
