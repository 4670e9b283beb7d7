using Akka.Actor;
using Akka.Configuration;

namespace Peers.Tests.Loopback.Kit;

/// <summary>Whole engines in one actor system, and what they said of their connections. Its patience only ends a test that has failed.</summary>
public abstract class EngineTests : IAsyncLifetime
{
    private readonly List<TestStream> _streams = [];

    protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    protected ActorSystem System { get; } = ActorSystem.Create("engines", ConfigurationFactory.ParseString(
        "akka { loglevel = OFF, stdout-loglevel = OFF }\npeers { network = regtest, outbound.allow-duplicates = on }"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await System.Terminate().WaitAsync(Patience);

    protected PeerEngine Start(string name, string hocon = "", Func<PeerSettings, PeerSettings>? change = null)
    {
        var settings = PeerSettings.From(
            ConfigurationFactory.ParseString(hocon).WithFallback(System.Settings.Config).WithFallback(PeerEngine.DefaultConfig));
        return PeerEngine.Start(System, change?.Invoke(settings) ?? settings, name);
    }

    /// <summary>Every end that an engine tells of from here on.</summary>
    private protected static Ends EndsOf(PeerEngine engine) => new(engine);

    /// <summary>Two streams, each of which hears what the other says.</summary>
    private protected (TestStream Ours, TestStream Theirs) Pipes()
    {
        var (ours, theirs) = DuplexPipe.Pair();
        return (Watched(ours), Watched(theirs));
    }

    private protected TestStream Watched(Stream stream)
    {
        var watched = new TestStream(stream);
        _streams.Add(watched);
        return watched;
    }

    /// <summary>Waits until every stream of the test is disposed of; fails when one was disposed of twice.</summary>
    private protected async Task StreamsAreDisposedOnce()
    {
        foreach (var stream in _streams)
        {
            await stream.Disposed.WaitAsync(Patience);
        }

        Assert.All(_streams, stream => Assert.Equal(1, stream.Disposals));
    }
}
