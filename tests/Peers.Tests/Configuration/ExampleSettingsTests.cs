using Akka.Configuration;

namespace Peers.Tests.Configuration;

public sealed class ExampleSettingsTests
{
    [Fact(DisplayName = "Every example of hocon/examples can be used as it is")]
    public void Examples_can_be_used()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "hocon", "examples")))
        {
            folder = folder.Parent!;
        }

        var examples = Directory.GetFiles(Path.Combine(folder.FullName, "hocon", "examples"), "*.conf");
        Assert.NotEmpty(examples);
        Assert.All(examples, example =>
            Assert.NotNull(PeerSettings.From(ConfigurationFactory.ParseString(File.ReadAllText(example)).WithFallback(PeerEngine.DefaultConfig))));
    }
}
