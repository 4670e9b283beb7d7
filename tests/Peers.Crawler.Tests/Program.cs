using System.Globalization;
using Peers.Crawler.Tests.Storage;

namespace Peers.Crawler.Tests;

/// <summary>What this assembly does when a test starts it as a process of its own, to be killed: <c>dotnet exec Peers.Crawler.Tests.dll NAME …</c>.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) => arguments switch
    {
        [StoreWriterProcess.Name, var path] => StoreWriterProcess.RunAsync(path),
        [SqliteMemoryTests.Name, var path, var nodes] => SqliteMemoryTests.RunAsync(path, int.Parse(nodes, CultureInfo.InvariantCulture)),
        _ => Task.FromResult(2),
    };
}
