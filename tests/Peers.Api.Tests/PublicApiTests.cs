using System.Reflection;
using PublicApiGenerator;

namespace Peers.Api.Tests;

/// <summary>The public surface changes only where somebody says that it should.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    [Theory(DisplayName = "The public surface is the approved one")]
    [InlineData("Peers.Wire")]
    [InlineData("Peers")]
    [InlineData("Peers.Dashboard")]
    [InlineData("Peers.Hosting")]
    [InlineData("Peers.Node")]
    [InlineData("Peers.Serilog")]
    [InlineData("Peers.TestKit")]
    [InlineData("Peers.Crawler")]
    public void The_public_surface_is_approved(string name)
    {
        var received = Assembly.Load(name).GeneratePublicApi(Options).ReplaceLineEndings("\n").TrimEnd() + "\n";

        Approval.Verify($"tests/Peers.Api.Tests/Approved/{name}.txt", received);
    }
}
