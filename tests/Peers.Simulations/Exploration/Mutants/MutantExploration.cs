using Xunit.Abstractions;

namespace Peers.Simulations;

/// <summary>The exploration finds what is wrong: faults that were put into the engine on purpose, and none where there is none.</summary>
public sealed class MutantExploration(MutantEngine engine, ITestOutputHelper output) : IClassFixture<MutantEngine>
{
    private const int Seeds = 1000;

    public static TheoryData<string> Faults => [.. Mutant.All.Select(mutant => mutant.Name)];

    [Theory(DisplayName = "A fault in the engine is found")]
    [MemberData(nameof(Faults))]
    public void A_fault_is_found(string fault)
    {
        var found = engine.Explore(Mutant.All.Single(mutant => mutant.Name == fault), Seeds);
        output.WriteLine($"{fault}: seed {found?.Seed}, {found?.Rule}");
        Assert.NotNull(found);
    }

    [Fact(DisplayName = "The same engine with no fault on has nothing to be found")]
    public void Control() => Assert.Null(engine.Explore(null, 20));
}
