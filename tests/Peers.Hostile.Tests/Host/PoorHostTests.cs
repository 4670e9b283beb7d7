using Xunit.Abstractions;

namespace Peers.Hostile.Tests.Host;

/// <summary>Rows that need a host of their own: few descriptors, few ports, a bad line. Where this machine cannot be made so, they are skipped and say why.</summary>
public sealed class PoorHostTests(ITestOutputHelper output)
{
    [SkippableTheory(DisplayName = "No descriptor is left: peers are served, nothing spins, a dial fails with its reason, and who waited is served afterwards")]
    [InlineData("akka-io")]
    [InlineData("sockets")]
    public async Task No_descriptors(string networkIo)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the limit of descriptors is set as on Linux");
        output.WriteLine(await PoorHost.RunAsync("ulimit -n 256", $"{FewFiles.Name} {networkIo}"));
    }

    [SkippableTheory(DisplayName = "No local port is left: a dial fails with its reason, and goes on when there is one again")]
    [InlineData("akka-io")]
    [InlineData("sockets")]
    public async Task No_ports(string networkIo)
    {
        const string FewPortsLeft = "echo 40000 40015 > /proc/sys/net/ipv4/ip_local_port_range";
        var why = await PoorHost.NoNetworkAsync(FewPortsLeft);
        Skip.If(why is not null, why);
        output.WriteLine(await PoorHost.RunOnOwnNetworkAsync(FewPortsLeft, $"{FewPorts.Name} {networkIo}"));
    }

    [SkippableTheory(DisplayName = "A bad line by the kernel's own means: 1 kB/s, packets of 296 bytes, a queue that loses, delay and loss: the same words, and nobody else waits")]
    [InlineData("akka-io", 1500, "rate 8kbit", "", 100, 0)]
    [InlineData("sockets", 1500, "rate 8kbit", "", 100, 0)]
    [InlineData("akka-io", 296, "rate 10gbit", "", 500, 100_000)]
    [InlineData("sockets", 296, "rate 10gbit", "", 500, 100_000)]
    [InlineData("akka-io", 1500, "rate 2mbit", "bfifo limit 6000", 200, 20_000)]
    [InlineData("sockets", 1500, "rate 2mbit", "bfifo limit 6000", 200, 20_000)]
    [InlineData("akka-io", 1500, "rate 10gbit", "netem delay 100ms 20ms loss 5%", 200, 20_000)]
    [InlineData("sockets", 1500, "rate 10gbit", "netem delay 100ms 20ms loss 5%", 200, 20_000)]
    public async Task Bad_line(string networkIo, int mtu, string rate, string queue, int pings, int junk)
    {
        string[] line =
        [
            $"ip link set lo mtu {mtu}",
            "tc qdisc add dev lo root handle 1: htb default 10",
            "tc class add dev lo parent 1: classid 1:10 htb rate 10gbit quantum 60000",
            $"tc class add dev lo parent 1: classid 1:30 htb {rate} quantum 1500",
            .. queue.Length > 0 ? [$"tc qdisc add dev lo parent 1:30 handle 30: {queue}"] : Array.Empty<string>(),
            .. new[] { "src", "dst" }.Select(side => $"tc filter add dev lo parent 1: protocol ip u32 match ip {side} {BadLine.Far}/32 flowid 1:30"),
        ];
        var prepare = string.Join(" && ", line);
        var why = await PoorHost.NoNetworkAsync(prepare);
        Skip.If(why is not null, why);
        output.WriteLine(await PoorHost.RunOnOwnNetworkAsync(prepare, $"{BadLine.Name} {networkIo} {pings} {junk}"));
    }
}
