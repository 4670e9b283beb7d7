using System.Runtime.CompilerServices;
using Akka.Actor;
using Peers.Wire;
using Xunit.Abstractions;

namespace Peers.TestKit;

/// <summary>
/// Base class of xunit tests of a protocol: one production engine, remotes at the test's command, virtual time. When a test fails, xunit
/// shows who said what and when, and the line that repeats the run.
/// </summary>
/// <example>
/// <code>
/// public sealed class MySimulation(ITestOutputHelper output) : PeerSimulation(output)
/// {
///     [Fact]
///     public void A_ping_is_answered()
///     {
///         var (remote, _, _) = Dial();
///         remote.Says(new PingMessage(7));
///         Assert.Equal(7UL, remote.Expects&lt;PongMessage&gt;().Nonce);
///     }
/// }
/// </code>
/// </example>
public abstract class PeerSimulation : IDisposable
{
    /// <summary>Starts a simulation.</summary>
    /// <param name="output">Where xunit wants a test's output.</param>
    /// <param name="settings">HOCON over the engine's defaults.</param>
    /// <param name="seed">Where all randomness comes from; when <c>null</c>, <c>PEERS_SEED</c>, else 1.</param>
    protected PeerSimulation(ITestOutputHelper output, string settings = "", int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        var builder = new SimulationBuilder().WithSettings(settings).WithSettings(Change).WithOutput(output.WriteLine);
        Scene = (seed is { } number ? builder.WithSeed(number) : builder).Build();
    }

    /// <summary>The scene that the other members are short for.</summary>
    protected PeerScene Scene { get; }

    /// <summary>The simulation below.</summary>
    protected Simulation Simulation => Scene.Simulation;

    /// <summary>The engine under test; it starts when it is first asked for.</summary>
    protected SimulatedEngine Engine => Scene.Engine;

    /// <summary>Virtual time since the start.</summary>
    protected TimeSpan Elapsed => Scene.Elapsed;

    /// <summary>Changes settings that HOCON cannot hold; called once, when the engine starts.</summary>
    protected virtual PeerSettings Change(PeerSettings settings) => settings;

    /// <inheritdoc cref="PeerScene.Dial" />
    protected ScriptedConnection Dial(
        bool handshake = true, VersionMessage? version = null, Consumption consumption = Consumption.OnDelivery, PeerOptions? options = null) =>
        Scene.Dial(handshake, version, consumption, options);

    /// <inheritdoc cref="PeerScene.Listen" />
    protected ScriptedConnection Listen(bool handshake = true, VersionMessage? version = null) => Scene.Listen(handshake, version);

    /// <inheritdoc cref="PeerScene.Remote" />
    protected ScriptedPeer Remote(VersionMessage? version = null) => Scene.Remote(version);

    /// <inheritdoc cref="PeerScene.Advance" />
    protected void Advance(TimeSpan time) => Scene.Advance(time);

    /// <inheritdoc cref="PeerScene.Until" />
    protected void Until(Func<bool> condition, TimeSpan limit, [CallerArgumentExpression(nameof(condition))] string expression = "") =>
        Scene.Until(condition, limit, expression);

    /// <inheritdoc cref="PeerScene.Stopped" />
    protected PeerStopped Stopped(TimeSpan? limit = null) => Scene.Stopped(limit);

    /// <summary>Creates an actor of the test's own in the simulation.</summary>
    protected IActorRef ActorOf(Props props, string? name = null) => Simulation.ActorOf(props, name);

    /// <summary>Ends the simulation, and fails when a message was lost.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the simulation.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            Scene.Dispose();
    }
}
