using System.Buffers.Binary;
using System.Net;
using System.Text;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Hostile.Tests;

/// <summary>
/// An engine, a well-behaved peer of it, and a hostile one. Whatever the hostile one does: the well-behaved one has its ping answered within a second, each
/// connection ends at most once, and nothing is left behind (which the simulation itself looks after: no unhandled message, no dead letter).
/// </summary>
public abstract class HostileScene : IDisposable
{
    private readonly List<ScriptedPeer> _remotes = [];
    private SimulatedEngine? _engine;
    private ScriptedPeer? _sentinel;
    private int _strangers;

    protected Simulation Simulation { get; } = new();

    protected Recorder Listener => field ??= Simulation.Recorder();

    protected SimulatedEngine Engine => _engine ?? Start();

    protected ScriptedPeer Sentinel => _sentinel!;

    protected SimulatedEngine Start(string hocon = "", Consumption consumption = Consumption.OnDelivery, Func<PeerSettings, PeerSettings>? change = null)
    {
        _engine = new SimulatedEngine(Simulation, Simulation.Network.Host("10.0.0.1"), hocon, change);
        _engine.Listen(listener: Listener.Ref, consumption: consumption);
        _sentinel = Dial("10.0.0.2");
        _sentinel.Handshakes(ScriptedPeer.Version(nonce: 0x5E));
        return _engine;
    }

    /// <summary>Somebody who has connected and said nothing.</summary>
    protected ScriptedPeer Stranger()
    {
        _ = Engine;
        return Dial($"203.0.{113 + ++_strangers}.7");
    }

    /// <summary>Somebody whose handshake is done.</summary>
    protected ScriptedPeer Hostile(VersionMessage? version = null)
    {
        var remote = Stranger();
        var ready = Engine.Events.Of<PeerReady>().Count();
        remote.Handshakes(version);
        Simulation.Until(() => Engine.Events.Of<PeerReady>().Count() > ready, TimeSpan.FromSeconds(5));
        return remote;
    }

    /// <summary>The hostile one's connection has ended, once, and nobody else's.</summary>
    protected DisconnectReason Ended(TimeSpan? within = null)
    {
        Simulation.Until(() => Engine.Stopped.Any(), within ?? TimeSpan.FromSeconds(10));
        SentinelIsServed();
        Simulation.Advance(TimeSpan.FromSeconds(5));
        return Assert.Single(Engine.Stopped).Reason;
    }

    /// <summary>The hostile one is still there, and is answered.</summary>
    protected void Stays(ScriptedPeer remote)
    {
        remote.Barrier();
        Assert.Empty(Engine.Stopped);
        SentinelIsServed();
    }

    protected void SentinelIsServed()
    {
        var asked = Simulation.Elapsed;
        Sentinel.Barrier();
        Assert.InRange(Simulation.Elapsed - asked, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    protected IEnumerable<T> Delivered<T>() => Listener.Of<PeerMessage>().Select(heard => heard.Message).OfType<T>();

    protected PeerStats StatsOf(PeerId id) => Engine.Stats(Engine.Events.Of<PeerReady>().Single(ready => ready.Id == id).Peer);

    /// <summary>The statistics of who came last.</summary>
    protected PeerStats LastStats() => Engine.Stats(Engine.Events.Of<PeerReady>().Last().Peer);

    /// <summary>A frame of any bytes.</summary>
    protected static byte[] Frame(string command, uint length, byte[] payload, uint? checksum = null) => Frame(Encoding.Latin1.GetBytes(command), length, payload, checksum);

    /// <summary>A frame of any bytes.</summary>
    protected static byte[] Frame(byte[] command, uint length, byte[] payload, uint? checksum = null)
    {
        var frame = new byte[WireLimits.HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, BitcoinNetwork.Regtest.Magic);
        command.CopyTo(frame, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(16), length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(20), checksum ?? BinaryPrimitives.ReadUInt32LittleEndian(Hash256.OfDouble(payload).ToArray()));
        payload.CopyTo(frame, WireLimits.HeaderBytes);
        return frame;
    }

    protected static byte[] Frame(string command, byte[] payload) => Frame(command, (uint)payload.Length, payload);

    public void Dispose()
    {
        if (_sentinel is not null)
        {
            SentinelIsServed();
            Assert.Equal(Engine.Stopped.Select(stopped => stopped.Id).Distinct().Count(), Engine.Stopped.Count());
            Assert.DoesNotContain(Engine.Stopped, stopped => stopped.Reason is DisconnectReason.InternalError);
        }

        _remotes.ForEach(remote => remote.Dispose());
        Simulation.Dispose();
        GC.SuppressFinalize(this);
    }

    private ScriptedPeer Dial(string from)
    {
        var remote = ScriptedPeer.Dial(Simulation, IPAddress.Parse(from), _engine!.Events.Of<Listening>().Last().Local);
        _remotes.Add(remote);
        return remote;
    }
}
