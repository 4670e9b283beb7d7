using System.Globalization;
using Peers.Hostile.Tests.Host;

namespace Peers.Hostile.Tests;

/// <summary>What this assembly does when a test starts it as a process of its own, on a host that is short of something (see <see cref="PoorHost"/>).</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        try
        {
            Console.WriteLine(arguments switch
            {
                [FewFiles.Name, var networkIo] => await FewFiles.RunAsync(networkIo),
                [FewPorts.Name, var networkIo] => await FewPorts.RunAsync(networkIo),
                [BadLine.Name, var networkIo, var pings, var junk] =>
                    await BadLine.RunAsync(networkIo, int.Parse(pings, CultureInfo.InvariantCulture), int.Parse(junk, CultureInfo.InvariantCulture)),
                _ => throw new ArgumentException($"nothing is called {string.Join(' ', arguments)}"),
            });
            return 0;
        }
        catch (Exception fault)
        {
            Console.WriteLine(fault); // A test reads it, and shows it.
            return 1;
        }
    }
}
