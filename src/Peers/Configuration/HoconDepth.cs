using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Peers;

/// <summary>
/// Finds values that hold themselves. Akka's HOCON makes them of substitutions in a circle, and whatever then goes through the tree, Akka itself
/// among them, ends with the stack and the process.
/// </summary>
internal static class HoconDepth
{
    /// <summary>Levels of objects in each other; Akka's own reference has nine.</summary>
    private const int MostLevels = 32;

    /// <summary>Values altogether: two circles in one object are without end long before they are deep.</summary>
    private const int MostValues = 100_000;

    public static bool IsEndless(Config root)
    {
        for (var layer = root; layer is not null; layer = layer.Fallback)
        {
            var left = MostValues;
            if (IsEndless(layer.Root, new HashSet<HoconValue>(ReferenceEqualityComparer.Instance), ref left))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Looks at what a value holds without asking it, for asking is what never ends.</summary>
    private static bool IsEndless(HoconValue value, HashSet<HoconValue> above, ref int left)
    {
        if (above.Count > MostLevels || --left < 0 || !above.Add(value))
        {
            return true;
        }

        foreach (var element in value.Values)
        {
            IEnumerable<HoconValue> below = element switch
            {
                HoconObject held => held.Items.Values,
                HoconArray list => list,
                HoconSubstitution { ResolvedValue: { } resolved } => [resolved],
                _ => [],
            };
            foreach (var held in below)
            {
                if (IsEndless(held, above, ref left))
                {
                    return true;
                }
            }
        }

        above.Remove(value);
        return false;
    }
}
