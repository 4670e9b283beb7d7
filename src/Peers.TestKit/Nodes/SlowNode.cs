using Peers.Wire;

namespace Peers.TestKit;

/// <summary>A node that answers late and reads slowly, and is honest otherwise: what it was given it offers and, in the end, sends.</summary>
public sealed class SlowNode : ModelNode
{
    private readonly RelayInventory _inventory;
    private readonly TimeSpan _answerAfter;
    private readonly TimeSpan _readPause;
    private readonly List<RelayItem> _offered = [];

    /// <summary>Makes the node; it neither listens nor dials yet.</summary>
    /// <param name="simulation">Where it lives.</param>
    /// <param name="host">The host that it runs on.</param>
    /// <param name="inventory">The items of the simulation.</param>
    /// <param name="answerAfter">How long it takes to answer, pings included.</param>
    /// <param name="readPause">How long it reads nothing after each part of the stream that it has read; zero to read at once.</param>
    public SlowNode(Simulation simulation, SimulatedHost host, RelayInventory inventory, TimeSpan answerAfter, TimeSpan readPause)
        : base(simulation, host)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        _inventory = inventory;
        _answerAfter = answerAfter;
        _readPause = readPause;
    }

    /// <summary>Has an item from now on, and announces it at once to all its peers, and to each later one when its handshake is done.</summary>
    public void Offer(RelayItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _offered.Add(item);
        foreach (var connection in All.Where(connection => connection.IsReady))
        {
            connection.Say(Inv(item));
        }
    }

    internal override void IsReady(NodeConnection connection)
    {
        foreach (var item in _offered)
        {
            connection.Say(Inv(item));
        }
    }

    internal override void Hear(NodeConnection connection, Message message)
    {
        if (Answer(message) is { } answer)
        {
            After(_answerAfter, () => connection.Say(answer));
        }
    }

    internal override void HasRead(NodeConnection connection)
    {
        if (_readPause > TimeSpan.Zero)
        {
            connection.PauseReading();
            After(_readPause, connection.ResumeReading);
        }
    }

    private Message? Answer(Message message) => message switch
    {
        PingMessage { Nonce: { } nonce } => new PongMessage(nonce),
        GetDataMessage { Items: [var asked, ..] } => Find(asked) ?? new NotFoundMessage([asked]),
        GetHeadersMessage => Headers(),
        _ => null,
    };

    private Message? Find(InventoryVector asked) =>
        _inventory.Find(asked.Hash) is { } item && _offered.Contains(item) ? item.Message : null;

    private HeadersMessage Headers()
    {
        List<BlockHeader> headers = [];
        for (var block = _offered.LastOrDefault(item => item.IsBlock); block is { Height: > 0 }; block = block.Previous)
        {
            headers.Insert(0, block.Block!.Header);
        }

        return new HeadersMessage(headers.ToWireArray());
    }

    private static InvMessage Inv(RelayItem item) => new([item.IsBlock ? InventoryVector.Block(item.Id) : InventoryVector.Transaction(item.Id)]);
}
