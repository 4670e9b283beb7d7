using System.Diagnostics;

namespace Peers.Fuzz;

/// <summary>What one run of an input took.</summary>
/// <param name="Allocated">Bytes that its thread allocated.</param>
/// <param name="Took">Time.</param>
internal readonly record struct Expense(long Allocated, TimeSpan Took)
{
    /// <summary>Bytes above which an input is a find.</summary>
    public const long MostAllocated = 64L * 1024 * 1024;

    /// <summary>Time above which an input is a find.</summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(1);

    public bool IsTooMuch => Allocated > MostAllocated || Took > MostTime;

    /// <summary>The less of each: what the input takes when nothing else is in the way.</summary>
    public Expense Least(Expense other) => new(Math.Min(Allocated, other.Allocated), Took < other.Took ? Took : other.Took);
}

/// <summary>Runs inputs and says which of them are finds: an exception that may not be, more than 64 MiB, or more than a second.</summary>
internal static class Judge
{
    private const int Trials = 4;

    /// <summary>Runs what a target needs once, so that types and code are there before anything is measured.</summary>
    public static void WarmUp(FuzzTarget target)
    {
        for (var run = 0; run < 3; run++)
        {
            target.Run(target.Sample);
        }
    }

    /// <exception cref="FindException">The input takes too much; any other exception is a find as well.</exception>
    public static Expense Run(FuzzTarget target, byte[] input)
    {
        // A busy machine, a collection or code that is compiled for the first time is nobody's fault: only what repeats counts.
        var expense = Measure(target, input);
        for (var trial = 1; trial < Trials && expense.IsTooMuch; trial++)
        {
            expense = expense.Least(Measure(target, input));
        }

        return expense.IsTooMuch
            ? throw new FindException(FormattableString.Invariant(
                $"{input.Length:N0} bytes take {expense.Allocated:N0} bytes and {expense.Took.TotalSeconds:0.000} s; at most {Expense.MostAllocated:N0} bytes and {Expense.MostTime.TotalSeconds} s are allowed"))
            : expense;
    }

    private static Expense Measure(FuzzTarget target, byte[] input)
    {
        var (allocated, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        target.Run(input);
        return new Expense(GC.GetAllocatedBytesForCurrentThread() - allocated, Stopwatch.GetElapsedTime(start));
    }
}
