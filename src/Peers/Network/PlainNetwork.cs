using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>The sockets of the operating system, without a network's actors between.</summary>
internal sealed class PlainNetwork : ConnectionNetwork
{
    public override TimeSpan Grace => TimeSpan.Zero;

    public override Props Listener(IActorRef manager, int key, IPEndPoint endpoint, PeerSettings settings) =>
        ActorFactory.Props(() => new SocketListenerActor(manager, key, endpoint, settings)).OnDispatcherOf(settings);

    public override object Dial(IPEndPoint remote, IActorContext asker, ConnectionSettings settings)
    {
        var attempt = new Attempt(remote);
        _ = attempt.RunAsync(asker.Self);
        return attempt;
    }

    /// <summary>What came of a dial.</summary>
    /// <param name="Dial">Which.</param>
    /// <param name="Failure">Why there is no socket; null when there is one.</param>
    internal sealed record Dialled(Attempt Dial, string? Failure) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>A dial. Its socket is ended with it, unless somebody took it before.</summary>
    internal sealed class Attempt(IPEndPoint remote) : IDisposable
    {
        private readonly CancellationTokenSource _givenUp = new();
        private Socket? _socket;

        public async Task RunAsync(IActorRef asker)
        {
            string? failure = null;
            try
            {
                var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                Volatile.Write(ref _socket, socket);
                await socket.ConnectAsync(remote, _givenUp.Token).ConfigureAwait(false);
            }
            catch (SocketException fault)
            {
                failure = SocketFault.Explain(fault.SocketErrorCode);
            }
            catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException)
            {
                failure = "given up";
            }

            asker.Tell(new Dialled(this, failure), ActorRefs.NoSender);
        }

        /// <summary>The open socket, and its owner is the caller.</summary>
        /// <returns>Null when it was given up.</returns>
        public Socket? Take() => Interlocked.Exchange(ref _socket, null);

        public void Dispose()
        {
            _givenUp.Cancel();
            Take()?.Dispose();
        }
    }
}
