using Peers.TestKit;

namespace Peers.Simulations;

/// <summary>
/// Chaos: five engines on a network that breaks, with rude remotes. 40 seeds here; as many as <c>PEERS_EXPLORE_SEEDS</c> says elsewhere.
/// </summary>
public sealed class ChaosExploration
{
    [Fact(DisplayName = "Five engines in chaos keep every invariant")]
    public void Five_engines_in_chaos()
    {
        var options = new ExplorationOptions { Seeds = ExplorationOptions.SeedsFromEnvironment(otherwise: 40), Faults = ChaosScenario.Faults };
        var summary = Exploration.Explore(options, ChaosScenario.Play);
        Assert.True(summary.Connections > 10 * summary.Runs, $"{summary} says too little");
    }
}
