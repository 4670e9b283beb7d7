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
            if (IsEndless(layer.Root, MostLevels, ref left))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsEndless(HoconValue value, int levels, ref int left)
    {
        if (levels == 0 || --left < 0)
        {
            return true;
        }

        if (value.IsObject())
        {
            foreach (var item in value.GetObject().Items.Values)
            {
                if (IsEndless(item, levels - 1, ref left))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
