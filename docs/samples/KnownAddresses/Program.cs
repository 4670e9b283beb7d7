using Akka.Actor;
using Akka.Configuration;
using Peers;
using Peers.Node;

// KnownAddresses NETWORK FILE [LIST]: keeps peers of a network for 30 s, and what it learns of addresses in a file; begins with a list of addresses. Then shows what it knows.
var (name, file) = (args[0], args[1]);

// sample: addresses
var system = ActorSystem.Create("node", ConfigurationFactory.ParseString($"peers.network = {name}"));
var settings = PeerSettings.From(system);
await using (var engine = PeerEngine.Start(system, settings with
{
    AddressStore = new SqliteAddressStore(file),
    Seeds = new DnsSeeds(settings.Clock, new Random()),
}))
{
    if (args.Length > 2)
    {
        using var list = File.OpenText(args[2]); // Lines, getnodeaddresses' JSON or a seeder's dump.
        var import = AddressText.Read(list, settings.Clock.GetUtcNow());
        Console.Error.WriteLine($"{import.Addresses.Length} addresses, {import.FaultCount} lines that are none: {string.Join(", ", import.Faults)}");
        engine.AddAddresses(import.Addresses);
    }

    engine.KeepOutbound();
    await Task.Delay(TimeSpan.FromSeconds(30));
} // What is known is saved.

var known = new SqliteAddressStore(file).Load();
AddressText.Write(Console.Out, known?.Entries.Select(entry => entry.Address) ?? []);

// end sample
await system.Terminate();
