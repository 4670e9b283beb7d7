using Akka.Configuration;

namespace Peers.Tests.Conformance;

/// <summary>btcd's settings as <c>hocon/examples/btcd.conf</c> has them.</summary>
internal static class BtcdSettings
{
    public static string Text { get; } = Read();

    public static PeerSettings Alone { get; } = PeerSettings.From(ConfigurationFactory.ParseString(Text).WithFallback(PeerEngine.DefaultConfig));

    private static string Read()
    {
        using var stream = typeof(BtcdSettings).Assembly.GetManifestResourceStream("btcd.conf")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
