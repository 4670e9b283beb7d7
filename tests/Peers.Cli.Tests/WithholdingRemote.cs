using System.Net;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Peers.Wire;

namespace Peers.Cli.Tests;

/// <summary>A remote that speaks, and serves no block.</summary>
internal sealed class WithholdingRemote : IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly PeerEngine _engine;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<bool> _pings = Channel.CreateUnbounded<bool>();

    private WithholdingRemote(ActorSystem system)
    {
        _system = system;
        _engine = PeerEngine.Start(system);
    }

    public string Endpoint { get; private set; } = "";

    /// <summary>Completes when it was asked for a block.</summary>
    public Task Asked => _asked.Task;

    public static async Task<WithholdingRemote> StartAsync(bool servesHeaders)
    {
        var remote = new WithholdingRemote(ActorSystem.Create("withholding", ConfigurationFactory.ParseString("peers.network = regtest, akka.loglevel = OFF")));
        remote.Endpoint = (await remote._engine.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0))).ToString();
        _ = remote.ServeAsync(servesHeaders);
        return remote;
    }

    /// <summary>Waits for so many pings after it was asked.</summary>
    public async Task PingsAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _pings.Reader.ReadAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _system.Terminate();
    }

    private async Task ServeAsync(bool servesHeaders)
    {
        var peer = await _engine.Accepted.ReadAsync();
        await foreach (var message in peer.Messages.ReadAllAsync())
        {
            switch (message)
            {
                case GetHeadersMessage when servesHeaders:
                    peer.Send(new HeadersMessage([.. DemoChain.Make(3).Blocks.Skip(1).Select(block => block.Header)]));
                    break;
                case GetDataMessage:
                    _asked.TrySetResult();
                    break;
                case PingMessage when Asked.IsCompleted:
                    _pings.Writer.TryWrite(true);
                    break;
            }
        }
    }
}
