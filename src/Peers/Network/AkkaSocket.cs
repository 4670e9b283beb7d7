using Akka.Actor;
using Akka.IO;

namespace Peers;

/// <summary>A socket that an actor owns: Akka.IO's, a simulated one, or a stream of the user's.</summary>
internal sealed class AkkaSocket(IActorRef socket) : ConnectionSocket
{
    private IActorRef? _owner;

    public override bool WritesAtOnce => false;

    /// <summary>A read asked for before <c>Register</c> would be lost.</summary>
    public override void Attach(IActorContext owner)
    {
        _owner = owner.Self;
        owner.Watch(socket);
        socket.Tell(new Tcp.Register(_owner, keepOpenOnPeerClosed: false, useResumeWriting: false), _owner);
    }

    public override void Read() => socket.Tell(Tcp.ResumeReading.Instance, _owner);

    public override bool Write(ArraySegment<byte> batch)
    {
        socket.Tell(Tcp.Write.Create(ByteString.FromBytes(batch), BatchWritten.Instance), _owner);
        return false;
    }

    public override bool Close()
    {
        socket.Tell(Tcp.Close.Instance, _owner);
        return false;
    }

    public override bool Abort()
    {
        socket.Tell(Tcp.Abort.Instance, _owner);
        return false;
    }
}
