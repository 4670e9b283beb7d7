namespace Peers.Tests.Allocations;

/// <summary>What an operation allocates, which is the same on every machine, unlike the time that it takes.</summary>
internal static class AllocationMeter
{
    private const int Rounds = 20;
    private const int Operations = 20;

    /// <summary>Bytes of one operation, on this thread.</summary>
    /// <remarks>
    /// The least of many rounds: in the first ones tables grow and pools fill, and in any the runtime may do something of its own. What the operation
    /// allocates itself is in each of them. That the runtime compiles all code well at once (TieredCompilationQuickJit in the project) is a part of it:
    /// code that is compiled quickly allocates what the same code will not allocate later.
    /// </remarks>
    public static double BytesOf(Action operation)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Operations; i++)
            {
                operation();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return (double)least / Operations;
    }
}
