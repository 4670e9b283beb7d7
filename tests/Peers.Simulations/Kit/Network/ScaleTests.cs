using System.Net;
using Peers.TestKit;
using Xunit.Abstractions;

namespace Peers.Simulations.Kit.Network;

/// <summary>What measures the memory of the process runs when no other test does: theirs would be counted with it.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;

[Collection(nameof(MeasuredAlone))]
public sealed class ScaleTests(ITestOutputHelper output)
{
    private const int Hosts = 10_000;
    private const int Connections = 80_000;

    [Fact(DisplayName = "10,000 hosts with 80,000 connections talk, crash, part and heal in a few seconds and in little memory")]
    public void Ten_thousand_hosts()
    {
        using var simulation = new Simulation();
        var network = simulation.Network;
        network.DefaultLink = LinkProfile.Default with { Latencies = LatencyDistribution.LogNormal(TimeSpan.FromMilliseconds(60), 0.5) };
        var random = simulation.Random("who dials whom");
        var hosts = Enumerable.Range(0, Hosts).Select(number => network.Host(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]))).ToArray();
        var listeners = Array.ConvertAll(hosts, host => host.Listen(8333));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var start = Environment.CpuUsage.TotalTime;
        List<RawPeer> dialled = [];
        for (var number = 0; number < Connections; number++)
            dialled.Add(hosts[number % Hosts].Dial(listeners[random.Next(Hosts)].Endpoint));
        simulation.Advance(TimeSpan.FromSeconds(130)); // Until nothing is left of the dials.
        var (opened, memory) = (Environment.CpuUsage.TotalTime - start, (GC.GetTotalMemory(forceFullCollection: true) - before) / Connections);
        Assert.Equal(Connections, network.Connections.Count);

        dialled.ForEach(peer => peer.Send([1, 2, 3]));
        simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(3L * Connections, listeners.Sum(listener => listener.Accepted.Sum(peer => peer.ReceivedCount)));

        using (network.Partition(hosts[..(Hosts / 2)]))
        {
            dialled.ForEach(peer => peer.Send([4]));
            simulation.Advance(TimeSpan.FromSeconds(10));
        }

        foreach (var host in hosts[..1000])
            host.Crash();
        foreach (var host in hosts[..1000])
            host.Restart();
        simulation.Advance(TimeSpan.FromSeconds(10));
        foreach (var peer in dialled.Where(peer => !peer.IsClosed))
            peer.Reset();
        foreach (var peer in listeners.SelectMany(listener => listener.Accepted))
            peer.Send([5]); // So that the last ones hear of a crash.
        simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(network.Connections);

        output.WriteLine($"{Connections} connections opened in {opened.TotalSeconds:0.0} s, all in {(Environment.CpuUsage.TotalTime - start).TotalSeconds:0.0} s of the processor; {memory} bytes each with both raw ends");
        Assert.InRange(memory, 1, 2500);
    }
}
