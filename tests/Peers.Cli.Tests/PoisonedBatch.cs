using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace Peers.Cli.Tests;

/// <summary>
/// What a machine that lost its mind, or an enemy in the network, may send: messages under the number of the crawl's own form whose bytes are none of its own,
/// and bytes that are no messages.
/// </summary>
internal static class PoisonedBatch
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Sends all of it to every machine, and returns when each has read it.</summary>
    public static async Task SendAsync(IEnumerable<Uri> machines)
    {
        var system = ActorSystem.Create("stranger", ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              actor {
                provider = remote
                serializers.poison = "{{typeof(PoisonSerializer).AssemblyQualifiedName}}"
                serialization-bindings { "{{typeof(Poison).AssemblyQualifiedName}}" = poison }
              }
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            }
            """));
        try
        {
            await Task.WhenAll(machines.Select(SendAsync));
        }
        finally
        {
            await system.Terminate();
        }

        async Task SendAsync(Uri machine)
        {
            foreach (var place in new[] { "system/sharding/frontier", "user/crawl/worker", "user/coordinator/singleton" })
            {
                var actor = system.ActorSelection($"{machine.ToString().TrimEnd('/')}/{place}");
                foreach (var poison in All())
                {
                    actor.Tell(poison);
                }
            }

            // One connection keeps the order: who answers has read what was sent before.
            var last = system.ActorSelection($"{machine.ToString().TrimEnd('/')}/user/crawl/worker");
            var answer = await last.Ask<ActorIdentity>(new Identify(0), Patience);
            Assert.NotNull(answer.Subject);
        }
    }

    /// <summary>Sends bytes that are no frames of Akka.Remote, and returns when every machine has closed the connections on which they came.</summary>
    public static async Task SendBytesAsync(IEnumerable<Uri> machines)
    {
        // A length below nothing, one far beyond the limit, and a frame of the right length with nothing in it that can be read.
        byte[][] streams = [[0xFF, 0xFF, 0xFF, 0xFF, .. new byte[64]], [0, 0, 0, 0x7F, .. new byte[64]], [16, 0, 0, 0, .. Enumerable.Repeat((byte)0xFF, 16)]];
        foreach (var (machine, bytes) in machines.SelectMany(machine => streams.Select(bytes => (machine, bytes))))
        {
            using var patience = new CancellationTokenSource(Patience);
            using var client = new TcpClient();
            await client.ConnectAsync(machine.Host, machine.Port, patience.Token);
            await client.GetStream().WriteAsync(bytes, patience.Token);
            try
            {
                while (await client.GetStream().ReadAsync(new byte[1_024], patience.Token) > 0)
                {
                    // What it says before it closes is its own business.
                }
            }
            catch (IOException)
            {
                // Closed with what was sent unread.
            }
        }
    }

    private static IEnumerable<Poison> All()
    {
        byte[] path = Encoding.UTF8.GetBytes("akka.tcp://crawl@127.0.0.1:1/user/nobody");
        byte[] head = [1, 1, (byte)path.Length, .. path, 1];
        foreach (var manifest in new[] { "L1", "LD1", "R1", "RD1", "N1", "NK1", "GS1", "S1", "W1", "O1", "L9", "", "System.Object" })
        {
            yield return new Poison(manifest, []);
            yield return new Poison(manifest, head[..^10]);
            yield return new Poison(manifest, [.. Enumerable.Repeat((byte)0xFF, 100_000)]);
        }

        // A count that lies, an outcome that is none, an address whose length is none.
        yield return new Poison("N1", [.. head, 0xFE, 0xFF, 0xFF, 0xFF, 0x7F]);
        yield return new Poison("R1", [.. head, 1, 1, 4, 240, 1, 1, 1, 1, 1, 99, .. new byte[9]]);
        yield return new Poison("N1", [.. head, 1, 1, 5, 240, 1, 1, 1, 1, 1, .. new byte[9]]);
    }

    private sealed record Poison(string Manifest, byte[] Bytes);

    private sealed class PoisonSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        public override int Identifier => 8333;

        public override string Manifest(object o) => ((Poison)o).Manifest;

        public override byte[] ToBinary(object obj) => ((Poison)obj).Bytes;

        public override object FromBinary(byte[] bytes, string manifest) => new Poison(manifest, bytes);
    }
}
