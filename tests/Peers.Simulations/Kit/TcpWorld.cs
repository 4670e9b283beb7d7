using System.Net;
using Akka.Actor;

namespace Peers.Simulations.Kit;

/// <summary>Where the contract of Akka.IO's Tcp protocol is tried: the real one on loopback, or the simulated one in virtual time.</summary>
internal interface ITcpWorld : IDisposable
{
    /// <summary>The manager of the side under test.</summary>
    IActorRef Tcp { get; }

    /// <summary>An endpoint of the side under test, with port 0.</summary>
    IPEndPoint Here { get; }

    /// <summary>A name that leads to <see cref="Here"/>.</summary>
    string NameOfHere { get; }

    ITcpProbe Probe();

    Task<ITcpRemote> Dial(IPEndPoint endpoint);

    Task<ITcpRemoteListener> Listen();
}

/// <summary>An actor that the test speaks through.</summary>
internal interface ITcpProbe
{
    IActorRef Ref { get; }

    IActorRef LastSender { get; }

    /// <summary>What was received and not taken yet, without waiting.</summary>
    int Waiting { get; }

    void Tell(IActorRef target, object message);

    Task Watch(IActorRef target);

    Task Stop();

    Task<T> Expect<T>();
}

/// <summary>The remote side: no actor.</summary>
internal interface ITcpRemote
{
    IPEndPoint Local { get; }

    void Send(byte[] bytes);

    void Finish();

    void Reset();

    Task<byte[]> Read(int count);

    Task<TcpEnd> End();
}

internal interface ITcpRemoteListener
{
    IPEndPoint Endpoint { get; }

    Task<ITcpRemote> Accept();
}

internal enum TcpEnd
{
    Finished,
    Reset,
}
