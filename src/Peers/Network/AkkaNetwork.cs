using System.Net;
using Akka.Actor;
using Akka.IO;

namespace Peers;

/// <summary>Akka.IO, or an actor that speaks its TCP protocol, such as a simulated network.</summary>
internal sealed class AkkaNetwork(IActorRef manager) : ConnectionNetwork
{
    private TcpSettings? _settings;

    /// <summary>Akka.IO's connection dies without a word when the remote resets it in the instant of connecting.</summary>
    public override TimeSpan Grace { get; } = TimeSpan.FromSeconds(1);

    public override Props Listener(IActorRef peerManager, int key, IPEndPoint endpoint, PeerSettings settings) =>
        ActorFactory.Props(() => new TcpListenerActor(peerManager, this, key, endpoint, settings)).OnDispatcherOf(settings);

    public override object Dial(IPEndPoint remote, IActorContext asker, ConnectionSettings settings)
    {
        var dial = new Tcp.Connect(remote, timeout: settings.ConnectTimeout, pullMode: true)
        {
            TcpSettings = SettingsFor(asker.System, settings.FrameSize),
        };
        manager.Tell(dial, asker.Self);
        return dial;
    }

    public void Bind(IPEndPoint endpoint, IActorContext listener, PeerSettings settings) =>
        manager.Tell(
            new Tcp.Bind(listener.Self, endpoint, settings.Listen.Backlog, pullMode: true)
            {
                TcpSettings = SettingsFor(listener.System, settings.Connection.FrameSize),
            },
            listener.Self);

    /// <summary>A library does not touch <c>akka.io.tcp</c>. One attempt, or Akka.IO makes six. Read once: two threads that do so at once find the same.</summary>
    private TcpSettings SettingsFor(ActorSystem system, int frameSize) => _settings ??= TcpSettings.Create(system) with
    {
        MaxFrameSizeBytes = frameSize,
        ReceiveBufferSize = Math.Max(frameSize, 256 * 1024),
        SendBufferSize = Math.Max(frameSize, 256 * 1024),
        FinishConnectRetries = 0,
    };
}
