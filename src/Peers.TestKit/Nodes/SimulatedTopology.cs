namespace Peers.TestKit;

/// <summary>Who dials whom: nodes are numbered from 0.</summary>
public sealed class SimulatedTopology
{
    private readonly int[][] _dials;

    private SimulatedTopology(int[][] dials) => _dials = dials;

    /// <summary>How many nodes there are.</summary>
    public int Nodes => _dials.Length;

    /// <summary>Every node dials that many others, all different, drawn at random.</summary>
    /// <param name="nodes">How many nodes there are, from 1.</param>
    /// <param name="connections">How many each dials; no more than there are others.</param>
    /// <param name="random">Where the graph comes from, such as <see cref="Simulation.Random"/>.</param>
    public static SimulatedTopology Random(int nodes, int connections, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(connections);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(connections, nodes - 1);
        ArgumentNullException.ThrowIfNull(random);
        var dials = new int[nodes][];
        for (var node = 0; node < nodes; node++)
        {
            // Floyd's way to draw a few of many: as many draws as are wanted, whatever was drawn before.
            var drawn = new List<int>(connections);
            for (var most = nodes - 1 - connections; most < nodes - 1; most++)
            {
                var other = random.Next(most + 1);
                drawn.Add(drawn.Contains(other) ? most : other);
            }

            for (var i = 0; i < connections; i++)
            {
                drawn[i] += drawn[i] >= node ? 1 : 0; // Nobody dials itself.
            }

            dials[node] = [.. drawn];
        }

        return new SimulatedTopology(dials);
    }

    /// <summary>Every node dials the next one, and the last one nobody.</summary>
    public static SimulatedTopology Line(int nodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        return new SimulatedTopology([.. Enumerable.Range(0, nodes).Select(node => node < nodes - 1 ? new[] { node + 1 } : [])]);
    }

    /// <summary>Whom a node dials.</summary>
    public IReadOnlyList<int> DialsOf(int node) => _dials[node];
}
