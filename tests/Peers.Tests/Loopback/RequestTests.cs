using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Peers.Wire;

namespace Peers.Tests.Loopback;

/// <summary>Requests of the facade over real sockets: one answer for each.</summary>
public abstract class RequestTests(string network) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ActorSystem _system = ActorSystem.Create("requests", ConfigurationFactory.ParseString(
        $"akka {{ loglevel = OFF, stdout-loglevel = OFF }}\npeers.network-io = {network}\npeers.network = regtest\npeers.stall.response-timeout = 2s\npeers.requests.max-outstanding = 5000"));

    private PeerEngine _server = null!;
    private PeerEngine _client = null!;
    private IPeer _ours = null!;
    private IPeer _theirs = null!;

    public async Task InitializeAsync()
    {
        _server = PeerEngine.Start(_system, name: "server");
        _client = PeerEngine.Start(_system, name: "client");
        _ours = await _client.ConnectAsync(await _server.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0))).WaitAsync(Patience);
        _theirs = await _server.Accepted.ReadAsync().AsTask().WaitAsync(Patience);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        await _system.Terminate();
    }

    [Fact(DisplayName = "Blocks, transactions, headers and addresses: what was asked for comes back, whatever else is said")]
    public async Task Values()
    {
        var serving = ServeAsync(message => message switch
        {
            GetDataMessage { Items: [{ IsBlock: true }] } => [SendHeadersMessage.Instance, new BlockMessage(BlockOf(9)), new BlockMessage(BlockOf(1))],
            GetDataMessage => [new TransactionMessage(TransactionOf(9)), new TransactionMessage(TransactionOf(1))],
            GetHeadersMessage ask => [new HeadersMessage([HeaderOf(3) with { Previous = ask.Locator[0] }])],
            GetAddrMessage => [new AddrV2Message([.. Enumerable.Range(0, 3).Select(AddressOf)])],
            _ => [],
        });
        var headers = _ours.GetHeadersAsync([HeaderOf(2).ComputeHash()]);
        var block = _ours.GetBlockAsync(HeaderOf(1).ComputeHash());
        var transaction = _ours.GetTransactionAsync(TransactionOf(1).Id);
        var addresses = _ours.GetAddressesAsync();
        Assert.Equal(BlockOf(1), (await block.WaitAsync(Patience)).Get());
        Assert.Equal(TransactionOf(1), (await transaction.WaitAsync(Patience)).Get());
        Assert.Equal(HeaderOf(2).ComputeHash(), (await headers.WaitAsync(Patience)).Get()[0].Previous);
        Assert.Equal(3, (await addresses.WaitAsync(Patience)).Get().Length);
        Assert.IsType<SendHeadersMessage>(await _ours.Messages.ReadAsync());
        Assert.Equal(new BlockMessage(BlockOf(9)), await _ours.Messages.ReadAsync());
        await _ours.DisconnectAsync();
        await serving;
    }

    [Fact(DisplayName = "A thousand blocks at once, answered backwards")]
    public async Task Many_at_once()
    {
        List<GetDataMessage> asked = [];
        var serving = ServeAsync(message =>
        {
            if (message is GetDataMessage data)
            {
                asked.Add(data);
            }

            return asked.Count < 1_000 ? [] : [.. Enumerable.Range(0, 1_000).Reverse().Select(i => new BlockMessage(BlockOf(i)))];
        });
        var blocks = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => _ours.GetBlockAsync(HeaderOf(i).ComputeHash()))).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(BlockOf), blocks.Select(answer => answer.Get()));
        Assert.Equal(new RequestStats(0, 1_000, 0, 0), (await _ours.GetStatsAsync()).Requests);
        await _ours.DisconnectAsync();
        await serving;
    }

    [Fact(DisplayName = "Not found, late, given up, refused, stopped: each is its own end")]
    public async Task Other_ends()
    {
        var missing = HeaderOf(7).ComputeHash();
        var serving = ServeAsync(message => message is GetDataMessage data && data.Items[0].Hash == missing ? [new NotFoundMessage(data.Items)] : []);
        Assert.IsType<Answer<Block>.NotFound>(await _ours.GetBlockAsync(missing).WaitAsync(Patience));
        Assert.True(Assert.IsType<Answer<Block>.TimedOut>(await _ours.GetBlockAsync(HeaderOf(1).ComputeHash()).WaitAsync(Patience)).SinceProgress >= TimeSpan.FromSeconds(2));
        Assert.IsType<Answer<HeadersMessage>.Refused>(await _ours.RequestAsync<HeadersMessage>(new PingMessage(1)).WaitAsync(Patience));

        using var cancellation = new CancellationTokenSource();
        var given = _ours.GetBlockAsync(HeaderOf(2).ComputeHash(), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => given.WaitAsync(Patience));
        await Assert.ThrowsAsync<OperationCanceledException>(() => _ours.GetBlockAsync(HeaderOf(2).ComputeHash(), cancellation.Token));
        Assert.Equal(0, (await _ours.GetStatsAsync()).Requests.Outstanding);

        var open = _ours.GetHeadersAsync([missing]);
        await _ours.GetStatsAsync(); // The request is out.
        await _theirs.DisconnectAsync();
        var reason = await _ours.WhenStopped.WaitAsync(Patience);
        Assert.Equal(reason, Assert.IsType<Answer<WireArray<BlockHeader>>.PeerStopped>(await open.WaitAsync(Patience)).Reason);
        Assert.Equal(reason, Assert.IsType<Answer<Block>.PeerStopped>(await _ours.GetBlockAsync(missing)).Reason);
        Assert.Contains("the connection ended", Assert.Throws<RequestFailedException>(() => new Answer<Block>.PeerStopped(reason).Get()).Message, StringComparison.Ordinal);
        Assert.IsType<SendResult.Dropped>(await _ours.RequestHeadersAsync([missing]));
        await serving;
    }

    [Fact(DisplayName = "The pushes of btcd: once in a row, and a reject only where it is switched on")]
    public async Task Pushes()
    {
        WireArray<Hash256> locator = [HeaderOf(1).ComputeHash()];
        Assert.IsType<SendResult.Sent>(await _ours.RequestHeadersAsync(locator).WaitAsync(Patience));
        Assert.IsType<SendResult.Suppressed>(await _ours.RequestHeadersAsync(locator).WaitAsync(Patience));
        Assert.IsType<SendResult.Sent>(await _ours.RequestBlocksAsync(locator).WaitAsync(Patience));
        Assert.IsType<SendResult.Suppressed>(await _ours.RequestBlocksAsync(locator).WaitAsync(Patience));
        Assert.IsType<SendResult.Failed>(await _ours.RequestBlocksAsync([.. Enumerable.Repeat(locator[0], 102)]).WaitAsync(Patience));
        Assert.IsType<SendResult.Suppressed>(await _ours.RejectAsync("tx", RejectCode.Dust, "dust").WaitAsync(Patience));
        Assert.Equal([new GetHeadersMessage(locator), new GetBlocksMessage(locator)], [await _theirs.Messages.ReadAsync(), await _theirs.Messages.ReadAsync()]);
    }

    private async Task ServeAsync(Func<Message, Message[]> answer)
    {
        await foreach (var message in _theirs.Messages.ReadAllAsync())
        {
            Array.ForEach(answer(message), _theirs.Send);
        }
    }

    private static BlockHeader HeaderOf(int number) => new(1, Hash256.OfDouble(BitConverter.GetBytes(number)), default, 0, 0, 0);

    private static Block BlockOf(int number) => Block.Create(HeaderOf(number), TransactionList.Create([TransactionOf(number)]));

    private static Transaction TransactionOf(int number) => Transaction.Create(
        2, [new TransactionInput(new OutPoint(Hash256.OfDouble(BitConverter.GetBytes(number)), 0), new byte[1], 0, [])], [new TransactionOutput(number, new byte[2])], 0);

    private static AddressEntry AddressOf(int number) => new(1, ServiceFlags.Network, new NetworkEndpoint(NetworkAddress.From(new IPAddress([203, 0, 113, (byte)number])), 8333));
}
