using Peers.Wire;

namespace Peers.TestKit;

/// <summary>What a <see cref="LyingNode"/> does; any of them together.</summary>
[Flags]
public enum Lies
{
    /// <summary>It announces only.</summary>
    None = 0,

    /// <summary>It announces transactions that do not exist, one to each peer when its handshake is done.</summary>
    NothingThere = 1,

    /// <summary>It answers <c>notfound</c>.</summary>
    NotFound = 2,

    /// <summary>It answers nothing.</summary>
    NoAnswer = 4,

    /// <summary>It sends another transaction than it was asked for.</summary>
    AnotherTransaction = 8,

    /// <summary>It sends what it was asked for with a checksum that is wrong.</summary>
    WrongChecksum = 16,

    /// <summary>It sends a block whose header shows no work.</summary>
    NoWork = 32,

    /// <summary>It sends the block with other transactions than its header names.</summary>
    OtherTransactions = 64,
}

/// <summary>
/// A node that announces what it does not have: whatever one peer announces to it, it announces at once to all others. Who asks for it gets
/// one of its lies, drawn from the seed.
/// </summary>
public sealed class LyingNode : ModelNode
{
    private const Lies OfTransactions = Lies.NotFound | Lies.NoAnswer | Lies.AnotherTransaction | Lies.WrongChecksum;
    private const Lies OfBlocks = Lies.NotFound | Lies.NoAnswer | Lies.WrongChecksum | Lies.NoWork | Lies.OtherTransactions;

    private readonly RelayInventory _inventory;
    private readonly Lies _lies;
    private readonly Random _random;
    private readonly HashSet<Hash256> _announced = [];
    private RelayItem _tip;

    /// <summary>Makes the node; it neither listens nor dials yet.</summary>
    /// <param name="simulation">Where it lives.</param>
    /// <param name="host">The host that it runs on.</param>
    /// <param name="inventory">The items of the simulation: what it lies about.</param>
    /// <param name="lies">What it does.</param>
    public LyingNode(Simulation simulation, SimulatedHost host, RelayInventory inventory, Lies lies)
        : base(simulation, host)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        _inventory = inventory;
        _lies = lies;
        _random = simulation.Random($"lies of {host}");
        _tip = inventory.Genesis;
    }

    /// <summary>Answers of it that were lies, silence included.</summary>
    public int Told { get; private set; }

    internal override void IsReady(NodeConnection connection)
    {
        if (_lies.HasFlag(Lies.NothingThere))
        {
            var id = new byte[Hash256.Length];
            _random.NextBytes(id);
            connection.Say(new InvMessage([InventoryVector.Transaction(new Hash256(id))]));
        }
    }

    internal override void Hear(NodeConnection connection, Message message)
    {
        switch (message)
        {
            case PingMessage { Nonce: { } nonce }:
                connection.Say(new PongMessage(nonce));
                break;
            case InvMessage inv:
                foreach (var item in inv.Items)
                {
                    Spread(connection, item);
                }

                break;
            case HeadersMessage { Headers.Length: > 0 } headers:
                Spread(connection, InventoryVector.Block(headers.Headers[^1].ComputeHash()));
                break;
            case GetHeadersMessage:
                connection.Say(Headers());
                break;
            case GetDataMessage get:
                foreach (var asked in get.Items)
                {
                    Lie(connection, asked);
                }

                break;
        }
    }

    private void Spread(NodeConnection from, InventoryVector item)
    {
        if (!_announced.Add(item.Hash))
        {
            return;
        }

        if (item.IsBlock && _inventory.Find(item.Hash) is { } block && block.Height > _tip.Height)
        {
            _tip = block;
        }

        foreach (var connection in All.Where(connection => connection.IsReady && connection != from))
        {
            connection.Say(new InvMessage([item]));
        }
    }

    private HeadersMessage Headers()
    {
        List<BlockHeader> headers = [];
        for (var block = _tip; block.Height > 0; block = block.Previous!)
        {
            headers.Insert(0, block.Block!.Header);
        }

        return new HeadersMessage(headers.ToWireArray());
    }

    private void Lie(NodeConnection connection, InventoryVector asked)
    {
        Told++;
        switch (Draw(asked.IsTransaction ? OfTransactions : OfBlocks))
        {
            case Lies.NotFound:
                connection.Say(new NotFoundMessage([asked]));
                break;
            case Lies.AnotherTransaction:
                connection.Say(new TransactionMessage(_inventory.MakeTransaction()));
                break;
            case Lies.WrongChecksum when _inventory.Find(asked.Hash) is { } item:
                connection.SayBytes(ForgedFrame.Of(connection.Encode(item.Message), Forgery.WrongChecksum));
                break;
            case Lies.NoWork when _inventory.Find(asked.Hash)?.Block is { } block:
                connection.Say(new BlockMessage(Block.Create(WithoutWork(block.Header), block.Transactions)));
                break;
            case Lies.OtherTransactions when _inventory.Find(asked.Hash)?.Block is { } block:
                connection.Say(new BlockMessage(Block.Create(block.Header, [.. block.Transactions, _inventory.MakeTransaction()])));
                break;
        }
    }

    private Lies Draw(Lies possible)
    {
        var choice = Enum.GetValues<Lies>().Where(lie => lie != Lies.None && (_lies & possible).HasFlag(lie)).ToArray();
        return choice.Length == 0 ? Lies.NoAnswer : choice[_random.Next(choice.Length)];
    }

    private static BlockHeader WithoutWork(BlockHeader header)
    {
        while (ProofOfWork.IsDone(header, header.ComputeHash()))
        {
            header = header with { Nonce = header.Nonce + 1 };
        }

        return header;
    }
}
